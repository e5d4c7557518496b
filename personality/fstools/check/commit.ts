/**
 * The end of a repair: everything that changed in memory goes to the disk.
 *
 * In this order: copies of shared clusters (into free ones), the FATs with the mark that the volume
 * is not clean, directories, and last the marks that it is. What ends in the middle is found by the
 * next check.
 */
import { readBytes, writeBytes } from '../fat/disk.ts';
import { clusterOffset } from '../fat/geometry.ts';
import { readOr } from '../fat/volume.ts';
import { markDirty, writeMarks } from './marks.ts';
import type { Check, Directory } from './state.ts';

export async function commit(check: Check): Promise<void> {
  const { disk, geometry } = check.volume;
  for (const { from, to } of check.copies) {
    const data = await readBytes(disk, clusterOffset(geometry, from), geometry.clusterSize);
    await writeBytes(disk, clusterOffset(geometry, to), data);
  }
  markDirty(check, true);
  await writeTables(check);
  for (const directory of check.directories)
    if (directory.dirty) await writeDirectory(check, directory);
  markDirty(check, false);
  await writeTables(check);
  await writeMarks(check);
}

/** Sectors of them that differ. */
async function writeTables(check: Check): Promise<void> {
  const { disk, geometry } = check.volume;
  const { sectorSize, fatStart, fatSize, fats, active } = geometry;
  for (let copy = 0; copy < fats; copy++) {
    if (active !== undefined && copy !== active) continue;
    const start = fatStart + copy * fatSize;
    const before = await readOr(disk, start, fatSize);
    for (let at = 0; at < fatSize; at += sectorSize) {
      const sector = check.table.bytes.subarray(at, at + sectorSize);
      if (!before || sector.some((byte, index) => byte !== before[at + index]))
        await writeBytes(disk, start + at, sector);
    }
  }
}

async function writeDirectory(check: Check, { bytes, extents }: Directory): Promise<void> {
  let at = 0;
  for (const { offset, length } of extents) {
    await writeBytes(check.volume.disk, offset, bytes.subarray(at, at + length));
    at += length;
  }
}
