/**
 * format: writes an empty FAT volume.
 *
 *   writeVolume(disk, plan, options)   the FATs and the root first, the boot sector last: what is
 *                                      left of a format that was stopped is no volume
 *   labelBytes(text)                   eleven bytes; undefined where it cannot be a label
 *   serialOf(time)                     a serial number, as DOS makes it
 */
import { encodeOem } from '../../rtl/codepage.ts';
import { cleanLabel, isGoodLabel } from '../check/names.ts';
import { writeBytes, type SectorDisk } from '../fat/disk.ts';
import { type Geometry, parseGeometry, SLOT } from '../fat/geometry.ts';
import { ATTR_LABEL, Slot } from '../fat/slots.ts';
import { BAD, END, FatTable } from '../fat/table.ts';
import { bootSector, type Identity, infoSector } from './boot.ts';
import { FormatError, type Plan } from './plan.ts';

export { FILE_SYSTEMS, FormatError, planVolume } from './plan.ts';
export type { DiskShape, Plan, Wishes } from './plan.ts';

export interface WriteOptions extends Identity {
  /** Date and time of the label. */
  readonly now: number;
  /** Bytes of the disk that cannot be used: [from, to). */
  readonly bad?: readonly (readonly [number, number])[];
}

export interface Written {
  readonly geometry: Geometry;
  /** Clusters. */
  readonly bad: number;
  readonly free: number;
}

const MOST_LABEL = 11;
const PIECE = 0x1_0000;

export function labelBytes(text: string): Uint8Array | undefined {
  const bytes = encodeOem(text.trim());
  if (!bytes || bytes.length === 0 || bytes.length > MOST_LABEL) return undefined;
  const label = new Uint8Array(MOST_LABEL).fill(0x20);
  label.set(bytes);
  const upper = label.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
  if (!isGoodLabel(upper)) return undefined;
  cleanLabel(upper);
  return upper;
}

export interface Time {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
}

export function serialOf(time: Time): number {
  const low = ((time.month << 8) | time.day) + ((time.second << 8) | (time.milliseconds / 10));
  const high = ((time.hour << 8) | time.minute) + time.year;
  return ((high & 0xffff) * 0x1_0000 + (low & 0xffff)) >>> 0;
}

/** Date in the upper half, time in the lower, as in an entry. */
export function dosTime({ year, month, day, hour, minute, second }: Time): number {
  const date = ((Math.max(year, 1980) - 1980) << 9) | (month << 5) | day;
  return date * 0x1_0000 + ((hour << 11) | (minute << 5) | (second >> 1));
}

export async function writeVolume(
  disk: SectorDisk,
  plan: Plan,
  options: WriteOptions,
): Promise<Written> {
  const boot = bootSector(plan, options);
  const head = new Uint8Array(1024);
  head.set(boot.subarray(0, 1024));
  const geometry = parseGeometry(head, disk.sectors * disk.sectorSize);
  if (geometry?.type !== plan.type || geometry.clusters !== plan.clusters)
    throw new FormatError('The disk cannot be formatted so');
  const table = new FatTable(new Uint8Array(geometry.fatSize), plan.type, plan.clusters);
  table.raw(0, 0x0fff_ff00 | plan.media);
  table.raw(1, END);
  const bad = markBad(table, geometry, options.bad ?? []);
  // Until the end there is nothing that anybody takes for a volume.
  await writeBytes(disk, 0, new Uint8Array(plan.sectorSize));
  if (plan.type === 32) {
    if (table.get(2) === BAD) throw new FormatError('The first clusters of the disk are bad');
    table.set(2, END);
  }
  for (let copy = 0; copy < plan.fats; copy++)
    await writeBytes(disk, geometry.fatStart + copy * geometry.fatSize, table.bytes);
  await writeRoot(disk, geometry, options);
  const free = table.free();
  if (plan.type === 32) await writeReserved(disk, plan, { boot, free });
  await writeBytes(disk, 0, boot);
  return { geometry, bad, free };
}

function markBad(
  table: FatTable,
  geometry: Geometry,
  ranges: readonly (readonly [number, number])[],
): number {
  const { dataStart, clusterSize } = geometry;
  let count = 0;
  for (const [from, to] of ranges) {
    if (from < dataStart) throw new FormatError('The first tracks of the disk cannot be used');
    const first = Math.floor((from - dataStart) / clusterSize) + 2;
    const last = Math.min(Math.ceil((to - dataStart) / clusterSize) + 1, table.last);
    for (let cluster = first; cluster <= last; cluster++) {
      if (table.get(cluster) !== BAD) count++;
      table.set(cluster, BAD);
    }
  }
  return count;
}

async function writeRoot(
  disk: SectorDisk,
  { type, dataStart, rootStart, rootSize, clusterSize }: Geometry,
  { label, now }: WriteOptions,
): Promise<void> {
  const root = new Uint8Array(type === 32 ? clusterSize : rootSize);
  if (label) {
    const slot = new Slot(root.subarray(0, SLOT), 0);
    slot.name.set(label);
    slot.attributes = ATTR_LABEL;
    slot.written = now;
  }
  const start = type === 32 ? dataStart : rootStart;
  for (let at = 0; at < root.length; at += PIECE)
    await writeBytes(disk, start + at, root.subarray(at, at + PIECE));
}

/** FAT32: FSInfo, the third boot sector, and copies of all three. */
async function writeReserved(
  disk: SectorDisk,
  plan: Plan,
  { boot, free }: { boot: Uint8Array; free: number },
): Promise<void> {
  const { sectorSize, reserved } = plan;
  const bytes = new Uint8Array(reserved * sectorSize);
  const third = new Uint8Array(sectorSize);
  third.set([0x55, 0xaa], 510);
  for (const base of [0, 6]) {
    if (base > 0) bytes.set(boot, base * sectorSize);
    bytes.set(infoSector(plan, free), (base + 1) * sectorSize);
    bytes.set(third, (base + 2) * sectorSize);
  }
  await writeBytes(disk, sectorSize, bytes.subarray(sectorSize));
}
