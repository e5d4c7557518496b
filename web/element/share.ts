/**
 * A link that boots the disks of an element.
 *
 *   shareLink(drives, options)   rejects with a ShareError: the size and the limit, or that there
 *                                is no disk to share
 *
 * A disk lies in the link as a whole. Where that is longer than most programs send, and the disk
 * came from an address, the reader fetches it from there, and the link has what is different
 * (share-bases.ts): it is as short as what was changed, and works as long as that image stays.
 */
import { ShareError } from '../store/errors.ts';
import { buildLink, type LinkContents, type SharedDisk } from '../store/share/link.ts';
import { scrubImage } from '../store/share/scrub.ts';
import type { LinkSettings } from '../store/types.ts';
import type { Drives } from './drives.ts';
import { textOf } from './shelf.ts';
import { type Drive, driveNamed, DRIVES, type ShareOptions } from './types.ts';

/** Not named within `new URL`: a bundler would take the folder for a file to be copied. */
const HERE = import.meta.url;
/** The site beside this module. */
export const SITE = new URL('./', HERE);

/** Characters; what is longer is rather fetched, if it can be. */
const COMFORTABLE = 32_000;

export interface LinkOptions extends ShareOptions {
  base: string | URL;
  settings?: LinkSettings;
}

/** A disk as it is now, and what is to be known of it. */
export interface DiskToShare {
  readonly drive: Drive;
  /** Without what was deleted from it, where it is `scrubbed`. */
  readonly image: Uint8Array;
  /** Its file system is one that is read here. */
  readonly scrubbed: boolean;
  readonly label: string;
  readonly writeProtected: boolean;
  /** Where an image of it lies. */
  readonly address: string | undefined;
  /** What no link has of it, in words; empty: nothing. */
  readonly beyond: string;
}

export interface MadeLink {
  link: string;
  /** The reader fetches a disk from its address. */
  fetches: boolean;
  /** The disks in it. */
  disks: readonly DiskToShare[];
}

export async function shareLink(drives: Drives, options: LinkOptions): Promise<MadeLink> {
  const disks = await disksOf(drives, options.drives);
  if (disks.length === 0 && !options.run && !options.open)
    throw new ShareError(
      'empty',
      'There is no disk to share: the drives are empty. Insert a disk first, then share it.',
    );
  const { overlay } = options;
  const far = overlay !== false && disks.some(({ address }) => address !== undefined);
  if (overlay && !far)
    throw new ShareError('base', 'No disk here came from an address that a link could name.');
  const whole = overlay ? undefined : await wholeLink(disks, options);
  if (whole && (!far || (typeof whole === 'string' && whole.length <= COMFORTABLE)))
    return made(whole, false, disks);
  try {
    const { basesOf } = await import('./share-bases.ts');
    const bases = await basesOf(disks, new URL(options.base, document.baseURI));
    const link = await linkOf(disks, options, bases);
    const shorter = typeof whole !== 'string' || link.length < whole.length / 4;
    return shorter ? made(link, true, disks) : made(whole, false, disks);
  } catch (error) {
    if (typeof whole === 'string') return made(whole, false, disks);
    if (!whole) throw error;
    throw new ShareError('too-large', `${whole.message} ${textOf(error)}`, error);
  }
}

function made(link: string | ShareError, fetches: boolean, disks: MadeLink['disks']): MadeLink {
  if (typeof link !== 'string') throw link;
  return { link, fetches, disks };
}

async function disksOf(drives: Drives, asked?: readonly string[]): Promise<DiskToShare[]> {
  const found: DiskToShare[] = [];
  for (const drive of new Set((asked ?? DRIVES).map(driveNamed))) {
    const image = await drives.image(drive);
    const disk = image && (await drives.diskIn(drive));
    if (!disk && asked) throw new ShareError('empty', `${drive} has no disk to share.`);
    if (!disk) continue;
    const { label, tab: writeProtected, address, beyond } = disk;
    found.push({ drive, ...scrubImage(image), label, writeProtected, address, beyond });
  }
  return found;
}

/** What is too long is told of later, if nothing else can be done. */
async function wholeLink(
  disks: readonly DiskToShare[],
  options: LinkOptions,
): Promise<string | ShareError> {
  try {
    return await linkOf(disks, options);
  } catch (error) {
    if (error instanceof ShareError && error.code === 'too-large') return error;
    throw error;
  }
}

export type Bases = ReadonlyMap<DiskToShare, SharedDisk['base']>;

function linkOf(
  disks: readonly DiskToShare[],
  { base, run, open, settings }: LinkOptions,
  bases?: Bases,
): Promise<string> {
  const contents: LinkContents = { disks: {}, run, open, settings };
  for (const disk of disks)
    contents.disks![disk.drive === 'A:' ? 'a' : 'b'] = { ...disk, base: bases?.get(disk) };
  return buildLink(base, contents);
}
