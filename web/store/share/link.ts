/**
 * The site's address: the disks and the commands that it carries.
 *
 *   #a=<disk>&b=<disk>&run=<lines>   disks in the address itself; it never reaches a server
 *   ?a=<url>&b=<url>&run=<lines>     images to fetch
 *
 *   parseLink(href)              what the address asks for; never throws
 *   openLink(href)               the same with the carried disks decoded; never throws
 *   buildLink(base, contents)    an address; throws ShareError `too-large` beyond LINK_LIMIT
 *
 * Both parts may be there: for the same key the fragment counts. `run` is percent-encoded, a "+"
 * is a plus. Unknown keys are left alone. An address is hostile: what cannot be understood
 * becomes one sentence in `errors`, and the rest stands. Whoever uses `run` shows it before it
 * runs.
 */

import { ShareError } from '../errors.ts';
import type { LinkDisk, LinkDrive, LinkRequest, OpenedLink } from '../types.ts';
import { LINK_LIMIT, decodeDisk, encodeDisk, tooLong } from './codec.ts';
import { scrubImage } from './scrub.ts';

const DRIVES: readonly LinkDrive[] = ['a', 'b'];
const LONGEST_RUN = 8_192;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** All but tab and newline. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

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

function parseRun(raw: string, errors: string[]): string {
  const text = percentDecode(raw)?.replace(/\r\n?/g, '\n');
  // Control characters would steer the terminal, and not be seen before the lines run.
  const fit = text !== undefined && text.length <= LONGEST_RUN && !CONTROL.test(text);
  if (fit) return text;
  errors.push('The commands in this link cannot be understood and were left out.');
  return '';
}

export function parseLink(href: string | URL): LinkRequest {
  const { base, query, fragment } = splitHref(String(href));
  const asked = parsePairs(query);
  const carried = parsePairs(fragment);
  const errors: string[] = [];
  const disks: Partial<Record<LinkDrive, LinkDisk>> = {};
  for (const drive of DRIVES) {
    const text = carried.get(drive);
    const address = asked.get(drive);
    if (text) disks[drive] = { kind: 'inline', text: percentDecode(text) ?? text };
    else if (address) {
      const url = parseAddress(drive, address, base, errors);
      if (url) disks[drive] = { kind: 'address', url };
    }
  }
  const run = carried.get('run') ?? asked.get('run') ?? '';
  return { disks, run: parseRun(run, errors), errors };
}

export async function openLink(href: string | URL): Promise<OpenedLink> {
  const { disks, run, errors } = parseLink(href);
  const opened: OpenedLink = { disks: {}, run, errors };
  for (const drive of DRIVES) {
    const disk = disks[drive];
    if (disk?.kind === 'address') opened.disks[drive] = disk;
    if (disk?.kind !== 'inline') continue;
    try {
      opened.disks[drive] = { kind: 'inline', image: await decodeDisk(disk.text) };
    } catch (error) {
      const why = error instanceof ShareError ? error.message : 'It cannot be read.';
      errors.push(`Drive ${drive.toUpperCase()}: ${why}`);
    }
  }
  return opened;
}

/** Refuses what `parseLink` would leave out at the other end. */
function encodeRun(run: string): string {
  const encoded = encodeURIComponent(run.replace(LONE_SURROGATE, '\ufffd'));
  const errors: string[] = [];
  parseRun(encoded, errors);
  if (errors.length === 0) return encoded;
  const most = LONGEST_RUN.toLocaleString('en-US');
  const message = `Commands in a link may have ${most} characters and no control characters.`;
  throw new ShareError('run', message);
}

export interface LinkContents {
  disks?: Partial<Record<LinkDrive, Uint8Array>>;
  run?: string;
}

/** Other keys of the base's query, such as `topology`, stay; its fragment goes. */
export async function buildLink(base: string | URL, contents: LinkContents): Promise<string> {
  const parts: string[] = [];
  for (const drive of DRIVES) {
    const image = contents.disks?.[drive];
    if (image) parts.push(`${drive}=${await encodeDisk(scrubImage(image).image)}`);
  }
  if (contents.run) parts.push(`run=${encodeRun(contents.run)}`);
  const url = new URL(base);
  for (const key of [...DRIVES, 'run']) url.searchParams.delete(key);
  url.hash = '';
  const link = parts.length > 0 ? `${url.href}#${parts.join('&')}` : url.href;
  if (link.length > LINK_LIMIT) throw tooLong(link.length);
  return link;
}
