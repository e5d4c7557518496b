/**
 * Names that a directory may hold, and new ones for those that it may not.
 *
 *   isGoodName(slot)            of a short entry
 *   isGoodLabel(label), cleanLabel(label)
 *   rename(directory, entry)    a name of its own, by tails ~1, ~2, ...
 */
import { checksumOf, type Entry, longSlots, type Slot } from '../fat/slots.ts';
import { SLOT } from '../fat/geometry.ts';
import type { Directory } from './state.ts';

const FORBIDDEN = new Set([...'"*+,./:;<=>?[\\]|'].map((character) => character.charCodeAt(0)));
const BLANK = 0x20;
const STANDS_FOR_E5 = 0x05;

function isGoodByte(byte: number, place: number): boolean {
  if (place === 0 && (byte === BLANK || byte === STANDS_FOR_E5)) return byte === STANDS_FOR_E5;
  return byte >= BLANK && byte !== 0x7f && !FORBIDDEN.has(byte);
}

/** The files of OS/2, which keep their blanks. */
const OS2 = ['EA DATA  SF', 'WP ROOT  SF'];

export function isGoodName(slot: Slot): boolean {
  const { name } = slot;
  if (OS2.includes(String.fromCharCode(...name))) return true;
  if (!name.every(isGoodByte)) return false;
  return [name.subarray(0, 8), name.subarray(8)].every((part) => {
    const blank = part.indexOf(BLANK);
    return blank < 0 || part.subarray(blank).every((byte) => byte === BLANK);
  });
}

/** Blanks may be in it, lower case may not. */
export function isGoodLabel(label: Uint8Array): boolean {
  return label[0] !== BLANK && label.every((byte) => isGoodLabelByte(byte));
}

function isGoodLabelByte(byte: number): boolean {
  return byte === BLANK || (isGoodByte(byte, 1) && !(byte >= 0x61 && byte <= 0x7a));
}

export function cleanLabel(label: Uint8Array): void {
  label.forEach((byte, at) => {
    if (byte >= 0x61 && byte <= 0x7a) label[at] = byte - 0x20;
    else if (!isGoodLabelByte(byte) || (at === 0 && byte === BLANK)) label[at] = 0x5f;
  });
}

/** How short names are compared: by bytes, for whose letters they are is a code page's to say. */
export function keyOf({ name }: Slot): string {
  const part = (bytes: Uint8Array) => String.fromCharCode(...bytes).trimEnd();
  const [base, extension] = [part(name.subarray(0, 8)), part(name.subarray(8))];
  const text = extension === '' ? base : `${base}.${extension}`;
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** Every byte that may not be is `_`; then a tail where there is such a name. */
export function rename(directory: Directory, { slot, from, index, long }: Entry): void {
  const { name } = slot;
  const clean = (part: Uint8Array, isBase: boolean): string => {
    const end = part.findLastIndex((byte) => byte !== BLANK) + 1;
    const bytes = [...part.subarray(0, end)].map((byte) =>
      byte !== BLANK && isGoodByte(byte, 1) ? byte : 0x5f,
    );
    if (isBase && bytes.length === 0) bytes.push(0x5f);
    return String.fromCharCode(...bytes);
  };
  const base = clean(name.subarray(0, 8), true);
  const extension = clean(name.subarray(8), false);
  for (let tail = 0; ; tail++) {
    const end = tail === 0 ? '' : `~${tail}`;
    const text = base.slice(0, 8 - end.length) + end;
    name.fill(BLANK);
    name.set([...text].map((character) => character.charCodeAt(0)));
    name.set(
      [...extension].map((character) => character.charCodeAt(0)),
      8,
    );
    if (name[0] === 0xe5) name[0] = STANDS_FOR_E5;
    if (!directory.short.has(keyOf(slot))) break;
  }
  if (long !== undefined)
    directory.bytes.subarray(from * SLOT, index * SLOT).set(longSlots(long, checksumOf(name)));
  directory.dirty = true;
}
