/**
 * A disk's map: every sector as the head finds it, and whose it is.
 *
 *   sectorsOf(name, disk, ask)   `disk` as the page has it: the image, and what it has beyond that;
 *                                undefined: C:, which has neither head nor marks
 *
 * How the medium is comes from the machine, by the way on which it is kept (coming.ts). Whose a
 * sector is comes from the file system: the system tells what lies where, counted in the geometry
 * that its driver found, and a sector is looked up there if the driver could find it.
 */
import type { DiskAreas } from '../../../personality/fstools/answers.ts';
import type { Area } from '../../../personality/fstools/map/areas.ts';
import { formatOf, type MediaFormat } from '../../machine/fdc/formats.ts';
import { decodeTracks, mostCylinders } from '../../machine/fdc/track-codec.ts';
import { type OddSector, type OddTrack, plainMarks, sizeOf } from '../../machine/fdc/track.ts';
import type { ByteRange } from '../../store/types.ts';
import type { Ask, SectorInfo, SectorState } from './types.ts';

export interface MediumFacts {
  readonly image: Uint8Array;
  readonly damaged: readonly ByteRange[];
  readonly tracks: Uint8Array | undefined;
}

const KILOBITS = [500, 300, 250, 1000] as const;

export async function sectorsOf(
  name: string,
  disk: () => Promise<MediumFacts | undefined>,
  ask: Ask,
): Promise<SectorInfo[]> {
  const before = await disk();
  const areas = await areasOn(name, ask);
  const facts = await disk();
  if (facts !== before) throw new Error(`Another disk came into ${name} meanwhile.`);
  if (!facts) return inRam(name, areas);
  return tracksOf(facts).flatMap((track) => track.map((found) => owned(found, name, areas)));
}

async function areasOn(drive: string, ask: Ask): Promise<DiskAreas> {
  return JSON.parse(new TextDecoder().decode(await ask({ op: 'areas', drive }))) as DiskAreas;
}

/** `placed`: it is the one that the driver finds under its number. */
interface Found {
  readonly info: SectorInfo;
  readonly placed: boolean;
}

function tracksOf({ image, damaged, tracks }: MediumFacts): Found[][] {
  const media = formatOf(image);
  if (!media) return [];
  const odd = tracks ? decodeTracks(tracks).tracks : [];
  const oddAt = new Map(odd.map((track) => [track.cylinder * 2 + track.head, track]));
  const { cylinders, heads } = media;
  const inside = (cylinder: number, head: number) => cylinder < cylinders && head < heads;
  const plain = odd.flatMap((track) => track.sectors.filter((one) => isPlaced(one))).length;
  const all = odd.reduce((sum, { sectors }) => sum + sectors.length, 0);
  const expects = odd.length < cylinders * heads || plain * 2 >= all;
  const found: Found[][] = [];
  for (let cylinder = 0; cylinder < mostCylinders; cylinder++)
    for (let head = 0; head < 2; head++) {
      const track = oddAt.get(cylinder * 2 + head) ?? plainTrack(media, cylinder, head);
      const numbers = new Set<number>();
      const there = track.sectors.map((one) => foundSector(one, track, media, damaged, numbers));
      found.push(expects && inside(cylinder, head) ? withMissing(there, track, media) : there);
    }
  return found;
}

/** The image holds its bytes. */
const isPlaced = ({ data }: OddSector): boolean => data === undefined;

/** As the image's format has it; empty behind the format's last. */
function plainTrack(media: MediaFormat, cylinder: number, head: number): OddTrack {
  const { cylinders, heads, sectors: count, sizeCode: n, ...form } = media;
  const length = cylinder < cylinders && head < heads ? count : 0;
  const sectors = Array.from({ length }, (_, at) => {
    return { c: cylinder, h: head, r: at + 1, n, ...plainMarks };
  });
  return { cylinder, head, mfm: true, ...form, sectors };
}

