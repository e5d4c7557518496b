/**
 * Where a shell's text goes to and its lines come from.
 *
 * Commands write lines that end in `\n`; a console makes of it what its device wants. SerialConsole
 * is the terminal, through the serial driver; BufferConsole collects, for redirection and for
 * running a line from outside.
 */
import { NtReadFile } from '../ntdll/native.ts';
import { check, writeAt } from '../ntdll/files.ts';
import type { HeapBuffer } from '../ntdll/heap.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { LineEditor } from './editor.ts';

export interface Console {
  write(text: string): Promise<void>;
  /**
   * Bytes as they are: files of any encoding go through untouched where the console can take them.
   */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** The next line without its end; undefined when no more will come. */
  readLine(prompt: string): Promise<string | undefined>;
  /** Whether somebody sits there: questions are asked, and the screen can be cleared. */
  readonly interactive: boolean;
}

export class BufferConsole implements Console {
  readonly interactive = false;
  readonly #parts: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();

  write(text: string): Promise<void> {
    return this.writeBytes(this.#encoder.encode(text));
  }

  writeBytes(bytes: Uint8Array): Promise<void> {
    this.#parts.push(bytes);
    return Promise.resolve();
  }

  readLine(): Promise<undefined> {
    return Promise.resolve(undefined);
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

const READ_LENGTH = 256;

export class SerialConsole implements Console {
  readonly interactive = true;
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

  async write(text: string): Promise<void> {
    await this.writeBytes(this.#encoder.encode(text.replaceAll(/\r?\n/g, '\r\n')));
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await writeAt(this.#process, this.#handle, 0, bytes);
  }

  async readLine(prompt: string): Promise<string | undefined> {
    await this.write(this.#editor.start(prompt));
    for (;;) {
      const { echo, line } = this.#editor.next();
      if (echo) await this.writeBytes(this.#encoder.encode(echo));
      if (line !== undefined) return line;
      this.#editor.feed(await this.#read());
    }
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
