/**
 * The command prompt: takes a line, runs it, says what went wrong.
 *
 * It holds its process, its streams, its current directories and what the command language
 * remembers; it does nothing but through Nt* calls. Errors are one line, in words, with the
 * NTSTATUS name in parentheses; `run` resolves to the status of the last command, 0 for success.
 *
 *   run(line)                  one command line
 *   promptLoop(shell, screen)  prompt after prompt at a terminal, until `exit`
 */
import { check } from '../ntdll/files.ts';
import { NtQuerySystemTime } from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { ProcessParameters } from '../rtl/processparameters.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { statusName, statusText } from '../rtl/statustext.ts';
import { CommandError } from './command-error.ts';
import { candidates } from './completion.ts';
import type { Console } from './console.ts';
import type { Shell } from './context.ts';
import type { Input } from './input.ts';
import { Interrupted } from './interrupted.ts';
import { Runner } from './language/runner.ts';
import { levelOf, Session } from './language/session.ts';
import { ExitBatch, ExitShell, Goto, Stop } from './language/signals.ts';
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
  readonly language: Runner;
  console: Console;
  errors: Console;
  input: Input | undefined;
  /** `exit` was given. */
  done = false;
  #steps = 0;

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
    this.language = new Runner(this);
  }

  async run(line: string): Promise<number> {
    const { console, errors, session } = this;
    const { frame } = session;
    const text = line.replace(/(?:\r\n|\r|\n)$/, '');
    this.#steps = 0;
    try {
      if (/[\r\n]/.test(text)) throw moreLines();
      return await this.language.line(text, () => this.#more());
    } catch (error) {
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
    const about = error instanceof CommandError && error.what ? `${named(error.what)}: ` : '';
    await this.errors.write(`${about}${statusText(error.status)}\n`);
    return error.status;
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

export async function promptLoop(shell: CommandPrompt, screen: SerialConsole): Promise<void> {
  while (!shell.done) {
    let line = '';
    try {
      const lines = (await promptOf(shell)).split('\n');
      if (lines.length > 1) await screen.write(`${lines.slice(0, -1).join('\n')}\n`);
      const complete = (text: string) => candidates(shell, text);
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
