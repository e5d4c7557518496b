/**
 * A link that boots the disks of an element.
 *
 *   shareLink(drives, options)   rejects with a ShareError: the size and the limit, or that there
 *                                is no disk to share
 *   lengthAdvice(length)         who may not be able to take a link of so many characters
 */
import { ShareError } from '../store/errors.ts';
import { buildLink, type LinkContents } from '../store/share/link.ts';
import type { Drives } from './drives.ts';
import { driveNamed, DRIVES, type ShareOptions } from './types.ts';

/** Not named within `new URL`: a bundler would take the folder for a file to be copied. */
const HERE = import.meta.url;
/** The site beside this module. */
export const SITE = new URL('./', HERE);

export async function shareLink(
  drives: Drives,
  { base, drives: asked, run }: ShareOptions & { base: string | URL },
): Promise<string> {
  const contents: Required<Pick<LinkContents, 'disks' | 'labels'>> = { disks: {}, labels: {} };
  for (const drive of (asked ?? DRIVES).map(driveNamed)) {
    const image = await drives.image(drive);
    if (!image && asked) throw new ShareError('empty', `${drive} has no disk to share.`);
    if (!image) continue;
    const key = drive === 'A:' ? 'a' : 'b';
    contents.disks[key] = image;
    contents.labels[key] = drives.views.find((view) => view.drive === drive)?.label ?? '';
  }
  if (Object.keys(contents.disks).length === 0 && !run)
    throw new ShareError(
      'empty',
      'There is no disk to share: the drives are empty. Insert a disk first, then share it.',
    );
  return buildLink(base, { ...contents, run });
}

/**
 * The longest first. Firefox takes addresses of 1 MiB, Chromium of 2 MiB; what messages and mail
 * cut is a matter of each program.
 */
const ADVICE: readonly [number, string][] = [
  [1 << 20, 'Firefox opens no link as long as this; Chromium and Safari do.'],
  [32_000, 'Mail and messages may cut it: send it in a file, or send the disk itself (Download).'],
  [2_000, 'Some messages cut links that are longer than 2,000 characters.'],
];

export function lengthAdvice(length: number): string {
  return ADVICE.find(([most]) => length > most)?.[1] ?? '';
}
