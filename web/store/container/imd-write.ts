/**
 * Writes ImageDisk (IMD): a comment, then track after track, with what is odd in them.
 *
 *   writeImd(disk)   undefined where the disk has what the format cannot say: 1M bit/s, weak
 *                    sectors, IDs with a bad CRC, sectors of more than 8,192 bytes
 *
 * A sector that is not to be believed is written as one that was read with an error. What has no
 * track in the image and no odd one is not written.
 * Source: as imd.ts, which reads it.
 */
import { formatOf, type MediaFormat } from '../../machine/fdc/formats.ts';
import { decodeTracks } from '../../machine/fdc/track-codec.ts';
import { type OddSector, type OddTrack, plainMarks, sizeOf } from '../../machine/fdc/track.ts';
import { joinParts } from '../capped.ts';
import { SectorSet, type ByteRange } from '../sector-set.ts';

export interface ImdDisk {
  readonly image: Uint8Array;
  readonly damaged?: readonly ByteRange[] | undefined;
  readonly tracks?: Uint8Array | undefined;
  readonly comment: string;
  readonly modified: number;
}

const END_OF_COMMENT = 0x1a;
const OWN_SIZES = 0xff;
const CYLINDER_MAP = 0x80;
const HEAD_MAP = 0x40;
const LARGEST_SIZE_CODE = 6;
const FASTEST = 3;

export function writeImd(disk: ImdDisk): Uint8Array | undefined {
  const { image, tracks, comment, modified, damaged = [] } = disk;
  const media = formatOf(image);
  const odd = tracks ? decodeTracks(tracks).tracks : [];
  const all = [...plainTracks(media, odd), ...odd.filter(({ sectors }) => sectors.length > 0)];
  if (all.length === 0 || !all.every(canBeWritten)) return undefined;
  all.sort((a, b) => a.cylinder - b.cylinder || a.head - b.head);
  const bad = new SectorSet();
  bad.addAll(damaged);
  const parts = [new TextEncoder().encode(headOf(comment, modified))];
  for (const track of all) parts.push(...trackParts(track, { image, media, bad }));
  return joinParts(
    parts,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
}

function headOf(comment: string, modified: number): string {
  const date = new Date(modified);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const told = comment.replace(/^IMD [^\r\n]*/, '').trim();
  return `IMD 1.18: ${day} ${time}\r\n${told}${String.fromCharCode(END_OF_COMMENT)}`;
}

function plainTracks(media: MediaFormat | undefined, odd: readonly OddTrack[]): OddTrack[] {
  if (!media) return [];
  const { cylinders, heads, sectors, sizeCode, rate, gap, rpm } = media;
  const taken = new Set(odd.map(({ cylinder, head }) => cylinder * 2 + head));
  const plain: OddTrack[] = [];
  for (let cylinder = 0; cylinder < cylinders; cylinder++)
    for (let head = 0; head < heads; head++) {
      if (taken.has(cylinder * 2 + head)) continue;
      const ids = Array.from({ length: sectors }, (_, i): OddSector => {
        return { c: cylinder, h: head, r: i + 1, n: sizeCode, ...plainMarks };
      });
      plain.push({ cylinder, head, rate, mfm: true, gap, rpm, sectors: ids });
    }
  return plain;
}

function canBeWritten({ rate, sectors }: OddTrack): boolean {
  const said = sectors.every(({ n, weak, badId }) => n <= LARGEST_SIZE_CODE && !weak && !badId);
  return said && rate < FASTEST;
}

interface Source {
  readonly image: Uint8Array;
  readonly media: MediaFormat | undefined;
  readonly bad: SectorSet;
}

function trackParts(track: OddTrack, source: Source): Uint8Array<ArrayBuffer>[] {
  const { cylinder, head, rate, mfm, sectors } = track;
  const [first] = sectors;
  const oneSize = sectors.every(({ n }) => n === first!.n);
  const cylinders = sectors.some(({ c }) => c !== cylinder);
  const heads = sectors.some(({ h }) => h !== head);
  const how = head | (cylinders ? CYLINDER_MAP : 0) | (heads ? HEAD_MAP : 0);
  const size = oneSize ? first!.n : OWN_SIZES;
  const sizes = sectors.flatMap(({ n }) => [sizeOf(n) & 255, sizeOf(n) >> 8]);
  return [
    Uint8Array.of((mfm ? 3 : 0) + rate, cylinder, how, sectors.length, size),
    Uint8Array.from(sectors, ({ r }) => r),
    Uint8Array.from(cylinders ? sectors.map(({ c }) => c) : []),
    Uint8Array.from(heads ? sectors.map(({ h }) => h) : []),
    Uint8Array.from(oneSize ? [] : sizes),
    ...sectors.flatMap((sector) => sectorParts(track, sector, source)),
  ];
}

/** 0: not read. Else one more than: 1 filled with one byte, 2 deleted, 4 read with an error. */
function sectorParts(
  track: OddTrack,
  sector: OddSector,
  source: Source,
): Uint8Array<ArrayBuffer>[] {
  const at = placeOf(track, sector, source.media);
  const data = sector.data ?? (at === undefined ? undefined : part(source.image, at, sector.n));
  if (sector.noData || !data) return [Uint8Array.of(0)];
  const unsure = at !== undefined && !sector.data && isBad(source.bad, at);
  const filled = data.every((byte) => byte === data[0]);
  const kind = 1 + (filled ? 1 : 0) + (sector.deleted ? 2 : 0) + (sector.badCrc || unsure ? 4 : 0);
  return [Uint8Array.of(kind), filled ? Uint8Array.of(data[0]!) : new Uint8Array(data)];
}

const part = (image: Uint8Array, at: number, n: number): Uint8Array =>
  image.subarray(at, at + sizeOf(n));

function isBad(bad: SectorSet, at: number): boolean {
  return bad.ranges().some(({ offset, length }) => at >= offset && at < offset + length);
}

/** Where the image has a sector of that number. */
function placeOf(
  { cylinder, head }: OddTrack,
  { r, n }: OddSector,
  media: MediaFormat | undefined,
): number | undefined {
  if (!media || n !== media.sizeCode || r < 1 || r > media.sectors) return undefined;
  if (cylinder >= media.cylinders || head >= media.heads) return undefined;
  const index = (cylinder * media.heads + head) * media.sectors + (r - 1);
  return index * sizeOf(n);
}