function foundSector(
  sector: OddSector,
  { cylinder, head, rate, mfm }: OddTrack,
  { heads, sectors, sizeCode }: MediaFormat,
  damaged: readonly ByteRange[],
  numbers: Set<number>,
): Found {
  const { c, h, r, n } = sector;
  const size = sizeOf(n);
  // Of two that say the same, the first is found.
  const placed = c === cylinder && h === head && !numbers.has(r);
  if (placed) numbers.add(r);
  const at = ((cylinder * heads + head) * sectors + r - 1) * sizeOf(sizeCode);
  const hit = isPlaced(sector) && damaged.some((one) => one.offset < at + size && at < endOf(one));
  const info: SectorInfo = { cylinder, head, id: r, size, state: hit ? 'bad' : stateOf(sector) };
  if (c !== cylinder || h !== head) info.says = { cylinder: c, head: h };
  info.recording = mfm ? 'MFM' : 'FM';
  info.kilobits = KILOBITS[rate & 3]!;
  return { info, placed };
}

const endOf = ({ offset, length }: ByteRange): number => offset + length;

function stateOf({ badCrc, badId, weak, noData, deleted }: OddSector): SectorState {
  if (badCrc || badId || weak) return 'bad';
  if (noData) return 'missing';
  return deleted ? 'deleted' : 'good';
}

/** Each that the format has and the track has not, before the first of a greater number. */
function withMissing(there: readonly Found[], track: OddTrack, media: MediaFormat): Found[] {
  const { cylinder, head, rate, mfm } = track;
  const all = [...there];
  const size = sizeOf(media.sizeCode);
  const plain = there.filter(({ placed, info }) => placed && info.size === size);
  const numbers = new Set(plain.map(({ info }) => info.id));
  for (let id = 1; id <= media.sectors; id++) {
    if (numbers.has(id)) continue;
    const info: SectorInfo = { cylinder, head, id, size, state: 'missing' };
    Object.assign(info, { recording: mfm ? 'MFM' : 'FM', kilobits: KILOBITS[rate & 3] });
    const behind = all.findIndex((one) => one.info.id > id);
    all.splice(behind < 0 ? all.length : behind, 0, { info, placed: true });
  }
  return all;
}

function owned({ info, placed }: Found, name: string, { shape, areas }: DiskAreas): SectorInfo {
  if (!shape || !placed) return info;
  const { tracksPerCylinder: heads, sectorsPerTrack, bytesPerSector, cylinders } = shape;
  const { cylinder, head, id, size } = info;
  const reached = cylinder < cylinders && head < heads && id >= 1 && id <= sectorsPerTrack;
  if (!reached || size !== bytesPerSector) return info;
  const offset = ((cylinder * heads + head) * sectorsPerTrack + id - 1) * size;
  return Object.assign(info, belongs(areaAt(areas, offset), name));
}

function belongs(area: Area | undefined, name: string): Pick<SectorInfo, 'area' | 'file'> {
  if (!area) return {};
  const { kind, file } = area;
  return file === undefined ? { area: kind } : { area: kind, file: name + file };
}

/** They are in order. */
function areaAt(areas: readonly Area[], offset: number): Area | undefined {
  let [low, high] = [0, areas.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const area = areas[middle]!;
    if (offset < area.offset) high = middle - 1;
    else if (offset >= endOf(area)) low = middle + 1;
    else return area;
  }
  return undefined;
}

function inRam(name: string, { shape, sectors, areas }: DiskAreas): SectorInfo[] {
  if (!shape) return [];
  const { tracksPerCylinder: heads, sectorsPerTrack: count, bytesPerSector: size } = shape;
  return Array.from({ length: sectors }, (_, at) => {
    const track = Math.floor(at / count);
    const [cylinder, head, id] = [Math.floor(track / heads), track % heads, (at % count) + 1];
    const info: SectorInfo = { cylinder, head, id, size, state: 'good' };
    return Object.assign(info, belongs(areaAt(areas, at * size), name));
  });
}
