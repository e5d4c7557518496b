/**
 * undelete: which files of a FAT volume were deleted, and what of them is still there.
 *
 *   findDeleted(volume)          all of them, directory by directory, deleted directories too
 *   readDeleted(volume, file)    what its clusters hold now
 *
 * A deletion frees the chain and takes the first letter of the short name. The first cluster and
 * the size stay in the entry; that the others followed it without a gap is a guess, which is right
 * for files that were written at once. What is known is said (`chance`):
 *
 *   good   all clusters from the first on are free, and nothing else that was deleted claims one
 *   fair   the same, but something else claims some: one of the two is wrong; or the file has more
 *          than one, and the files of this volume are often in pieces
 *   poor   some of them are in use: free ones behind them are taken instead
 *   none   the first is in use, or there are too few: its contents are gone
 *
 * Source: fatgen103, "FAT Directory Structure"; MS-DOS 6, UNDELETE.
 */
import { encodeOem } from '../../rtl/codepage.ts';
import { RtlUpcase } from '../../rtl/names.ts';
import { readBytes } from '../fat/disk.ts';
import { clusterOffset } from '../fat/geometry.ts';
import { checksumOf, DELETED, nameOf, nameOfUnits, Slot, slotsIn } from '../fat/slots.ts';
import { FREE } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';

export type Chance = 'good' | 'fair' | 'poor' | 'none';

export interface Deleted {
  /** Tells it from all others as long as its entry is as it is: to be asked for again. */
  readonly id: string;
  /** The directory, `\` at its end. */
  readonly directory: string;
  /** `?` stands for a letter that is not known. */
  readonly name: string;
  readonly size: number;
  /** Date and time, as the disk has them. */
  readonly written: number;
  readonly clusters: readonly number[];
  readonly chance: Chance;
}

const MOST_DIRECTORIES = 4096;
const UNKNOWN = 0x3f;
const UNDERSCORE = 0x5f;
/** One file of so many in pieces is often. */
const USUAL = 8;

interface Place {
  readonly path: string;
  readonly start: number;
  readonly deleted: boolean;
}

export async function findDeleted(volume: FatVolume): Promise<Deleted[]> {
  const found: Deleted[] = [];
  const directories: number[] = [];
  const pieces = new Pieces();
  const queue: Place[] = [{ path: '\\', start: 0, deleted: false }];
  const seen = new Set<number>([volume.geometry.rootCluster]);
  for (let count = 0; queue.length > 0 && count < MOST_DIRECTORIES; count++) {
    const place = queue.shift()!;
    for (const { slot, name, deleted, index } of await namesIn(volume, place)) {
      const start = slot.start(volume.wide);
      if (slot.isLabel) continue;
      if (!deleted) pieces.count(volume.chain(start));
      if (slot.isDirectory) {
        if (!volume.table.isCluster(start) || seen.has(start)) continue;
        seen.add(start);
        if (deleted) directories.push(start);
        queue.push({ path: `${place.path}${name}\\`, start, deleted });
      } else if (deleted) {
        const id = [place.start, index, start, slot.size, slot.written].join('.');
        found.push(judge(volume, { id, directory: place.path, name }, slot));
      }
    }
  }
  return compare(found, directories, pieces.areUsual);
}

/** How files lie that are there: what was deleted lay no better. */
class Pieces {
  #long = 0;
  #broken = 0;

  count(clusters: readonly number[]): void {
    if (clusters.length < 2) return;
    this.#long++;
    if (clusters.some((cluster, at) => at > 0 && cluster !== clusters[at - 1]! + 1)) this.#broken++;
  }

  get areUsual(): boolean {
    return this.#broken * USUAL > this.#long;
  }
}

interface Name {
  readonly slot: Slot;
  /** Of the slot in its directory. */
  readonly index: number;
  readonly name: string;
  readonly deleted: boolean;
}

/** Of a directory that was deleted itself, the first cluster alone is known. */
async function namesIn(volume: FatVolume, place: Place): Promise<Name[]> {
  const { start, deleted } = place;
  if (deleted && volume.table.get(start) !== FREE) return [];
  const { bytes } = deleted
    ? await volume.readExtents(volume.extentsOf([start]))
    : await volume.directory(start);
  if (deleted && new Slot(bytes, 0).start(volume.wide) !== start) return [];
  const names: Name[] = [];
  for (let index = 0; index < slotsIn(bytes); index++) {
    const slot = new Slot(bytes, index);
    if (slot.first === 0) break;
    if (slot.isLong || slot.first === 0x2e) continue;
    const gone = slot.first === DELETED;
    const name = gone ? deletedName(bytes, index) : nameOf(slot);
    if (name !== undefined) names.push({ slot, index, name, deleted: gone || deleted });
  }
  return names;
}

