/**
 * The terminal, through the serial driver: a console at which somebody sits.
 *
 * Output goes in short pieces. Before each one the keyboard is looked at, so that Ctrl-C ends a
 * command that prints: `write` raises Interrupted, what the command had still to say is dropped,
 * and no more than a piece is on its way. What is typed otherwise waits for who reads next.
 *
 *   readLine(prompt, complete)   the line, edited; Ctrl-C begins another one. `complete`: what a
 *                                Tab offers
 *   ended(line, status)          a command line of it has
 *   ask(question)      a line without history; Ctrl-C raises Interrupted
 *   key()              one key (keys.ts)
 *   check()            raises Interrupted if Ctrl-C was typed
 *   size               of the window; what a terminal has that never told
 *
 * Whenever it waits for the keyboard it says so by a mark (marks.ts), when a line was taken, and
 * how a command line ended.
 */
import { NtDeviceIoControlFile, NtReadFile } from '../ntdll/native.ts';
import { check, writeAt } from '../ntdll/files.ts';
import type { HeapBuffer } from '../ntdll/heap.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { IOCTL_SERIAL_GET_COMMSTATUS } from '../rtl/nt.ts';
import { decodeCommStatus, SERIAL_STATUS_LENGTH } from '../rtl/serial.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import type { Console } from './console.ts';
import { type Candidates, LineEditor } from './editor.ts';
import { Interrupted } from './interrupted.ts';
import { KeyReader, type WindowSize } from './keys.ts';
import {
  ANY_SCREEN,
  atPrompt,
  atQuestion,
  atWork,
  CLEAR,
  ended,
  join,
  lines,
  NEW_LINE,
  NOTHING,
  type Screen,
  shown,
  WATCH_SIZE,
} from './screen.ts';
import { textOf } from './text.ts';

export interface Terminal {
  readonly size: WindowSize;
  ask(question: string, endable?: boolean): Promise<string>;
  key(): Promise<string>;
  /** A key has come that nobody has taken yet. */
  readonly waiting: boolean;
  /** As `key`; Ctrl-C raises Interrupted, and a new size of the window is none. */
  anyKey(): Promise<string>;
  check(): Promise<void>;
  /** Shows that Ctrl-C was taken. */
  interrupted(): Promise<void>;
  /** Straight to the screen. */
  draw(screen: Screen): Promise<void>;
}

export type Complete = (text: string) => Promise<Candidates>;

const noCandidates: Complete = (before) => Promise.resolve({ before, words: [] });

const READ_LENGTH = 256;
/** Bytes of output that are sent before the keyboard is looked at again. */
const PIECE = 1024;
const USUAL_SIZE: WindowSize = { rows: 25, columns: 80 };

export class SerialConsole implements Console, Terminal {
  readonly #process: NtProcess;
  readonly #handle: number;
  readonly #buffer: HeapBuffer;
  readonly #keys = new KeyReader();
  readonly #editor = new LineEditor(this.#keys);
  readonly #encoder = new TextEncoder();

  constructor(process: NtProcess, handle: number) {
    this.#process = process;
    this.#handle = handle;
    this.#buffer = process.heap.allocate(READ_LENGTH);
  }

  get size(): WindowSize {
    return this.#keys.size ?? USUAL_SIZE;
  }

  /**
   * Says hello: the terminal tells its size from now on. A shell that ended in its editor left
   * another screen.
   */
  open(): Promise<void> {
    return this.draw(join(ANY_SCREEN, WATCH_SIZE));
  }

  async write(text: string): Promise<void> {
    const bytes = this.#encoder.encode(lines(shown(text)));
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.check();
      await this.#send(bytes.subarray(at, at + PIECE));
    }
  }

  async writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const text of textOf(pieces)) await this.write(text);
  }

  clear(): Promise<void> {
    return this.draw(CLEAR);
  }

  interrupted(): Promise<void> {
    return this.draw(join(shown('^C'), NEW_LINE));
  }

  endCommand(): Promise<void> {
    return this.draw(NEW_LINE);
  }

  ended(line: string, status: number): Promise<void> {
    return this.draw(ended(line, status));
  }

  async readLine(prompt: string, complete: Complete): Promise<string> {
    for (;;) {
      const line = await this.#edit(this.#editor, prompt, atPrompt, complete);
      if (line !== undefined) return line;
    }
  }

  async ask(question: string, endable = false): Promise<string> {
    const line = await this.#edit(new LineEditor(this.#keys, endable), question, atQuestion);
    if (line === undefined) throw new Interrupted({ shown: true });
    return line;
  }

  async key(): Promise<string> {
    for (;;) {
      const key = this.#keys.next();
      if (key !== undefined) return key;
      await this.draw(atQuestion);
      this.#keys.feed(await this.#read());
    }
  }

  get waiting(): boolean {
    return this.#keys.peek() !== undefined;
  }

  async anyKey(): Promise<string> {
    for (;;) {
      const key = await this.key();
      if (key === 'cancel') throw new Interrupted();
      if (key !== 'resize') return key;
    }
  }

  async check(): Promise<void> {
    const received = this.#keys.full ? 0 : await this.#received();
    for (let left = received; left > 0; left -= READ_LENGTH) this.#keys.feed(await this.#read());
    if (this.#keys.interrupted()) throw new Interrupted();
  }

  draw(screen: Screen): Promise<void> {
    return this.#send(this.#encoder.encode(screen));
  }

  /** Undefined: Ctrl-C. */
  async #edit(
    editor: LineEditor,
    prompt: string,
    mark: Screen,
    complete: Complete = noCandidates,
  ): Promise<string | undefined> {
    await this.draw(join(editor.start(prompt), mark));
    for (;;) {
      const { echo, line, cancelled, refused, wish } = editor.next();
      const news = line !== undefined ? atWork : refused ? mark : NOTHING;
      await this.draw(join(echo, news));
      if (line !== undefined || cancelled) return line;
      if (wish) await this.draw(editor.offer(await complete(wish.text), wish));
      else this.#keys.feed(await this.#read());
    }
  }

  /** Bytes that a read would bring at once; none where the device cannot tell. */
  async #received(): Promise<number> {
    const answer = await NtDeviceIoControlFile(this.#process, {
      handle: this.#handle,
      code: IOCTL_SERIAL_GET_COMMSTATUS,
      input: new Uint8Array(),
      outputLength: SERIAL_STATUS_LENGTH,
    });
    return NT_SUCCESS(answer.status) ? decodeCommStatus(answer.output).inQueue : 0;
  }

  async #send(bytes: Uint8Array): Promise<void> {
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
