/**
 * The text of a document of WordStar or a program like it.
 *
 * Letters have seven bits; the eighth marks the end of a word, a soft return (8D 0A) or a soft
 * blank. 1B x 1C is one letter of the PC's, 1D a run of something else that ends as it began, 1F
 * and 1E hyphens that need not be there; other control characters switch a style. A line that
 * begins with a dot and two letters is a command to the printer. 1A ends the text.
 *
 * Source: WordStar International, File Format for WordStar Release 7.0, 1992.
 */
import { decode } from './encodings.ts';

const LOOK = 0x4000;
const SOFT_RETURN = 0x8d;
const RUN = 0x1d;
const END = 0x1a;
/** The run that files begin with since release 5. */
const HEADER = [RUN, 0x7d, 0x00, 0x00];

export function isWordStar(bytes: Uint8Array): boolean {
  if (HEADER.every((byte, at) => bytes[at] === byte)) return true;
  const head = bytes.subarray(0, LOOK);
  const end = head.indexOf(END);
  const text = end < 0 ? head : head.subarray(0, end);
  let [soft, high, ends] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === 0) return false;
    if (byte === RUN) at = endOfRun(text, at);
    if (byte === 0x1b && text[at + 2] === 0x1c) at += 2;
    if (byte < 0x80) continue;
    high++;
    const next = text[at + 1] ?? 0x20;
    if (byte === SOFT_RETURN && next === 0x0a) soft++;
    const isWord = /[A-Za-z0-9.,;:!?)"'\s\x8d-]/.test(String.fromCharCode(byte & 0x7f));
    if (isWord && (/\s/.test(String.fromCharCode(next & 0x7f)) || byte === SOFT_RETURN)) ends++;
  }
  return soft > 0 && ends > high * 0.7;
}

export function wordStarText(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const next = bytes[at + 1] ?? 0;
    if (byte === END) break;
    if (byte === RUN) at = endOfRun(bytes, at);
    else if (byte === 0x1b && bytes[at + 2] === 0x1c) {
      parts.push(decode(Uint8Array.of(next), 'cp437'));
      at += 2;
    } else if (byte === SOFT_RETURN && (next & 0x7f) === 0x0a) {
      parts.push('\n');
      at++;
    } else parts.push(letter(byte & 0x7f));
  }
  const text = parts.join('').replace(/\r\n?/g, '\n');
  return text.replace(/^\.[A-Za-z]{2}.*\n/gm, '');
}

/** A style is no letter; a hyphen at the end of a line is one. */
function letter(byte: number): string {
  if (byte === 0x1f) return '-';
  if (byte === 0x0c) return '\n';
  return byte >= 0x20 || [0x09, 0x0a, 0x0d].includes(byte) ? String.fromCharCode(byte) : '';
}

/** Its length stands behind its first byte; where it does not fit, that byte alone is left out. */
function endOfRun(bytes: Uint8Array, at: number): number {
  const length = (bytes[at + 1] ?? 0) | ((bytes[at + 2] ?? 0) << 8);
  const end = at + 2 + length;
  return length > 2 && bytes[end] === RUN ? end : at;
}
