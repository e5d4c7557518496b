/**
 * Tracks as a container tells of them, on a disk as the machine has it: a raw image, and beside it
 * the tracks that are not what the image says.
 *
 *   layOut(tracks, name)   name of the format, for what is said
 *
 * The image has the geometry that most tracks have: sectors of 512 or 1,024 bytes, numbered from 1.
 * A track that is otherwise (marks, other numbers or sizes, another density, fewer sectors or none)
 * goes to the machine as an odd one; its sectors that the image has a place for lie there all the
 * same. The order of sectors is not kept where nothing else is odd: it cost time, and no data.
 *
 * What could not be read is `damaged`: a read of it fails until it is written.
 *
 * A disk of other sectors (CP/M, BBC, PC-98 in 256 bytes) has an image of all bytes in the order of
 * cylinder, head and number, to be exported; each of its tracks is an odd one, with its bytes.
 */
import { formatOf } from '../../machine/fdc/formats.ts';
import { encodeTracks, mostCylinders } from '../../machine/fdc/track-codec.ts';
import { plainMarks, sizeOf, type OddSector, type OddTrack } from '../../machine/fdc/track.ts';
import { LARGEST_FLOPPY } from '../formats.ts';
import { SectorSet, type ByteRange } from '../sector-set.ts';
import type { DiskGeometry } from '../types.ts';
import { damaged, MOST_TRACK_DATA } from './reader.ts';
import type { FoundSector, FoundTrack } from './types.ts';

export interface LaidOut {
  image: Uint8Array;
  geometry: DiskGeometry;
  damaged: readonly ByteRange[];
  tracks: Uint8Array | undefined;
  /** Zeros behind the last track, so that the image has whole ones. */
  filled: number;
}

interface Form {
  rate: number;
  mfm: boolean;
  /** The size code of plain sectors. */
  n: number;
}

export function layOut(found: readonly FoundTrack[], name: string): LaidOut {
  const tracks = checked(found, name);
  const form = formOf(tracks);
  const geometry = geometryOf(tracks, form);
  if (!geometry) return foreign(tracks, form, name);
  if (bytesOf(geometry) > LARGEST_FLOPPY) throw damaged(name, 'it is larger than a floppy');
  return plainDisk(tracks, form, geometry) ?? foreign(tracks, form, name);
}

function checked(found: readonly FoundTrack[], name: string): FoundTrack[] {
  const seen = new Set<number>();
  const tracks = found.filter(({ sectors }) => sectors.length > 0).map(fitting);
  if (tracks.length === 0) throw damaged(name, 'it has no sectors');
  for (const { cylinder, head, sectors } of tracks) {
    const where = `cylinder ${cylinder}, side ${head}`;
    if (cylinder >= mostCylinders || head > 1) throw damaged(name, `no drive reaches ${where}`);
    if (seen.has(cylinder * 2 + head)) throw damaged(name, `${where} is in it twice`);
    seen.add(cylinder * 2 + head);
    const bytes = sectors.reduce((sum, { n, data }) => sum + (data ? sizeOf(n) : 0), 0);
    if (sectors.length > 255 || bytes > MOST_TRACK_DATA)
      throw damaged(name, `${where} has more than fits on a track`);
  }
  return tracks.sort((one, other) => trackNumber(one) - trackNumber(other));
}

/** IDs without data are kept as far as the machine has room for the data that they have not. */
function fitting(track: FoundTrack): FoundTrack {
  const bytesOf = (sectors: readonly FoundSector[]): number =>
    sectors.reduce((sum, { n }) => sum + sizeOf(n), 0);
  let room = MOST_TRACK_DATA - bytesOf(track.sectors.filter(({ data }) => data));
  const sectors = track.sectors.filter(({ n, data }) => data || (room -= sizeOf(n)) >= 0);
  return { ...track, sectors };
}

const trackNumber = ({ cylinder, head }: { cylinder: number; head: number }): number =>
  cylinder * 2 + head;

/** What most tracks, and most sectors, are. */
function formOf(tracks: readonly FoundTrack[]): Form {
  const sectors = tracks.flatMap((track) => track.sectors);
  const n = most(sectors.map((sector) => sector.n));
  return { rate: most(tracks.map(rateOf)), mfm: most(tracks.map(isMfm)), n };
}

/** 300K in a drive of 360 turns is what 250K is at 300. */
const rateOf = ({ rate }: FoundTrack): number => (rate === 1 ? 2 : (rate ?? -1));
const isMfm = ({ mfm }: FoundTrack): boolean => mfm ?? true;

