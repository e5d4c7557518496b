/** Takes a file off the disk: its entries, then its clusters. */
import { removeEntry, shrink } from './directory.ts';
import { forgetIndex } from './dirindex.ts';
import type { Fcb } from './fcb.ts';
import { forgetHome } from './homes.ts';

/** STATUS_FILE_CORRUPT_ERROR, and nothing changed, where its chain is damaged. */
export async function removeFile(file: Fcb): Promise<void> {
  await file.checkChain();
  const { volume, parent, slot } = file;
  await removeEntry(volume, parent, slot);
  await releaseFile(file);
  await shrink(volume, parent);
}

/** The file has no entry any more. */
export async function releaseFile(file: Fcb): Promise<void> {
  file.removed = true;
  file.volume.forget(file);
  if (file.isDirectory) {
    forgetIndex(file.volume, file.entry.firstCluster);
    forgetHome(file.volume, file.entry.firstCluster);
  }
  await file.shrink(0);
}
