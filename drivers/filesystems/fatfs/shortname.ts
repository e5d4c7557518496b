/**
 * Short names: 8.3, upper case, in the OEM code page, for every long name one that the directory
 * does not have yet.
 *
 * Source: fatgen103, "The Basis-Name Generation Algorithm" and "The Numeric-Tail Generation
 * Algorithm".
 */
import { encodeOem } from '../../../personality/rtl/codepage.ts';
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import type { ShortNameBytes } from './dirent.ts';

const BLANK = 0x20;
const MAXIMUM_TAIL = 999_999;
const VALID = /^[A-Z0-9!#$%&'()\-@^_`{}~\u0080-\uffff]+$/;

/** The name itself, where it is a short name as it stands; then it needs no long one. */
export function asShortName(name: string): ShortNameBytes | undefined {
  const parts = name.split('.');
  const [base = '', extension = ''] = parts;
  if (parts.length > 2 || base.length === 0 || base.length > 8 || extension.length > 3)
    return undefined;
  if (parts.length === 2 && extension.length === 0) return undefined;
  if (!VALID.test(base) || (extension && !VALID.test(extension))) return undefined;
  return RtlUpcase(name) === name ? pack(base, extension) : undefined;
}

/** `taken` says whether the directory has a short name already. */
export function makeShortName(
  name: string,
  taken: (bytes: ShortNameBytes) => boolean,
): ShortNameBytes {
  const stripped = RtlUpcase(name).replaceAll(' ', '').replace(/^\.+/, '');
  const dot = stripped.lastIndexOf('.');
  const base = replaceInvalid((dot < 0 ? stripped : stripped.slice(0, dot)).replaceAll('.', ''));
  const extension = replaceInvalid(dot < 0 ? '' : stripped.slice(dot + 1)).slice(0, 3);
  for (let tail = 1; tail <= MAXIMUM_TAIL; tail++) {
    const suffix = `~${tail}`;
    const bytes = pack((base || '_').slice(0, 8 - suffix.length) + suffix, extension);
    if (bytes && !taken(bytes)) return bytes;
  }
  throw new NtException(Status.STATUS_CANNOT_MAKE);
}

function replaceInvalid(text: string): string {
  let result = '';
  for (const unit of text) result += VALID.test(unit) && encodeOem(unit) ? unit : '_';
  return result;
}

/** Undefined where a character has no place in the code page. */
function pack(base: string, extension: string): ShortNameBytes | undefined {
  const baseBytes = encodeOem(base);
  const extensionBytes = encodeOem(extension);
  if (!baseBytes || !extensionBytes || baseBytes.length > 8 || extensionBytes.length > 3)
    return undefined;
  const bytes = new Uint8Array(11).fill(BLANK);
  bytes.set(baseBytes);
  bytes.set(extensionBytes, 8);
  if (bytes[0] === 0xe5) bytes[0] = 0x05;
  return bytes;
}

export function sameShortName(a: ShortNameBytes, b: ShortNameBytes): boolean {
  return a.every((byte, index) => byte === b[index]);
}
