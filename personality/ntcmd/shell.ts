/**
 * The command prompt: takes a line, runs it, says what went wrong.
 *
 * It holds its process, its streams, its current directories and what the command language
 * remembers; it does nothing but through Nt* calls. Errors are one line, in words, with the
 * NTSTATUS name in parentheses; `run` resolves to the status of the last command, 0 for success.
 *
 *   run(line)                  one command line
 *   promptLoop(shell, screen)  prompt after prompt at a terminal, until `exit`
 *
 * The language and all commands come with the first line (later.ts).
 */
import { check } from '../ntdll/files.ts';
import { NtQuerySystemTime } from '../ntdll/native.ts';
import { havePart, PartMissing } from '../ntdll/parts.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { ProcessParameters } from '../rtl/processparameters.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { CommandError } from './command-error.ts';
import type { Console } from './console.ts';
import type { Language, Shell } from './context.ts';
import type { Candidates } from './editor.ts';
import type { Input } from './input.ts';
import { Interrupted } from './interrupted.ts';
import { levelOf, Session } from './language/session.ts';
import { ExitBatch, ExitShell, Goto, Stop } from './language/signals.ts';
import type * as Later from './later.ts';
import { Directories } from './path.ts';
import { promptOf } from './prompt.ts';
import { named } from './screen.ts';
import type { SerialConsole, Terminal } from './terminal.ts';

/** Commands and turns of loops in one line of `exec`, which nobody can interrupt. */
const MOST_STEPS = 20_000;
/** So often others get a turn: a loop of commands that ask the system nothing would hold it. */
const REST = 64;
const TOO_LONG = `The line was stopped: it ran more than ${MOST_STEPS} commands, and nobody can interrupt it`;

export class CommandPrompt implements Shell {
  readonly process: NtProcess;
  readonly directories: Directories;
  readonly parameters: ProcessParameters;
  readonly terminal: Terminal | undefined;
  readonly session: Session;
  console: Console;
  errors: Console;
  input: Input | undefined;
  /** `exit` was given. */
  done = false;
  #steps = 0;
  #later: typeof Later | undefined;
  #language: InstanceType<typeof Later.Runner> | undefined;

  /**
   * `terminal`: where somebody sits who can be asked. `parameters`: environment and current
   * directories; absent: its own, which nobody else sees.
   */
  constructor(
    process: NtProcess,
    console: Console,
    terminal?: Terminal,
    parameters = new ProcessParameters(),
  ) {
    this.process = process;
    this.parameters = parameters;
    this.directories = new Directories(parameters);
    this.console = console;
    this.errors = console;
    this.terminal = terminal;
    this.session = new Session(terminal !== undefined, parameters);
  }

  /** There is one as soon as a line runs, and commands run in lines. */
  get language(): Language {
    return this.#language!;
  }

  async later(): Promise<typeof Later> {
    return (this.#later ??= await havePart(this.process, 'shell', () => import('./later.ts')));
  }

  async run(line: string): Promise<number> {
    const { console, errors, session } = this;
    const { frame } = session;
    const text = line.replace(/(?:\r\n|\r|\n)$/, '');
    this.#steps = 0;
    try {
      const { Runner } = await this.later();
      if (/[\r\n]/.test(text)) throw moreLines();
      this.#language ??= new Runner(this);
      return await this.#language.line(text, () => this.#more());
    } catch (error) {
      if (error instanceof PartMissing) return this.#missing(error);
      // Whatever was left in the middle.
      Object.assign(this, { console, errors, input: undefined });
      session.frame = frame;
      return this.#left(error);
    }
  }

  async step(): Promise<void> {
    if (this.terminal) return this.terminal.check();
    if (++this.#steps > MOST_STEPS) throw new Stop(Status.STATUS_QUOTA_EXCEEDED, TOO_LONG);
    if (this.#steps % REST === 0) check(await NtQuerySystemTime(this.process, {}));
  }

  async report(error: NtException): Promise<number> {
    const about =
      error instanceof CommandError && error.what ? named(error.what).replace(/:?$/, ': ') : '';
    const { statusText } = await this.later();
    await this.errors.write(`${about}${statusText(error.status)}\n`);
    return error.status;
  }

  /** The network went before the commands had come: the next line tries again. */
  async #missing({ status, words }: PartMissing): Promise<number> {
    await this.errors.write(`${words}\n`);
    return status;
  }

  /** Further lines of a block, where somebody can type them. */
  async #more(): Promise<string | undefined> {
    return this.terminal?.ask('More? ');
  }

  /** What is no NTSTATUS is a fault of the shell, and goes on; so does Ctrl-C. */
  async #left(error: unknown): Promise<number> {
    if (error instanceof ExitShell) this.done = true;
    if (error instanceof ExitBatch) return error.status;
    if (error instanceof Goto) return Status.STATUS_SUCCESS;
    if (error instanceof NtException) {
      this.session.level = levelOf(error.status);
      return this.report(error);
    }
    if (!(error instanceof Stop)) throw error;
    const { statusName } = await this.later();
    if (error.message !== '')
      await this.errors.write(`${error.message} (${statusName(error.status)}).\n`);
    this.session.level = 1;
    return error.status;
  }
}

function moreLines(): Stop {
  const status = Status.STATUS_INVALID_PARAMETER;
  return new Stop(status, 'The line cannot be read: it is more than one line');
}

/** Nothing is offered where the commands did not come: the line says it when it is run. */
async function completed(shell: CommandPrompt, text: string): Promise<Candidates> {
  try {
    return await (await shell.later()).candidates(shell, text);
  } catch (error) {
    if (error instanceof PartMissing) return { before: text, words: [] };
    throw error;
  }
}

export async function promptLoop(shell: CommandPrompt, screen: SerialConsole): Promise<void> {
  while (!shell.done) {
    let line = '';
    try {
      const lines = (await promptOf(shell)).split('\n');
      if (lines.length > 1) await screen.write(`${lines.slice(0, -1).join('\n')}\n`);
      const complete = (text: string) => completed(shell, text);
      line = await screen.readLine(lines.at(-1)!, complete);
      const status = await shell.run(line);
      if (line.trim()) await screen.ended(line, status);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (!error.shown) await screen.interrupted();
      if (line.trim()) await screen.ended(line, Status.STATUS_CONTROL_C_EXIT);
    }
    if (!shell.done) await screen.endCommand();
  }
}
