/**
 * Short names: 8.3, upper case, in the OEM code page; every long name has one that its directory
 * does not have yet.
 *
 * The first four names that begin alike get `~1` to `~4`; from then on four digits of a checksum
 * of the long name stand before the tail, as in NT (`LO1A2B~1`), so that finding a free one costs
 * the same whether ten names begin alike or ten thousand.
 *
 * A name that is a short name but for its case gets no other. Where base and extension are each all
 * upper or all lower case, two bits of the entry say so, as NT does it, and no long name is needed.
 *
 * Source: fatgen103, "The Basis-Name Generation Algorithm" and "The Numeric-Tail Generation
 * Algorithm".
 */
import { encodeOem } from './oem.ts';
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { E5_STANDS_AS, LOWER_BASE, LOWER_EXTENSION, type ShortNameBytes } from './dirent.ts';

const BLANK = 0x20;
/** Plain tails, before checksums are used. */
const PLAIN_TAILS = 4;
const TAILS = 9;
/** Checksums that are tried: a directory cannot be so full. */
const SALTS = 20_000;
const VALID = /^[A-Z0-9!#$%&'()\-@^_`{}~\u0080-\uffff]+$/;

export interface ShortName {
  bytes: ShortNameBytes;
  /** For the entry: LOWER_BASE, LOWER_EXTENSION. */
  caseBits: number;
  /** It says all that the name says: no long name is needed. */
  exact: boolean;
}

/** For sets of short names. */
export function shortNameKey(bytes: ShortNameBytes): string {
  return String.fromCharCode(...bytes);
}

/** `taken` says whether the directory has a short name already, by its key. */
export function shortNameFor(name: string, taken: (key: string) => boolean): ShortName {
  const whole = pack(RtlUpcase(name));
  if (!whole || taken(shortNameKey(whole)))
    return { bytes: withTail(name, taken), caseBits: 0, exact: false };
  const caseBits = caseOf(name);
  return { bytes: whole, caseBits: caseBits ?? 0, exact: caseBits !== undefined };
}

/** Undefined where the bits cannot say it: mixed case, or lower case outside ASCII. */
function caseOf(name: string): number | undefined {
  const [base = '', extension = ''] = name.split('.');
  let bits = 0;
  for (const [part, bit] of [
    [base, LOWER_BASE],
    [extension, LOWER_EXTENSION],
  ] as const) {
    if (part === RtlUpcase(part)) continue;
    if (part !== part.toLowerCase() || /[^\0-\x7f]/.test(part)) return undefined;
    bits |= bit;
  }
  return bits;
}

function withTail(name: string, taken: (key: string) => boolean): ShortNameBytes {
  const stripped = RtlUpcase(name).replaceAll(' ', '').replace(/^\.+/, '');
  const dot = stripped.lastIndexOf('.');
  const base = replaceInvalid((dot < 0 ? stripped : stripped.slice(0, dot)).replaceAll('.', ''));
  const extension = replaceInvalid(dot < 0 ? '' : stripped.slice(dot + 1)).slice(0, 3);
  const end = extension === '' ? '' : `.${extension}`;
  for (const stem of stems(name, base || '_')) {
    const bytes = pack(stem + end);
    if (bytes && !taken(shortNameKey(bytes))) return bytes;
  }
  throw new NtException(Status.STATUS_CANNOT_MAKE);
}

/** In the order in which they are tried. */
function* stems(name: string, base: string): Generator<string> {
  for (let tail = 1; tail <= PLAIN_TAILS; tail++) yield `${base.slice(0, 6)}~${tail}`;
  for (let salt = 0; salt < SALTS; salt++)
    for (let tail = 1; tail <= TAILS; tail++)
      yield `${base.slice(0, 2)}${checksum(name, salt)}~${tail}`;
}

/** Four hexadecimal digits (FNV-1a, folded). */
function checksum(name: string, salt: number): string {
  let sum = 0x811c_9dc5 ^ salt;
  for (let at = 0; at < name.length; at++)
    sum = Math.imul(sum ^ name.charCodeAt(at), 0x0100_0193) >>> 0;
  return ((sum >>> 16) ^ (sum & 0xffff)).toString(16).toUpperCase().padStart(4, '0');
}

function replaceInvalid(text: string): string {
  let result = '';
  for (const character of text)
    result += VALID.test(character) && encodeOem(character) ? character : '_';
  return result;
}

/** Undefined where `text` is no short name in upper case. */
function pack(text: string): ShortNameBytes | undefined {
  const parts = text.split('.');
  const [base = '', extension = ''] = parts;
  if (parts.length > 2 || !VALID.test(base)) return undefined;
  if (parts.length === 2 && !VALID.test(extension)) return undefined;
  const baseBytes = encodeOem(base);
  const extensionBytes = encodeOem(extension);
  if (!baseBytes || !extensionBytes || baseBytes.length > 8 || extensionBytes.length > 3)
    return undefined;
  const bytes = new Uint8Array(11).fill(BLANK);
  bytes.set(baseBytes);
  bytes.set(extensionBytes, 8);
  if (bytes[0] === 0xe5) bytes[0] = E5_STANDS_AS;
  return bytes;
}
