/**
 * Whether other numbers in the boot sector would fit what is on the disk better: then those that
 * stand there are the damage, and a repair by them would take sound files apart.
 *
 *   doubtNumbers(check, examine)   of a volume with problems: hopeless where others fit better
 *
 * One number at a time is replaced: by the usual ones, by what the copies of the FAT that are found
 * say, by those of the boot sector's copy. A repair does not choose between them: who knows the
 * disk does (`trusts`).
 */
import { sizeOf } from '../fat/disk.ts';
import { type FatVolume, openAs, readOr } from '../fat/volume.ts';
import type { Check, Say } from './state.ts';

const SECTOR = 512;
const ROOTS = [16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 240, 256, 512, 1024, 2048];
const CLUSTERS = [1, 2, 4, 8, 16, 32, 64, 128];
const FATS = [1, 2, 3, 4];
/** Where a second FAT is looked for, in sectors, and how many are tried. */
const FARTHEST = 300;
const MOST_FOUND = 6;
/** Larger ones are compared with the copy of their boot sector alone. */
const MOST_CLUSTERS = 0x10_0000;

/** One problem where there are more than so many here is still better. */
const MUCH_LESS = 4;

/** There is no need to look further. */
class Enough extends Error {}

/** Where a number stands, its bytes, and what it may be. */
type Field = readonly [what: string, at: number, bytes: 1 | 2 | 4, values: readonly number[]];

export async function doubtNumbers(
  check: Check,
  examine: (volume: FatVolume, say: Say) => Promise<Check>,
): Promise<void> {
  const { volume } = check;
  const seen = new Set([placesOf(volume)]);
  for await (const { what, head } of others(volume)) {
    const other = await openAs(volume.disk, head);
    if (!other || seen.has(placesOf(other))) continue;
    seen.add(placesOf(other));
    if (!(await fitsBetter(other, check, examine))) continue;
    const text = 'is perhaps wrong in the boot sector: with another more of the disk makes sense';
    return check.hopeless(`The number of ${what} ${text}.`);
  }
}

function placesOf({ geometry }: FatVolume): string {
  const { type, fatStart, fatSize, fats, active, rootStart, rootCluster } = geometry;
  const { dataStart, clusterSize, clusters } = geometry;
  const numbers = [type, fatStart, fatSize, fats, active, rootStart, rootCluster];
  return [...numbers, dataStart, clusterSize, clusters].join();
}

/** As much of it is whole, and next to nothing is wrong. */
async function fitsBetter(
  volume: FatVolume,
  check: Check,
  examine: (volume: FatVolume, say: Say) => Promise<Check>,
): Promise<boolean> {
  let problems = 0;
  const say = () => {
    problems++;
    if (problems * MUCH_LESS >= check.problems) throw new Enough();
  };
  try {
    const other = await examine(volume, say);
    return other.unrepairable === 0 && other.whole >= check.whole;
  } catch (error) {
    if (error instanceof Enough) return false;
    throw error;
  }
}

async function* others(volume: FatVolume): AsyncGenerator<{ what: string; head: Uint8Array }> {
  const { disk, geometry, head } = volume;
  const copy = geometry.backupAt > 0 && (await readOr(disk, geometry.backupAt, SECTOR));
  if (copy) yield { what: 'something', head: behind(copy, head) };
  if (geometry.clusters > MOST_CLUSTERS) return;
  for (const [what, at, bytes, values] of await fieldsOf(volume))
    for (const value of values) yield { what, head: changed(head, at, bytes, value) };
}

function behind(sector: Uint8Array, head: Uint8Array): Uint8Array {
  const bytes = head.slice();
  bytes.set(sector);
  return bytes;
}

function changed(head: Uint8Array, at: number, bytes: 1 | 2 | 4, value: number): Uint8Array {
  const copy = head.slice();
  const view = new DataView(copy.buffer);
  if (bytes === 1) view.setUint8(at, value);
  else if (bytes === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
}

async function fieldsOf(volume: FatVolume): Promise<Field[]> {
  const { disk, geometry, head, wide } = volume;
  const sectors = Math.floor(sizeOf(disk) / geometry.sectorSize);
  const isShort = (head[19]! | (head[20]! << 8)) !== 0 && sectors < 0x1_0000;
  const perFat = await secondFats(volume);
  const fields: Field[] = [
    ['FATs', 16, 1, FATS],
    ['sectors of a FAT', wide ? 36 : 22, wide ? 4 : 2, perFat],
    ['sectors of a cluster', 13, 1, CLUSTERS],
    ['sectors', isShort ? 19 : 32, isShort ? 2 : 4, [sectors]],
    ['reserved sectors', 14, 2, [wide ? 32 : 1]],
  ];
  if (!wide) fields.push(['root entries', 17, 2, ROOTS]);
  return fields;
}

/** Sectors behind the first FAT's that begin as it does. */
async function secondFats({ disk, geometry }: FatVolume): Promise<number[]> {
  const { fatStart, sectorSize, totalBytes } = geometry;
  const most = Math.min(FARTHEST, Math.floor((totalBytes - fatStart) / sectorSize) - 1);
  if (most < 1) return [];
  const bytes = await readOr(disk, fatStart, (most + 1) * sectorSize);
  if (!bytes) return [];
  const found: number[] = [];
  for (let at = 1; at <= most && found.length < MOST_FOUND; at++) {
    const start = bytes.subarray(at * sectorSize, at * sectorSize + 3);
    if (start.every((byte, index) => byte === bytes[index])) found.push(at);
  }
  return found;
}
