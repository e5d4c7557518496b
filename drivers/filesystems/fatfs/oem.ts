/**
 * The code page of short names and labels: 437, or what the registry says.
 *
 *   selectCodePage(number)   437 or 850; whether it is one of these
 *   decodeOem, encodeOem     as rtl/codepage.ts has them, in the page that was selected
 *
 * One for the driver, as for the machine whose disks these are: nothing on a disk says in which
 * page its names were written.
 */
import { CP437, CP850 } from '../../../personality/rtl/codepage.ts';

const pages: Readonly<Record<number, string>> = { 437: CP437, 850: CP850 };

let upper = CP437;
let codes = codesOf(upper);

function codesOf(characters: string): ReadonlyMap<string, number> {
  return new Map([...characters].map((character, index) => [character, 0x80 + index]));
}

export function selectCodePage(number: number): boolean {
  const page = pages[number];
  if (page === undefined) return false;
  upper = page;
  codes = codesOf(page);
  return true;
}

export function decodeOem(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : upper[byte - 0x80];
  return text;
}

/** Undefined where the page has no such character. */
export function encodeOem(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : codes.get(character);
    if (code === undefined) return undefined;
    bytes.push(code);
  }
  return Uint8Array.from(bytes);
}
