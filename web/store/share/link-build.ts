/**
 * The site's address, made: what link.ts reads.
 *
 *   buildLink(base, contents)   an address; throws ShareError `too-large` beyond LINK_LIMIT, and
 *                               `run` or `open` for what a reader would leave out
 */
import { ShareError } from '../errors.ts';
import type { LinkDrive, LinkSettings } from '../types.ts';
import { LINK_LIMIT, encodeDisk, tooLong } from './codec.ts';
import { LINK_DRIVES, LONGEST_LINE, LONGEST_RUN, runFault } from './link.ts';
import { openOf, settingPairs } from './link-keys.ts';
import { scrubImage } from './scrub.ts';
import { visibleLabel } from './visible.ts';

/** Refuses what `parseLink` would leave out at the other end. */
function encodeRun(text: string): string {
  const run = text.replace(/\r\n?/g, '\n');
  const fault = runFault(run);
  if (fault === undefined) return encodeURIComponent(run);
  const most = LONGEST_RUN.toLocaleString('en-US');
  const message =
    `Commands in a link may have ${most} characters, ${LONGEST_LINE.toLocaleString('en-US')} in a ` +
    `line, and only such as can be seen: these ${fault}.`;
  throw new ShareError('run', message);
}

/** A disk for a link. */
export interface SharedDisk {
  image: Uint8Array;
  label?: string | undefined;
  writeProtected?: boolean | undefined;
  /** Where the reader gets most of it, and what is different, of the scrubbed image. */
  base?: { url: string; overlay: string } | undefined;
}

export interface LinkContents {
  disks?: Partial<Record<LinkDrive, SharedDisk>>;
  run?: string | undefined;
  open?: string | undefined;
  settings?: LinkSettings | undefined;
}

async function diskPairs(drive: LinkDrive, disk: SharedDisk): Promise<string[]> {
  const { image, base, writeProtected } = disk;
  const label = visibleLabel(disk.label ?? '');
  return [
    `${drive}=${base ? base.overlay : await encodeDisk(scrubImage(image).image)}`,
    ...(label ? [`label-${drive}=${encodeURIComponent(label)}`] : []),
    ...(writeProtected ? [`protect-${drive}=1`] : []),
  ];
}

/** What of an address is the link's own. */
const OWN = [...LINK_DRIVES, 'run', 'open', 'speed'];

/** Other keys of the base's query stay, `topology` where the link has none; its fragment goes. */
export async function buildLink(base: string | URL, contents: LinkContents): Promise<string> {
  const { run, open, settings } = contents;
  const url = new URL(base);
  for (const key of OWN) url.searchParams.delete(key);
  const parts: string[] = [];
  for (const drive of LINK_DRIVES) {
    const disk = contents.disks?.[drive];
    if (!disk) continue;
    if (disk.base) url.searchParams.set(drive, disk.base.url);
    parts.push(...(await diskPairs(drive, disk)));
  }
  if (run) parts.push(`run=${encodeRun(run)}`);
  if (open) parts.push(`open=${encodeURIComponent(openOf(open))}`);
  parts.push(...settingPairs(settings));
  url.hash = '';
  const link = parts.length > 0 ? `${url.href}#${parts.join('&')}` : url.href;
  if (link.length > LINK_LIMIT) throw tooLong(link.length);
  return link;
}
