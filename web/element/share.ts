/**
 * A link that boots the disks of an element.
 *
 *   shareLink(drives, options)   rejects with a ShareError: the size and the limit, or that there
 *                                is no disk to share
 */
import type { DiskToShare, LinkParts, MadeLink } from '../parts/share/types.ts';
import { ShareError } from '../store/errors.ts';
import { fetchImage } from '../store/images.ts';
import type { Drives } from './drives.ts';
import { sharing } from './sharing.ts';
import { driveNamed, DRIVES, type ShareOptions } from './types.ts';

/** Not named within `new URL`: a bundler would take the folder for a file to be copied. */
const HERE = import.meta.url;
/** The site beside this module. */
export const SITE = new URL('./', HERE);

export interface LinkOptions extends ShareOptions {
  base: string | URL;
  settings: LinkParts['settings'];
}

export async function shareLink(drives: Drives, options: LinkOptions): Promise<MadeLink> {
  const disks = await disksOf(drives, options.drives);
  if (disks.length === 0 && !options.run && !options.open)
    throw new ShareError(
      'empty',
      'There is no disk to share: the drives are empty. Insert a disk first, then share it.',
    );
  const { makeLink } = await sharing();
  const base = new URL(options.base, document.baseURI);
  return makeLink(disks, { ...options, base }, fetchImage);
}

async function disksOf(drives: Drives, asked?: readonly string[]): Promise<DiskToShare[]> {
  const found: DiskToShare[] = [];
  for (const drive of new Set((asked ?? DRIVES).map(driveNamed))) {
    const image = await drives.image(drive);
    const disk = image && (await drives.diskIn(drive));
    if (!disk && asked) throw new ShareError('empty', `${drive} has no disk to share.`);
    if (!disk) continue;
    const { label, tab: writeProtected, address, beyond } = disk;
    const letter = drive === 'A:' ? 'a' : 'b';
    found.push({ drive: letter, image, label, writeProtected, address, beyond });
  }
  return found;
}