function most<T>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

const bytesOf = ({ cylinders, heads, sectors, sectorSize }: DiskGeometry): number =>
  cylinders * heads * sectors * sectorSize;

function isPlain({ c, h, r, n }: FoundSector, track: FoundTrack, form: Form): boolean {
  return c === track.cylinder && h === track.head && n === form.n && r >= 1;
}

/** Undefined: the machine has no image for sectors of this size, or of these numbers. */
function geometryOf(tracks: readonly FoundTrack[], form: Form): DiskGeometry | undefined {
  if (form.n < 2 || form.n > 3 || !form.mfm) return undefined;
  const runs = tracks.map((track) => runOf(track, form));
  const plain = tracks.filter((_, i) => runs[i]! > 0);
  const all = tracks.reduce((sum, { sectors }) => sum + sectors.length, 0);
  if (runs.reduce((sum, run) => sum + run, 0) * 2 < all) return undefined;
  const sectors = most(runs.filter((run) => run > 0));
  const cylinders = Math.max(...plain.map(({ cylinder }) => cylinder)) + 1;
  const heads = Math.max(...plain.map(({ head }) => head)) + 1;
  return { cylinders, heads, sectors, sectorSize: sizeOf(form.n) };
}

/** The last number of its plain sectors, where half of those before are there. */
function runOf(track: FoundTrack, form: Form): number {
  const numbers = track.sectors.filter((sector) => isPlain(sector, track, form)).map(({ r }) => r);
  const last = Math.max(0, ...numbers);
  return new Set(numbers).size * 2 >= last ? last : 0;
}

/** Where the machine has that image's tracks; a size may stand for a disk of two sides. */
function plainDisk(
  tracks: readonly FoundTrack[],
  form: Form,
  geometry: DiskGeometry,
): LaidOut | undefined {
  const image = new Uint8Array(bytesOf(geometry));
  const bad = new SectorSet();
  const placed = tracks.map((track) => placeTrack(track, form, geometry, image, bad));
  markMissing(tracks, geometry, bad);
  const media = formatOf(image);
  if (media?.sectors !== geometry.sectors || media.sizeCode !== form.n) return undefined;
  const odd = placed.filter((track) => track !== undefined);
  odd.push(...emptyTracks(tracks, form, geometry));
  const folded = media.heads === geometry.heads ? odd : fold(odd, geometry, media.heads);
  const told = folded.map((track) => ({
    ...track,
    rate: track.rate < 0 || track.rate === form.rate ? media.rate : track.rate,
    gap: media.gap,
    rpm: media.rpm,
  }));
  return { image, geometry, damaged: bad.ranges(), tracks: encode(told), filled: 0 };
}

/** An odd track, before it is known what the machine's are. */
type Told = Omit<OddTrack, 'gap' | 'rpm'>;

/** Its plain sectors go into the image; undefined where nothing else is to be told. */
function placeTrack(
  track: FoundTrack,
  form: Form,
  geometry: DiskGeometry,
  image: Uint8Array,
  bad: SectorSet,
): Told | undefined {
  const { cylinder, head } = track;
  const { sectors: count, sectorSize, cylinders, heads } = geometry;
  const inside = cylinder < cylinders && head < heads;
  const start = (cylinder * heads + head) * count * sectorSize;
  const taken = new Set<number>();
  let odd = !inside || rateOf(track) !== form.rate || isMfm(track) !== form.mfm;
  const sectors = track.sectors.map((sector): OddSector => {
    const { r, data } = sector;
    const told = oddSector(sector);
    const place = inside && isPlain(sector, track, form) && r <= count && !taken.has(r);
    odd ||= !place || isMarked(sector);
    if (!place) return told;
    taken.add(r);
    const offset = start + (r - 1) * sectorSize;
    if (data) image.set(data.subarray(0, sectorSize), offset);
    if (!data || isUnreadable(sector)) bad.add(offset, sectorSize);
    return { ...told, data: undefined };
  });
  if (!odd && taken.size === count) return undefined;
  return { cylinder, head, rate: rateOf(track), mfm: isMfm(track), sectors };
}

const isUnreadable = ({ badCrc, badId, noData }: FoundSector): boolean =>
  Boolean(badCrc || badId || noData);

const isMarked = (sector: FoundSector): boolean =>
  isUnreadable(sector) || Boolean(sector.deleted || sector.weak) || !sector.data;

