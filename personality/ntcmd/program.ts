/**
 * Programs of the system's own that a command starts and waits for: large commands are images of
 * their own, which are fetched when one is first used.
 *
 *   runProgram(shell, image, words, onData?)
 *                                     its exit status. What it prints goes where the command's
 *                                     output goes, and what it asks is asked here; what it gives as
 *                                     data goes to `onData`
 *
 * The program connects to an LPC port of the shell's (rtl/console.ts). Ctrl-C is told to it with
 * its next message, so that it ends where that is safe; then the command is interrupted.
 */
import { check } from '../ntdll/files.ts';
import {
  NtAcceptConnectPort,
  NtClose,
  NtCompleteConnectPort,
  NtCreatePort,
  NtQueryInformationProcess,
  NtReplyPort,
  NtReplyWaitReceivePortEx,
  NtWaitForMultipleObjects,
} from '../ntdll/native.ts';
import { RtlCreateUserProcess } from '../ntdll/parameters.ts';
import {
  CONSOLE_ASK,
  CONSOLE_DATA,
  CONSOLE_ERROR,
  CONSOLE_INTERRUPTED,
  CONSOLE_NOBODY,
  CONSOLE_OK,
  CONSOLE_PICTURE,
  CONSOLE_ROW,
  CONSOLE_VARIABLE,
  CONSOLE_WRITE,
  decodeConsole,
  type ReceivedMessage,
} from '../rtl/console.ts';
import { Environment } from '../rtl/environment.ts';
import {
  decodePortMessage,
  encodePortMessage,
  LPC_CONNECTION_REQUEST,
  LPC_REQUEST,
  PORT_MAXIMUM_MESSAGE_LENGTH,
  type PortMessage,
  portMessage,
} from '../rtl/lpc.ts';
import { WaitAny } from '../rtl/objects.ts';
import { CURRENT_PROCESS, TIMEOUT_INFINITE } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import type { Shell } from './context.ts';
import { nameErrors } from './errors.ts';
import { Interrupted } from './interrupted.ts';
import { Picture } from './picture.ts';

const LIMITS = {
  attributes: 0,
  maximumConnectionInformation: 16,
  maximumMessage: PORT_MAXIMUM_MESSAGE_LENGTH,
  maximumPool: 0,
};
let lastPort = 0;

export async function runProgram(
  shell: Shell,
  image: string,
  words: readonly string[],
  onData?: (piece: Uint8Array) => void,
): Promise<number> {
  const { process } = shell;
  const { id } = check(await NtQueryInformationProcess(process, { handle: CURRENT_PROCESS }));
  const name = `\\ConsoleOf${id}.${++lastPort}`;
  const port = check(await NtCreatePort(process, { name, ...LIMITS })).handle;
  try {
    const child = await nameErrors(image, () => start(shell, image, words, name));
    try {
      return await new Session(shell, port, child, onData).run();
    } finally {
      await NtClose(process, { handle: child });
    }
  } finally {
    await NtClose(process, { handle: port });
  }
}

async function start(
  { process, parameters }: Shell,
  image: string,
  words: readonly string[],
  port: string,
): Promise<number> {
  const environment = new Environment(parameters.environment.entries());
  environment.set(CONSOLE_VARIABLE, port);
  const { currentDirectory } = parameters;
  const commandLine = JSON.stringify(words);
  const options = { image, commandLine, environment, currentDirectory };
  return check(await RtlCreateUserProcess(process, options)).handle;
}

/** One program, from its connection to its end. */
class Session {
  readonly #shell: Shell;
  readonly #port: number;
  readonly #child: number;
  readonly #picture: Picture;
  readonly #onData: ((piece: Uint8Array) => void) | undefined;
  #connection = 0;
  #interrupted: Interrupted | undefined;

  constructor(
    shell: Shell,
    port: number,
    child: number,
    onData: ((piece: Uint8Array) => void) | undefined,
  ) {
    this.#shell = shell;
    this.#port = port;
    this.#child = child;
    this.#onData = onData;
    this.#picture = new Picture(shell);
  }

  async run(): Promise<number> {
    const { process } = this.#shell;
    try {
      while (await this.#hears()) await this.#receive();
      const { exitStatus } = check(
        await NtQueryInformationProcess(process, { handle: this.#child }),
      );
      if (this.#interrupted) throw this.#interrupted;
      return exitStatus;
    } finally {
      if (this.#connection !== 0) await NtClose(process, { handle: this.#connection });
    }
  }

  /** False: it has ended. What it said before that is heard first. */
  async #hears(): Promise<boolean> {
    const wait = {
      handles: [this.#port, this.#child],
      type: WaitAny,
      alertable: false,
      timeout: TIMEOUT_INFINITE,
    };
    const { status } = check(await NtWaitForMultipleObjects(this.#shell.process, wait));
    return status === Status.STATUS_SUCCESS;
  }

  async #receive(): Promise<void> {
    const { process } = this.#shell;
    const input = { handle: this.#port, reply: new Uint8Array(), timeout: 0 };
    const answer = await NtReplyWaitReceivePortEx(process, input);
    if (answer.status !== Status.STATUS_SUCCESS) return;
    const message = decodePortMessage(answer.message);
    if (message.type === LPC_CONNECTION_REQUEST) return this.#accept(message);
    if (message.type !== LPC_REQUEST) return;
    const data = await this.#answer(decodeConsole(message.data));
    await NtReplyPort(process, { handle: this.#connection, message: reply(message, data) });
  }

  async #accept(request: PortMessage): Promise<void> {
    const { process, terminal } = this.#shell;
    const { rows, columns } = terminal?.size ?? { rows: 0, columns: 0 };
    const seen = this.#picture.seen ? 1 : 0;
    const data = Uint8Array.of(seen, Math.min(rows, 255), Math.min(columns, 255));
    const message = reply(request, data);
    const input = { context: 0, message, accept: this.#connection === 0, section: 0 };
    const { status, handle } = await NtAcceptConnectPort(process, input);
    if (!NT_SUCCESS(status) || handle === 0) return;
    this.#connection = handle;
    await NtCompleteConnectPort(process, { handle });
  }

  async #answer(message: ReceivedMessage): Promise<Uint8Array> {
    if (this.#interrupted) return Uint8Array.of(CONSOLE_INTERRUPTED);
    try {
      await this.#shell.terminal?.check();
      return await this.#act(message);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.#interrupted = error;
      return Uint8Array.of(CONSOLE_INTERRUPTED);
    }
  }

  async #act({ kind, argument, text, bytes }: ReceivedMessage): Promise<Uint8Array> {
    const { console, errors, terminal, session } = this.#shell;
    if (kind === CONSOLE_WRITE) {
      this.#picture.leave();
      await console.write(text);
    } else if (kind === CONSOLE_ERROR) await errors.write(text);
    else if (kind === CONSOLE_PICTURE) await this.#picture.begin(argument);
    else if (kind === CONSOLE_ROW) await this.#picture.row(argument, text);
    else if (kind === CONSOLE_DATA) this.#onData?.(bytes);
    else if (kind === CONSOLE_ASK) {
      if (!terminal || session.frame) return Uint8Array.of(CONSOLE_NOBODY);
      const line = new TextEncoder().encode(await terminal.ask(text));
      return Uint8Array.of(CONSOLE_OK, ...line.subarray(0, 200));
    }
    return Uint8Array.of(CONSOLE_OK);
  }
}

function reply({ process, thread, id }: PortMessage, data: Uint8Array): Uint8Array {
  return encodePortMessage(portMessage(data, { process, thread, id }));
}
