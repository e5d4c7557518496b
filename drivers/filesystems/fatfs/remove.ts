/** Takes a file off the disk: its entries, then its clusters. */
import { findEntry, removeEntry } from './directory.ts';
import type { Fcb } from './fcb.ts';

export async function removeFile(file: Fcb): Promise<void> {
  const { volume } = file;
  await removeNames(file);
  file.shrink(0);
  volume.forget(file);
}

/** The short entry and the pieces of its long name. */
export async function removeNames(file: Fcb): Promise<void> {
  const { volume, parent, slot } = file;
  const found = await findEntry(volume, parent, file.name);
  const firstSlot = found?.slot === slot ? found.firstSlot : slot;
  await removeEntry(volume, parent, firstSlot, slot);
}
