/**
 * What a command reads that was given `<` or stands behind a `|`.
 *
 *   line()     the next line, without its end; undefined: there is no more
 *   pieces()   all that is left, byte for byte
 *   close()    whoever opened it does
 */
import { decodeText } from '../rtl/codepage.ts';

const LINE_FEED = 0x0a;
/** Bytes of a line; the rest of a longer one is another line. */
const LONGEST = 0x2000;

export class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #release: () => unknown;
  #held: Uint8Array = new Uint8Array();
  #ended = false;

  /** `release`: what is to be done when nobody reads it any more. */
  constructor(source: AsyncIterable<Uint8Array>, release: () => unknown = () => Promise.resolve()) {
    this.#source = source[Symbol.asyncIterator]();
    this.#release = release;
  }

  async line(): Promise<string | undefined> {
    let end = this.#held.indexOf(LINE_FEED);
    while (end < 0 && this.#held.length < LONGEST && (await this.#more()))
      end = this.#held.indexOf(LINE_FEED);
    if (this.#held.length === 0) return undefined;
    const length = end < 0 ? Math.min(this.#held.length, LONGEST) : end + 1;
    const line = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return decodeText(line).replace(/\r?\n$/, '');
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    while (this.#held.length > 0 || (await this.#more())) {
      const piece = this.#held;
      this.#held = new Uint8Array();
      yield piece;
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#release();
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#source.next();
    if (next.done) {
      this.#ended = true;
      return false;
    }
    const whole = new Uint8Array(this.#held.length + next.value.length);
    whole.set(this.#held);
    whole.set(next.value, this.#held.length);
    this.#held = whole;
    return true;
  }
}
