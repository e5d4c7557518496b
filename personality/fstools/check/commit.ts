/**
 * The end of a repair: everything that changed in memory goes to the disk.
 *
 * In steps, each on the disk before the next begins. What ends in the middle is found by the next
 * check, and every file reads as it did:
 *
 * 1. copies of shared clusters, into free ones;
 * 2. the FATs as they were, with the chains of those copies and of what was lost, and the mark that
 *    the volume is not clean: until every file has its copy, no chain may be cut; then links from
 *    directories to what they grew by, whose entries may lie in other sectors;
 * 3. directories; where slots move in one, from its end on and sector by sector: what moves is
 *    there twice for a while, and never missing;
 * 4. links that lead to copies from now on; then directories in clusters that were copied;
 * 5. the FATs as they shall be, and last the marks that all is well.
 */
import { readBytes, writeBytes } from '../fat/disk.ts';
import { clusterOffset } from '../fat/geometry.ts';
import { type FatTable, FREE } from '../fat/table.ts';
import { type Extent, readOr } from '../fat/volume.ts';
import { markDirty, writeMarks } from './marks.ts';
import type { Check, Directory } from './state.ts';

export async function commit(check: Check, flush: () => Promise<void>): Promise<void> {
  const { disk, geometry } = check.volume;
  for (const { to } of check.grown)
    await writeBytes(disk, clusterOffset(geometry, to), new Uint8Array(geometry.clusterSize));
  for (const { from, to } of check.copies) {
    const data = await readBytes(disk, clusterOffset(geometry, from), geometry.clusterSize);
    await writeBytes(disk, clusterOffset(geometry, to), data);
  }
  await flush();
  const table = withAdditions(check);
  await writeTables(check, table);
  await flush();
  if (check.grown.length > 0) {
    for (const { from, to } of check.grown) table.set(from, to);
    await writeTables(check, table);
    await flush();
  }
  const copied = new Set(check.copies.map(({ from }) => clusterOffset(geometry, from)));
  await writeDirectories(check, ({ offset }) => !copied.has(offset), flush);
  await flush();
  redirect(check, table);
  await writeTables(check, table);
  await flush();
  await writeDirectories(check, ({ offset }) => copied.has(offset), flush);
  await flush();
  markDirty(check, check.table, true);
  await writeTables(check, check.table);
  await flush();
  markDirty(check, check.table, false);
  await writeTables(check, check.table);
  await writeMarks(check);
  await flush();
}

/** Nothing that was somebody's leads elsewhere. */
function withAdditions(check: Check): FatTable {
  const { original, table, saved } = check;
  const added = original.copy();
  for (let at = 2; at <= table.last; at++)
    if (saved.has(at) || original.get(at) === FREE) added.set(at, table.get(at));
  markDirty(check, added, true);
  return added;
}

function redirect({ original, table }: Check, added: FatTable): void {
  for (let at = 2; at <= table.last; at++) {
    const next = table.get(at);
    if (table.isCluster(next) && original.get(next) === FREE) added.set(at, next);
  }
}

/** Sectors of them that differ. */
async function writeTables(check: Check, { bytes }: FatTable): Promise<void> {
  const { disk, geometry } = check.volume;
  const { sectorSize, fatStart, fatSize, fats, active } = geometry;
  for (let copy = 0; copy < fats; copy++) {
    if (active !== undefined && copy !== active) continue;
    const start = fatStart + copy * fatSize;
    const before = await readOr(disk, start, fatSize);
    for (let at = 0; at < fatSize; at += sectorSize) {
      const sector = bytes.subarray(at, at + sectorSize);
      if (!before || sector.some((byte, index) => byte !== before[at + index]))
        await writeBytes(disk, start + at, sector);
    }
  }
}

async function writeDirectories(
  check: Check,
  which: (extent: Extent) => boolean,
  flush: () => Promise<void>,
): Promise<void> {
  for (const directory of check.directories) {
    const written = directory.moves ? flush : () => Promise.resolve();
    if (directory.dirty) await writeDirectory(check, directory, which, written);
  }
}

/** Sectors of it that differ, from the last to the first. */
async function writeDirectory(
  check: Check,
  { bytes, extents }: Directory,
  which: (extent: Extent) => boolean,
  written: () => Promise<void>,
): Promise<void> {
  const { disk, geometry } = check.volume;
  const { sectorSize } = geometry;
  let end = bytes.length;
  for (const extent of [...extents].reverse()) {
    const { offset, length } = extent;
    end -= length;
    if (!which(extent)) continue;
    const before = await readBytes(disk, offset, length);
    for (let at = length - sectorSize; at >= 0; at -= sectorSize) {
      const sector = bytes.subarray(end + at, end + at + sectorSize);
      if (sector.every((byte, index) => byte === before[at + index])) continue;
      await writeBytes(disk, offset + at, sector);
      await written();
    }
  }
}
