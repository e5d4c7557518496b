/**
 * LZW as TeleDisk 1 packed with ("old advanced compression").
 *
 *   expandLzw(bytes, most)   undefined: it has a code that stands for nothing, or unpacks to more
 *
 * Blocks, each with a table of its own: a word, three times the number of its codes, then the codes
 * of 12 bits, two in three bytes, the first in the lower bits; of an odd number the last byte is
 * left out. Codes below 256 are bytes. Each code but a block's first makes a new one, from 256 on:
 * what the code before stood for, and one byte more. A table holds 4,096, and then stays as it is.
 *
 * What a code stands for has been written already: it is kept as its place and its length there.
 *
 * Source: M. Ogden, "Teledisk image file format notes" (after D. Dunfield), 4 October 2024, 10.1.
 */
import { Output } from './output.ts';

const FIRST = 256;
const CODES = 4096;

export function expandLzw(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const output = new Output(most);
  for (let at = 0; at + 2 <= bytes.length;) {
    const count = (bytes[at]! | (bytes[at + 1]! << 8)) / 3;
    if (!Number.isInteger(count)) return undefined;
    const length = Math.ceil((count * 3) / 2);
    const block = bytes.subarray(at + 2, at + 2 + length);
    if (!expandBlock(block, count, output)) return undefined;
    at += 2 + length;
  }
  return output.bytes;
}

/** Of a block that is cut short, what is there. */
function expandBlock(block: Uint8Array, count: number, output: Output): boolean {
  const starts = new Uint32Array(CODES);
  const lengths = new Uint16Array(CODES);
  let next = FIRST;
  let before: { start: number; length: number } | undefined;
  for (let index = 0; index < count; index++) {
    const code = codeAt(block, index);
    if (code === undefined) return true;
    if (before && next < CODES) {
      starts[next] = before.start;
      lengths[next] = before.length + 1;
      next++;
    }
    const start = output.length;
    if (code < FIRST) output.put(code);
    else if (code < next) output.copy(start - starts[code]!, lengths[code]!);
    else return false;
    if (output.full) return false;
    before = { start, length: output.length - start };
  }
  return true;
}

function codeAt(block: Uint8Array, index: number): number | undefined {
  const at = (index * 3) >> 1;
  if (at + 1 >= block.length) return undefined;
  const word = block[at]! | (block[at + 1]! << 8);
  return index & 1 ? word >> 4 : word & 0xfff;
}
