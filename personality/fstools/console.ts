/**
 * The shell that started this program, as the program talks to it (rtl/console.ts).
 *
 *   connect(process)   STATUS_OBJECT_NAME_NOT_FOUND where no shell has started it
 *
 * Everything raises STATUS_CONTROL_C_EXIT when somebody has pressed Ctrl-C: who must not be
 * interrupted says nothing.
 */
import { check } from '../ntdll/files.ts';
import { NtConnectPort, NtRequestWaitReplyPort } from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/types.ts';
import {
  CONSOLE_ASK,
  CONSOLE_DATA,
  CONSOLE_ERROR,
  CONSOLE_INTERRUPTED,
  CONSOLE_NOBODY,
  CONSOLE_PICTURE,
  CONSOLE_ROW,
  CONSOLE_TEXT,
  CONSOLE_VARIABLE,
  CONSOLE_WRITE,
  consoleMessage,
  consolePieces,
  encodeConsole,
} from '../rtl/console.ts';
import { decodePortMessage, encodePortMessage, portMessage } from '../rtl/lpc.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';

export class ShellConsole {
  readonly #process: NtProcess;
  readonly #port: number;
  /** Somebody sees what is drawn. */
  readonly seen: boolean;
  readonly rows: number;
  readonly columns: number;
  #drawn = 0;
  #percent = -1;

  constructor(process: NtProcess, port: number, [seen = 0, rows = 0, columns = 0]: Uint8Array) {
    this.#process = process;
    this.#port = port;
    this.seen = seen === 1;
    this.rows = rows;
    this.columns = columns;
  }

  /** A line. */
  async say(text: string): Promise<void> {
    this.#drawn = 0;
    for (const piece of consolePieces(`${text}\n`)) await this.#send(CONSOLE_WRITE, 0, piece);
  }

  /** Bytes for the program that started this one; nobody sees them. */
  async give(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += CONSOLE_TEXT) {
      const piece = bytes.subarray(at, at + CONSOLE_TEXT);
      await this.#request(consoleMessage(CONSOLE_DATA, 0, piece));
    }
  }

  async complain(text: string): Promise<void> {
    for (const piece of consolePieces(`${text}\n`)) await this.#send(CONSOLE_ERROR, 0, piece);
  }

  /** False where nobody can be asked. */
  async askYes(question: string): Promise<boolean> {
    for (;;) {
      const [state, ...answer] = await this.#send(CONSOLE_ASK, 0, `${question} (Y/N)? `);
      if (state === CONSOLE_NOBODY) return false;
      const letter = String.fromCharCode(...answer)
        .trim()
        .toLowerCase();
      if (letter.startsWith('y') || letter.startsWith('n')) return letter.startsWith('y');
    }
  }

  /** Rows that are drawn in the place of those before. */
  async draw(rows: readonly string[]): Promise<void> {
    if (!this.seen) return;
    if (this.#drawn !== rows.length) await this.#send(CONSOLE_PICTURE, rows.length, '');
    this.#drawn = rows.length;
    for (const [index, row] of rows.entries()) await this.#send(CONSOLE_ROW, index, row);
  }

  async progress(done: number, total: number): Promise<void> {
    const percent = Math.floor((100 * done) / Math.max(total, 1));
    if (percent === this.#percent) return;
    this.#percent = percent;
    await this.draw([`${percent} percent done`]);
  }

  #send(kind: number, argument: number, text: string): Promise<Uint8Array> {
    return this.#request(encodeConsole({ kind, argument, text }));
  }

  async #request(body: Uint8Array): Promise<Uint8Array> {
    const message = encodePortMessage(portMessage(body));
    const answer = check(
      await NtRequestWaitReplyPort(this.#process, { handle: this.#port, message }),
    );
    const { data } = decodePortMessage(answer.message);
    if (data[0] === CONSOLE_INTERRUPTED) throw new NtException(Status.STATUS_CONTROL_C_EXIT);
    return data;
  }
}

export async function connect(process: NtProcess): Promise<ShellConsole> {
  const name = process.shared.parameters.environment.get(CONSOLE_VARIABLE);
  if (name === undefined) throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
  const input = { name, section: 0, information: new Uint8Array() };
  const { handle, information } = check(await NtConnectPort(process, input));
  return new ShellConsole(process, handle, information);
}
