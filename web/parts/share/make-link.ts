/**
 * A link that boots these disks.
 *
 *   makeLink(disks, parts, fetchImage)   rejects with a ShareError: the size and the limit
 *
 * A disk lies in the link as a whole. Where that is longer than most programs send, and the disk
 * came from an address, the reader fetches it from there, and the link has what is different
 * (bases.ts): it is as short as what was changed, and works as long as that image stays.
 */
import { ShareError } from '../../store/errors.ts';
import {
  buildLink,
  type LinkContents,
  type SharedDisk as Base,
} from '../../store/share/link-build.ts';
import { scrubImage } from '../../store/share/scrub.ts';
import { basesOf } from './bases.ts';
import { lengthAdvice } from './limits.ts';
import { notesOf } from './notes.ts';
import { fitsQr } from './qr.ts';
import type { DiskToShare, FetchImage, LinkParts, MadeLink, SharedDisk } from './types.ts';

/** Characters; what is longer is rather fetched, if it can be. */
const COMFORTABLE = 32_000;

export type Bases = ReadonlyMap<SharedDisk, Base['base']>;

export async function makeLink(
  given: readonly DiskToShare[],
  parts: LinkParts,
  fetchImage: FetchImage,
): Promise<MadeLink> {
  const disks = given.map((disk) => ({ ...disk, ...scrubImage(disk.image) }));
  const { overlay } = parts;
  const far = overlay !== false && disks.some(({ address }) => address !== undefined);
  if (overlay && !far)
    throw new ShareError('base', 'No disk here came from an address that a link could name.');
  const whole = overlay ? undefined : await wholeLink(disks, parts);
  if (whole && (!far || (typeof whole === 'string' && whole.length <= COMFORTABLE)))
    return made(whole, false, disks);
  try {
    const bases = await basesOf(disks, parts.base, fetchImage);
    const link = await linkOf(disks, parts, bases);
    const shorter = typeof whole !== 'string' || link.length < whole.length / 4;
    return shorter ? made(link, true, disks) : made(whole, false, disks);
  } catch (error) {
    if (typeof whole === 'string') return made(whole, false, disks);
    if (!whole) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ShareError('too-large', `${whole.message} ${why}`, error);
  }
}

function made(link: string | ShareError, fetches: boolean, disks: readonly SharedDisk[]): MadeLink {
  if (typeof link !== 'string') throw link;
  const { length } = link;
  return {
    link,
    words: `${length.toLocaleString('en-US')} characters. ${lengthAdvice(length)}`.trim(),
    notes: notesOf(disks, fetches),
    far: disks.some(({ address }) => address !== undefined),
    fetches,
    fitsQr: fitsQr(link),
  };
}

/** What is too long is told of later, if nothing else can be done. */
async function wholeLink(
  disks: readonly SharedDisk[],
  parts: LinkParts,
): Promise<string | ShareError> {
  try {
    return await linkOf(disks, parts);
  } catch (error) {
    if (error instanceof ShareError && error.code === 'too-large') return error;
    throw error;
  }
}

function linkOf(
  disks: readonly SharedDisk[],
  { base, run, open, settings }: LinkParts,
  bases?: Bases,
): Promise<string> {
  const contents: LinkContents = { disks: {}, run, open, settings };
  for (const disk of disks) contents.disks![disk.drive] = { ...disk, base: bases?.get(disk) };
  return buildLink(base, contents);
}
