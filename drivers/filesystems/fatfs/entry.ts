/** Brings a file's directory entry up to date with its Fcb. The root has none. */
import { FILE_ATTRIBUTE_ARCHIVE } from '../../../personality/rtl/nt.ts';
import { KeQuerySystemTime } from '../../../personality/wdm/index.ts';
import { rewriteEntry } from './directory.ts';
import type { Fcb } from './fcb.ts';

export async function saveEntry(file: Fcb): Promise<void> {
  if (file.isRoot) return;
  const { entry } = file;
  const size = file.isDirectory ? 0 : entry.size;
  await rewriteEntry(file.volume, file.parent, file.slot, { ...entry, size });
}

/** The contents change now. */
export async function touch(file: Fcb): Promise<void> {
  file.entry.written = await KeQuerySystemTime(file.volume.driver);
  file.entry.attributes |= FILE_ATTRIBUTE_ARCHIVE;
}
