/**
 * A link that boots the disks of an element.
 *
 *   shareLink(drives, options)   rejects with a ShareError: the size and the limit
 */
import { buildLink } from '../store/share/link.ts';
import type { LinkDrive } from '../store/types.ts';
import type { Drives } from './drives.ts';
import { driveNamed, DRIVES, type ShareOptions } from './types.ts';

export async function shareLink(
  drives: Drives,
  { base, drives: asked = DRIVES, run }: ShareOptions & { base: string | URL },
): Promise<string> {
  const disks: Partial<Record<LinkDrive, Uint8Array>> = {};
  for (const drive of asked.map(driveNamed)) {
    const image = await drives.image(drive);
    if (image) disks[drive === 'A:' ? 'a' : 'b'] = image;
  }
  return buildLink(base, { disks, run });
}
