/**
 * Where a shell's text goes to and its lines come from.
 *
 * Commands write lines that end in `\n`, and the contents of files; a console makes of it what its
 * device wants. Whatever a command writes may come from a disk: none of it can act on a terminal
 * (screen.ts).
 *
 *   SerialConsole   the terminal, through the serial driver
 *   BufferConsole   the same text for who runs a line from outside: what a terminal would show
 *   FileConsole     redirection: text as it is, lines ending in CR LF; files byte for byte
 */
import { NtReadFile } from '../ntdll/native.ts';
import { check, writeAt } from '../ntdll/files.ts';
import type { HeapBuffer } from '../ntdll/heap.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { LineEditor } from './editor.ts';
import { CLEAR, lines, type Screen, shown } from './screen.ts';
import { textOf } from './text.ts';

export interface Console {
  write(text: string): Promise<void>;
  /** The contents of a file: as text where somebody reads it. */
  writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Nothing where there is no screen. */
  clear(): Promise<void>;
  /** The next line without its end; undefined when no more will come. */
  readLine(prompt: string): Promise<string | undefined>;
}

/** Pieces of output, one after the other. */
class Collected {
  readonly #parts: Uint8Array[] = [];

  add(bytes: Uint8Array): void {
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

  readLine(): Promise<undefined> {
    return Promise.resolve(undefined);
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

  readLine(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  bytes(): Uint8Array {
    return this.#collected.bytes();
  }
}

const READ_LENGTH = 256;

export class SerialConsole implements Console {
  readonly #process: NtProcess;
  readonly #handle: number;
  readonly #buffer: HeapBuffer;
  readonly #editor = new LineEditor();
  readonly #encoder = new TextEncoder();

  constructor(process: NtProcess, handle: number) {
    this.#process = process;
    this.#handle = handle;
    this.#buffer = process.heap.allocate(READ_LENGTH);
  }

  write(text: string): Promise<void> {
    return this.#put(lines(shown(text)));
  }

  async writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const text of textOf(pieces)) await this.write(text);
  }

  clear(): Promise<void> {
    return this.#put(CLEAR);
  }

  async readLine(prompt: string): Promise<string | undefined> {
    await this.#put(this.#editor.start(prompt));
    for (;;) {
      const { echo, line } = this.#editor.next();
      await this.#put(echo);
      if (line !== undefined) return line;
      this.#editor.feed(await this.#read());
    }
  }

  /** The one way to the terminal. */
  async #put(screen: Screen): Promise<void> {
    const bytes = this.#encoder.encode(screen);
    if (bytes.length > 0) await writeAt(this.#process, this.#handle, 0, bytes);
  }

  async #read(): Promise<Uint8Array> {
    const answer = await NtReadFile(this.#process, {
      handle: this.#handle,
      address: this.#buffer.address,
      length: READ_LENGTH,
      offset: 0,
    });
    return this.#buffer.memory.read(0, check(answer).information);
  }
}
