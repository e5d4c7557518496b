/**
 * Where a shell's text goes to.
 *
 * Commands write lines that end in `\n`, and the contents of files; a console makes of it what its
 * device wants. Whatever a command writes may come from a disk: none of it can act on a terminal
 * (screen.ts).
 *
 *   SerialConsole   the terminal, through the serial driver (terminal.ts)
 *   BufferConsole   the same text for who runs a line from outside: what a terminal would show
 *   FileConsole     redirection: text as it is, lines ending in CR LF; files byte for byte
 */
import * as Status from '../rtl/ntstatus.ts';
import { Stop } from './language/signals.ts';
import { shown } from './screen.ts';
import { textOf } from './text.ts';

export interface Console {
  write(text: string): Promise<void>;
  /** The contents of a file: as text where somebody reads it. */
  writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Nothing where there is no screen. */
  clear(): Promise<void>;
}

/** Bytes that are kept of what one line prints into a file, a pipe, or for a page. */
const MOST = 64 << 20;
const LAST_WORDS = 4096;
const TOO_MUCH = `The line was stopped: it printed more than the ${MOST >> 20} MB that are kept`;

/** Pieces of output, one after the other. */
class Collected {
  readonly #parts: Uint8Array[] = [];
  #room = MOST;
  #full = false;

  /** What would be too much ends the line that prints it; a last word on that is taken. */
  add(bytes: Uint8Array): void {
    if (bytes.length > this.#room) {
      if (this.#full) return;
      this.#full = true;
      this.#room = LAST_WORDS;
      throw new Stop(Status.STATUS_QUOTA_EXCEEDED, TOO_MUCH);
    }
    this.#room -= bytes.length;
    this.#parts.push(bytes);
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

export class BufferConsole implements Console {
  readonly #collected = new Collected();
  readonly #encoder = new TextEncoder();

  write(text: string): Promise<void> {
    this.#collected.add(this.#encoder.encode(shown(text)));
    return Promise.resolve();
  }

  async writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const text of textOf(pieces)) await this.write(text);
  }

  clear(): Promise<void> {
    return Promise.resolve();
  }

  /** UTF-8. */
  bytes(): Uint8Array {
    return this.#collected.bytes();
  }
}

export class FileConsole implements Console {
  readonly #collected = new Collected();
  readonly #encoder = new TextEncoder();

  write(text: string): Promise<void> {
    this.#collected.add(this.#encoder.encode(text.replaceAll(/\r?\n/g, '\r\n')));
    return Promise.resolve();
  }

  async writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of pieces) this.#collected.add(piece);
  }

  clear(): Promise<void> {
    return Promise.resolve();
  }

  bytes(): Uint8Array {
    return this.#collected.bytes();
  }
}
