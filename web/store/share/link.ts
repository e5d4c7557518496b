/**
 * The site's address: the disks and the commands that it carries.
 *
 *   #a=<disk>&b=<disk>&run=<lines>   disks in the address itself; it never reaches a server
 *   label-a=<text>, label-b=<text>   what is written on them, percent-encoded
 *   ?a=<url>&b=<url>&run=<lines>     images to fetch
 *
 *   parseLink(href)              what the address asks for; never throws
 *   openLink(href)               the same with the carried disks decoded; never throws
 *   buildLink(base, contents)    an address; throws ShareError `too-large` beyond LINK_LIMIT
 *
 * Both parts may be there: for the same key the fragment counts. `run` is percent-encoded, a "+"
 * is a plus. Unknown keys are left alone. An address is hostile: what cannot be understood
 * becomes one sentence in `errors`, and the rest stands. Whoever uses `run` shows it before it
 * runs; so it has only characters that can be seen (visible.ts).
 *
 * Commands belong to the disks that they come with: where one of these cannot be had, `run` is
 * empty, and a sentence says so. What cannot be known here (an address that does not answer) is for
 * whoever fetches it to observe.
 */

import { ShareError } from '../errors.ts';
import type { LinkDisk, LinkDrive, LinkRequest, OpenedLink } from '../types.ts';
import { LINK_LIMIT, decodeDisk, encodeDisk, tooLong } from './codec.ts';
import { scrubImage } from './scrub.ts';
import { isVisible, visibleLabel } from './visible.ts';

const DRIVES: readonly LinkDrive[] = ['a', 'b'];
const LONGEST_RUN = 8_192;
/** Of a line, in characters: what the shell's line editor takes. What is shown is what is typed. */
const LONGEST_LINE = 2_000;
const WITHHELD = 'The commands in this link were left out, since its disk could not be had.';

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
function runFault(run: string): string | undefined {
  if (!isVisible(run)) return 'have characters that cannot be seen or typed';
  const tooLong = run.split('\n').some((line) => Array.from(line).length > LONGEST_LINE);
  if (run.length > LONGEST_RUN || tooLong) return 'are too long';
  return undefined;
}

/** What is written on a disk, as far as it can be seen. */
function parseLabel(raw = ''): { label?: string } {
  const label = visibleLabel(percentDecode(raw) ?? '');
  return label === '' ? {} : { label };
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
  const errors: string[] = [];
  const disks: Partial<Record<LinkDrive, LinkDisk>> = {};
  let missing = false;
  for (const drive of DRIVES) {
    const text = carried.get(drive);
    const address = asked.get(drive);
    const label = parseLabel(carried.get(`label-${drive}`));
    if (text) disks[drive] = { kind: 'inline', text: percentDecode(text) ?? text, ...label };
    else if (address) {
      const url = parseAddress(drive, address, base, errors);
      if (url) disks[drive] = { kind: 'address', url };
      else missing = true;
    }
  }
  const run = parseRun(carried.get('run') ?? asked.get('run') ?? '', errors);
  return { disks, run: missing ? withhold(run, errors) : run, errors };
}

function withhold(run: string, errors: string[]): string {
  if (run !== '') errors.push(WITHHELD);
  return '';
}

export async function openLink(href: string | URL): Promise<OpenedLink> {
  const { disks, run, errors } = parseLink(href);
  const opened: OpenedLink = { disks: {}, run, errors };
  for (const drive of DRIVES) {
    const disk = disks[drive];
    if (disk?.kind === 'address') opened.disks[drive] = disk;
    if (disk?.kind !== 'inline') continue;
    try {
      const { text, ...rest } = disk;
      opened.disks[drive] = { ...rest, image: await decodeDisk(text) };
    } catch (error) {
      const why = error instanceof ShareError ? error.message : 'It cannot be read.';
      errors.push(`Drive ${drive.toUpperCase()}: ${why}`);
      opened.run = withhold(opened.run, errors);
    }
  }
  return opened;
}

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

export interface LinkContents {
  disks?: Partial<Record<LinkDrive, Uint8Array>>;
  /** What is written on them. */
  labels?: Partial<Record<LinkDrive, string>>;
  run?: string;
}

/** Other keys of the base's query, such as `topology`, stay; its fragment goes. */
export async function buildLink(base: string | URL, contents: LinkContents): Promise<string> {
  const parts: string[] = [];
  for (const drive of DRIVES) {
    const image = contents.disks?.[drive];
    if (!image) continue;
    parts.push(`${drive}=${await encodeDisk(scrubImage(image).image)}`);
    const label = visibleLabel(contents.labels?.[drive] ?? '');
    if (label) parts.push(`label-${drive}=${encodeURIComponent(label)}`);
  }
  if (contents.run) parts.push(`run=${encodeRun(contents.run)}`);
  const url = new URL(base);
  for (const key of [...DRIVES, 'run']) url.searchParams.delete(key);
  url.hash = '';
  const link = parts.length > 0 ? `${url.href}#${parts.join('&')}` : url.href;
  if (link.length > LINK_LIMIT) throw tooLong(link.length);
  return link;
}