/** With bytes of its own. */
function oddSector({ c, h, r, n, data, ...marks }: FoundSector): OddSector {
  const bytes = new Uint8Array(sizeOf(n));
  if (data) bytes.set(data.subarray(0, bytes.length));
  return { c, h, r, n, ...plainMarks, ...marks, noData: marks.noData ?? !data, data: bytes };
}

/** Sectors of the image that no track has. */
function markMissing(
  tracks: readonly FoundTrack[],
  { cylinders, heads, sectors, sectorSize }: DiskGeometry,
  bad: SectorSet,
): void {
  const there = new Map(tracks.map((track) => [trackNumber(track), track]));
  for (let at = 0; at < cylinders * heads * sectors; at++) {
    const track = Math.floor(at / sectors);
    const [cylinder, head] = [Math.floor(track / heads), track % heads];
    const found = there.get(cylinder * 2 + head)?.sectors ?? [];
    const has = found.some(({ c, h, r, n }) => {
      return c === cylinder && h === head && r === (at % sectors) + 1 && sizeOf(n) === sectorSize;
    });
    if (!has) bad.add(at * sectorSize, sectorSize);
  }
}

/** Tracks of the geometry on which nothing was ever recorded. */
function emptyTracks(
  tracks: readonly FoundTrack[],
  { rate, mfm }: Form,
  { cylinders, heads }: DiskGeometry,
): Told[] {
  const there = new Set(tracks.map(trackNumber));
  const empty: Told[] = [];
  for (let cylinder = 0; cylinder < cylinders; cylinder++)
    for (let head = 0; head < heads; head++)
      if (!there.has(cylinder * 2 + head)) empty.push({ cylinder, head, rate, mfm, sectors: [] });
  return empty;
}

/**
 * Each track in the same place of the image, on a disk with another number of sides; what lies
 * outside of the image has no place there.
 */
function fold(all: readonly Told[], { cylinders, heads }: DiskGeometry, others: number): Told[] {
  const tracks = all.filter(({ cylinder, head }) => cylinder < cylinders && head < heads);
  return tracks.map((track) => {
    const at = track.cylinder * heads + track.head;
    const [cylinder, head] = [Math.floor(at / others), at % others];
    const sectors = track.sectors.map((sector) =>
      sector.c === track.cylinder && sector.h === track.head
        ? { ...sector, c: cylinder, h: head }
        : sector,
    );
    return { ...track, cylinder, head, sectors };
  });
}

const encode = (tracks: OddTrack[]): Uint8Array | undefined => encodeTracks({ tracks });

/** 250K: what is usual where nothing is said. */
const DOUBLE = 2;
const FOREIGN_GAP = 0x0e;
const RPM = 300;
const SECTOR = 512;

/** All bytes in order, and every track as it was. */
function foreign(tracks: readonly FoundTrack[], form: Form, name: string): LaidOut {
  const all = tracks.flatMap((track) => inOrder(track.sectors));
  const length = all.reduce((sum, { n }) => sum + sizeOf(n), 0);
  if (length > LARGEST_FLOPPY) throw damaged(name, 'it is larger than a floppy');
  const image = new Uint8Array(wholeTracks(length));
  let at = 0;
  for (const { data, n } of all) {
    if (data) image.set(data.subarray(0, sizeOf(n)), at);
    at += sizeOf(n);
  }
  const odd = tracks.map((track): OddTrack => {
    const { cylinder, head } = track;
    const recording = { rate: rateOf(track) < 0 ? DOUBLE : rateOf(track), mfm: isMfm(track) };
    const sectors = track.sectors.map(oddSector);
    return { cylinder, head, ...recording, gap: FOREIGN_GAP, rpm: RPM, sectors };
  });
  const cylinders = Math.max(...tracks.map(({ cylinder }) => cylinder)) + 1;
  const heads = Math.max(...tracks.map(({ head }) => head)) + 1;
  const sectors = most(tracks.map((track) => track.sectors.length));
  const geometry = { cylinders, heads, sectors, sectorSize: sizeOf(form.n) };
  return { image, geometry, damaged: [], tracks: encode(odd), filled: image.length - length };
}

function inOrder(sectors: readonly FoundSector[]): FoundSector[] {
  return [...sectors].sort((one, other) => one.r - other.r);
}

/** The least with which the machine has whole tracks. */
function wholeTracks(length: number): number {
  for (let bytes = Math.ceil(length / SECTOR) * SECTOR; ; bytes += SECTOR)
    if (formatOf(new Uint8Array(bytes))) return bytes;
}
