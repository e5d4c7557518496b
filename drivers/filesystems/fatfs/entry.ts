/**
 * Brings a file's directory entry up to date with its Fcb.
 *
 * The Fcb then says what the disk says: FAT keeps times to two seconds, and of an access the date
 * alone.
 *
 *   saveEntry(file)         writes the entry; the root has none
 *   touch(file)             the contents change now
 *   trimAllocation(file)    nobody has it open any more: clusters behind its end are freed
 */
import { FILE_ATTRIBUTE_ARCHIVE } from '../../../personality/rtl/nt.ts';
import { KeQuerySystemTime } from '../../../personality/wdm/index.ts';
import { rewriteEntry } from './directory.ts';
import type { Fcb } from './fcb.ts';

export async function saveEntry(file: Fcb): Promise<void> {
  if (file.isRoot) return;
  const { entry } = file;
  const size = file.isDirectory ? 0 : entry.size;
  file.entry = await rewriteEntry(file.volume, file.parent, file.slot, { ...entry, size });
}

export async function touch(file: Fcb): Promise<void> {
  file.entry.written = await KeQuerySystemTime(file.volume.driver);
  file.entry.attributes |= FILE_ATTRIBUTE_ARCHIVE;
}

export async function trimAllocation(file: Fcb): Promise<void> {
  if (file.isDirectory || file.removed || !(await file.shrink(file.entry.size))) return;
  await saveEntry(file);
}
