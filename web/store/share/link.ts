/**
 * The site's address: the disks and the commands that it carries.
 *
 *   #a=<disk>&b=<disk>&run=<lines>   disks in the address itself; it never reaches a server
 *   ?a=<url>&b=<url>&run=<lines>     images to fetch
 *   ?a=<url>#a=<overlay>             an image to fetch, and what is changed of it (overlay.ts)
 *   label-a=<text>, label-b=<text>   what is written on them, percent-encoded
 *   protect-a=1, protect-b=1         their write-protect tabs are open
 *   open=<path>, speed=, topology=   link-keys.ts
 *
 *   parseLink(href)              what the address asks for; never throws
 *   openLink(href)               the same with the carried disks decoded; never throws
 *   runFault(run)                why these lines cannot be in a link, in words
 *
 * link-build.ts makes addresses; that is a file of its own, since few who open a page make one.
 *
 * Both parts may be there: for the same key the fragment counts, but for an overlay, which needs
 * both. `run` is percent-encoded, a "+" is a plus. Unknown keys are left alone. An address is
 * hostile: what cannot be understood becomes one sentence in `errors`, and the rest stands. Whoever
 * uses `run` shows it before it runs; so it has only characters that can be seen (visible.ts).
 *
 * Commands and the file to show belong to the disks that they come with: where one of these cannot
 * be had, `run` and `open` are empty, and a sentence says so of commands. What cannot be known here
 * (an address that does not answer) is for whoever fetches it to observe.
 */

import { ShareError } from '../errors.ts';
import type { LinkDisk, LinkDiskFacts, LinkDrive, LinkRequest, OpenedLink } from '../types.ts';
import { decodeDisk } from './codec.ts';
import { parseOpen, parseSettings } from './link-keys.ts';
import { isOverlay } from './overlay-tag.ts';
import { isVisible, visibleLabel } from './visible.ts';

export const LINK_DRIVES: readonly LinkDrive[] = ['a', 'b'];
export const LONGEST_RUN = 8_192;
/** Of a line, in characters: what the shell's line editor takes. What is shown is what is typed. */
export const LONGEST_LINE = 2_000;
const withheld = (what: string): string => `${what} left out, since its disk could not be had.`;

/** Keys to raw values; of a key that is there twice the first counts. */
function parsePairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals);
    if (equals > 0 && !pairs.has(key)) pairs.set(key, pair.slice(equals + 1));
  }
  return pairs;
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function splitHref(href: string): { base: string; query: string; fragment: string } {
  const [before = '', ...afterHash] = href.split('#');
  const [base = '', ...afterMark] = before.split('?');
  return { base, query: afterMark.join('?'), fragment: afterHash.join('#') };
}

function parseAddress(drive: LinkDrive, raw: string, base: string, errors: string[]): string {
  const place = `The address for drive ${drive.toUpperCase()}:`;
  const text = percentDecode(raw.replaceAll('+', '%20'));
  try {
    const url = new URL(text ?? '', base);
    if (text && /^https?:$/.test(url.protocol)) return url.href;
    errors.push(`${place} must begin with http: or https:.`);
  } catch {
    errors.push(`${place} cannot be understood.`);
  }
  return '';
}

/** Why these lines cannot be in a link, in words for its reader; undefined: they can. */
export function runFault(run: string): string | undefined {
  if (!isVisible(run)) return 'have characters that cannot be seen or typed';
  const tooLong = run.split('\n').some((line) => Array.from(line).length > LONGEST_LINE);
  if (run.length > LONGEST_RUN || tooLong) return 'are too long';
  return undefined;
}

/** What is written on a disk, as far as it can be seen, and its tab. */
function parseFacts(
  drive: LinkDrive,
  value: (key: string) => string | undefined,
  errors: string[],
): LinkDiskFacts {
  const place = `Drive ${drive.toUpperCase()}:`;
  const written = percentDecode(value(`label-${drive}`) ?? '');
  if (written === undefined) errors.push(`${place} What is written on its disk is not readable.`);
  const label = visibleLabel(written ?? '');
  const tab = value(`protect-${drive}`) ?? '0';
  if (!/^[01]$/.test(tab)) errors.push(`${place} A tab is 0 or 1; its disk can be written to.`);
  return { ...(label !== '' && { label }), ...(tab === '1' && { writeProtected: true as const }) };
}

function parseRun(raw: string, errors: string[]): string {
  const text = percentDecode(raw)?.replace(/\r\n?/g, '\n');
  const fault = text === undefined ? 'cannot be understood' : runFault(text);
  if (text !== undefined && fault === undefined) return text;
  errors.push(`The commands in this link ${fault} and were left out.`);
  return '';
}

export function parseLink(href: string | URL): LinkRequest {
  const { base, query, fragment } = splitHref(String(href));
  const asked = parsePairs(query);
  const carried = parsePairs(fragment);
  const value = (key: string): string | undefined => carried.get(key) ?? asked.get(key);
  const errors: string[] = [];
  const disks: Partial<Record<LinkDrive, LinkDisk>> = {};
  let missing = false;
  for (const drive of LINK_DRIVES) {
    const raw = carried.get(drive);
    const text = raw === undefined ? undefined : (percentDecode(raw) ?? raw);
    const disk = parseDisk(drive, text, asked.get(drive), base, errors);
    if (disk) disks[drive] = { ...disk, ...parseFacts(drive, value, errors) };
    else missing ||= disk === undefined;
  }
  const run = parseRun(value('run') ?? '', errors);
  const open = parseOpen(percentDecode(value('open') ?? ''), errors);
  const settings = parseSettings(value, errors);
  const request = { disks, run, open, settings, errors };
  if (missing) withhold(request);
  return request;
}

/** Null: the link names none. Undefined: none that can be had. */
function parseDisk(
  drive: LinkDrive,
  text: string | undefined,
  address: string | undefined,
  base: string,
  errors: string[],
): LinkDisk | null | undefined {
  const overlay = text && isOverlay(text) ? text : undefined;
  if (text && !overlay) return { kind: 'inline', text };
  if (!address) {
    if (text === undefined && address === undefined) return null;
    const lacks = overlay || text === undefined ? 'The address of the disk' : 'The disk';
    errors.push(`Drive ${drive.toUpperCase()}: ${lacks} is not in this link.`);
    return undefined;
  }
  const url = parseAddress(drive, address, base, errors);
  return url ? { kind: 'address', url, ...(overlay && { overlay }) } : undefined;
}

function withhold(link: Pick<LinkRequest, 'run' | 'open' | 'errors'>): void {
  if (link.run !== '') link.errors.push(withheld('The commands in this link were'));
  if (link.open !== '') link.errors.push(withheld('The file that this link is to show was'));
  link.run = link.open = '';
}

export async function openLink(href: string | URL): Promise<OpenedLink> {
  const { disks, ...rest } = parseLink(href);
  const opened: OpenedLink = { disks: {}, ...rest };
  for (const drive of LINK_DRIVES) {
    const disk = disks[drive];
    if (disk?.kind === 'address') opened.disks[drive] = disk;
    if (disk?.kind !== 'inline') continue;
    try {
      const { text, ...facts } = disk;
      opened.disks[drive] = { ...facts, image: await decodeDisk(text) };
    } catch (error) {
      const why = error instanceof ShareError ? error.message : 'It cannot be read.';
      opened.errors.push(`Drive ${drive.toUpperCase()}: ${why}`);
      withhold(opened);
    }
  }
  return opened;
}
