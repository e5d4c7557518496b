/**
 * The contents of a file as text for people.
 *
 *   textOf(pieces)   UTF-8, or code page 437 from where it is none; ends at a DOS text's end mark
 *                    (1A); lines end in `\n`, the last one too
 *
 *   linesOf(pieces)  its lines, without their ends
 *
 * A character that is cut by the end of a piece is put together again.
 */
import { decodeOem } from '../rtl/codepage.ts';

const END_OF_TEXT = 0x1a;

export async function* textOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const reader = new TextReader();
  let last = '\n';
  for await (const piece of pieces) {
    const end = piece.indexOf(END_OF_TEXT);
    const text = reader.next(end < 0 ? piece : piece.subarray(0, end));
    if (text !== '') yield (last = text);
    if (end >= 0) break;
  }
  const rest = reader.end();
  if (rest !== '') yield (last = rest);
  if (!last.endsWith('\n')) yield '\n';
}

/** Of a longer line every so many characters are one. */
const LONGEST_LINE = 0x1_0000;

export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held = '';
  for await (const text of textOf(pieces)) {
    const lines = (held + text).split('\n');
    held = lines.pop()!;
    yield* lines;
    for (; held.length > LONGEST_LINE; held = held.slice(LONGEST_LINE))
      yield held.slice(0, LONGEST_LINE);
  }
  if (held !== '') yield held;
}

class TextReader {
  #utf8: TextDecoder | undefined = new TextDecoder('utf-8', { fatal: true });
  /** Bytes that the decoder holds back: of a character that goes on in the next piece. */
  #held: Uint8Array = new Uint8Array();
  /** A CR at the end of a piece: perhaps of a CR LF. */
  #return = false;

  next(bytes: Uint8Array): string {
    const text = (this.#return ? '\r' : '') + this.#decode(bytes);
    this.#return = text.endsWith('\r');
    return (this.#return ? text.slice(0, -1) : text).replaceAll('\r\n', '\n');
  }

  end(): string {
    return (this.#return ? '\r' : '') + decodeOem(this.#held);
  }

  #decode(bytes: Uint8Array): string {
    if (!this.#utf8) return decodeOem(bytes);
    const before = this.#held;
    try {
      const text = this.#utf8.decode(bytes, { stream: true });
      const whole = new Uint8Array([...before, ...bytes.subarray(-3)]);
      this.#held = whole.slice(whole.length - heldBack(whole));
      return text;
    } catch {
      this.#utf8 = undefined;
      this.#held = new Uint8Array();
      return decodeOem(new Uint8Array([...before, ...bytes]));
    }
  }
}

/** How many bytes at the end begin a character that is longer. */
function heldBack(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return count < length ? count : 0;
  }
  return 0;
}