/**
 * The slots of the long name are before it, in order; their checksum says whether they are its,
 * once the first letter is put back.
 */
function deletedName(bytes: Uint8Array, index: number): string | undefined {
  const entry = new Slot(bytes, index);
  const short = entry.name.slice();
  if (short.subarray(1).some((byte) => byte < 0x20) || entry.attributes > 0x3f) return undefined;
  const units: number[] = [];
  const sum = index > 0 ? new Slot(bytes, index - 1).checksum : 0;
  let long: string | undefined;
  for (let at = index - 1; at >= 0; at--) {
    const slot = new Slot(bytes, at);
    if (slot.first !== DELETED || !slot.isLong || slot.checksum !== sum) break;
    units.push(...slot.units);
    const name = nameOfUnits(units);
    if (name !== undefined && belongs(name, short, sum)) long = name;
  }
  if (long !== undefined) return long;
  return nameOf(entry, firstLetter(short, sum, units) ?? UNKNOWN);
}

function belongs(name: string, short: Uint8Array, sum: number): boolean {
  const letter = RtlUpcase(name.replace(/^[. ]+/, '').slice(0, 1));
  const first = encodeOem(letter)?.[0] ?? UNDERSCORE;
  return [first, UNDERSCORE].some((byte) => checksumOf(withFirst(short, byte)) === sum);
}

function withFirst(short: Uint8Array, first: number): Uint8Array {
  const bytes = short.slice();
  bytes[0] = first;
  return bytes;
}

/** The one that fits the checksum of what is left of a long name. */
function firstLetter(short: Uint8Array, sum: number, units: readonly number[]): number | undefined {
  if (units.length === 0) return undefined;
  for (let first = 0x21; first < 0x7f; first++)
    if (checksumOf(withFirst(short, first)) === sum) return first;
  return undefined;
}

function judge(
  volume: FatVolume,
  named: Pick<Deleted, 'id' | 'directory' | 'name'>,
  slot: Slot,
): Deleted {
  const { table, geometry } = volume;
  const { size, written } = slot;
  const facts = { ...named, size, written };
  const need = Math.ceil(size / geometry.clusterSize);
  const start = slot.start(volume.wide);
  if (need === 0) return { ...facts, clusters: [], chance: 'good' };
  if (!table.isCluster(start) || table.get(start) !== FREE || need > table.clusters)
    return { ...facts, clusters: [], chance: 'none' };
  const clusters: number[] = [];
  for (let at = start; at <= table.last && clusters.length < need; at++)
    if (table.get(at) === FREE) clusters.push(at);
  if (clusters.length < need) return { ...facts, clusters: [], chance: 'none' };
  const whole = clusters.at(-1)! - start + 1 === need;
  return { ...facts, clusters, chance: whole ? 'good' : 'poor' };
}

/** Clusters that two of them claim were used again by one. `directories`: their first ones. */
function compare(
  found: readonly Deleted[],
  directories: readonly number[],
  oftenInPieces: boolean,
): Deleted[] {
  const claims = new Map<number, number>();
  for (const clusters of [directories, ...found.map((file) => file.clusters)])
    for (const cluster of clusters) claims.set(cluster, (claims.get(cluster) ?? 0) + 1);
  return found.map((file) => {
    const { chance, clusters } = file;
    const shared = clusters.some((cluster) => claims.get(cluster)! > 1);
    const unsure = shared || (oftenInPieces && clusters.length > 1);
    return chance === 'good' && unsure ? { ...file, chance: 'fair' } : file;
  });
}

export async function readDeleted(
  { disk, geometry }: FatVolume,
  { clusters, size }: Deleted,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (const [index, cluster] of clusters.entries()) {
    const at = index * geometry.clusterSize;
    const length = Math.min(geometry.clusterSize, size - at);
    bytes.set(await readBytes(disk, clusterOffset(geometry, cluster), length), at);
  }
  return bytes;
}
