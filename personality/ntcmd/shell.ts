/**
 * The command prompt: takes a line, runs a command, says what went wrong.
 *
 * It holds its process, its console and its current directories; it does nothing but through
 * Nt* calls. Errors are one line, in words, with the NTSTATUS name in parentheses; `run` resolves
 * to the status, 0 for success.
 *
 *   run(line)                  one command line
 *   promptLoop(shell, screen)  prompt after prompt at a terminal, until `exit`
 */
import { NtException, Status, statusName, statusText } from '../rtl/status.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { asksForHelp, readArguments } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { commands } from './commands/index.ts';
import { type Console, FileConsole } from './console.ts';
import type { Shell } from './context.ts';
import { Interrupted } from './interrupted.ts';
import { type ParsedLine, parseLine, type Redirect } from './parse.ts';
import { Directories } from './path.ts';
import { findTarget, saveOutput } from './redirect.ts';
import type { SerialConsole, Terminal } from './terminal.ts';
import { checkDrive } from './volume.ts';

/** Units of a path in the prompt: what waits for a prompt looks at so much. */
const LONGEST_PROMPT = 300;

export class CommandPrompt implements Shell {
  readonly process: NtProcess;
  readonly directories = new Directories();
  readonly terminal: Terminal | undefined;
  console: Console;
  /** `exit` was given. */
  done = false;

  /** `terminal`: where somebody sits who can be asked. */
  constructor(process: NtProcess, console: Console, terminal?: Terminal) {
    this.process = process;
    this.console = console;
    this.terminal = terminal;
  }

  /** A long path is shown by its last part. */
  get prompt(): string {
    const { drive, parts } = this.directories.current();
    const path = parts.join('\\');
    return `${drive}\\${path.length > LONGEST_PROMPT ? `...\\${path.slice(-LONGEST_PROMPT)}` : path}>`;
  }

  async run(line: string): Promise<number> {
    try {
      const parsed = parseLine(line);
      if (!parsed) return Status.STATUS_SUCCESS;
      if ('error' in parsed) return await this.#refuse(parsed.error, parsed.status);
      return parsed.redirect
        ? await this.#redirected(parsed, parsed.redirect)
        : await this.#command(parsed);
    } catch (error) {
      return this.report(error);
    }
  }

  /**
   * Prints an error as its line, and resolves to its status. What is no NTSTATUS is a fault of the
   * shell, and goes on; so does Ctrl-C.
   */
  async report(error: unknown): Promise<number> {
    if (!(error instanceof NtException)) throw error;
    const about = error instanceof CommandError && error.what ? `${error.what}: ` : '';
    await this.console.write(`${about}${statusText(error.status)}\n`);
    return error.status;
  }

  async #refuse(why: string, status: number): Promise<number> {
    const words =
      status === Status.STATUS_NOT_SUPPORTED
        ? `The line was not run: ${why} is not supported yet`
        : `The line cannot be read: ${why}`;
    await this.console.write(`${words} (${statusName(status)}).\n`);
    return status;
  }

  async #command(parsed: ParsedLine): Promise<number> {
    const { command: name, words, text } = parsed;
    if (/^[a-z]:$/i.test(name) && words.length === 0) {
      await checkDrive(this, name);
      this.directories.drive = name;
      return Status.STATUS_SUCCESS;
    }
    const command = commands.get(name);
    if (!command) {
      await this.console.write(
        `'${name}' is not a command here; 'help' lists them (STATUS_OBJECT_NAME_NOT_FOUND).\n`,
      );
      return Status.STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (asksForHelp(words)) {
      await this.console.write(`${command.summary}\n\n  ${command.usage}\n`);
      return Status.STATUS_SUCCESS;
    }
    const given = command.verbatim
      ? { switches: new Set<string>(), names: [], text }
      : readArguments(command, words, text);
    return (await command.run(this, given)) ?? Status.STATUS_SUCCESS;
  }

  /**
   * The output is kept until the command has ended, so that `type a > a` reads before it writes.
   */
  async #redirected(parsed: ParsedLine, redirect: Redirect): Promise<number> {
    const target = await findTarget(this, redirect);
    if (!target) return Status.STATUS_CANCELLED;
    const outer = this.console;
    const buffer = new FileConsole();
    this.console = buffer;
    let status: number;
    try {
      status = await this.#command(parsed);
    } finally {
      this.console = outer;
    }
    await saveOutput(this, target, redirect.append, buffer.bytes());
    return status;
  }
}

export async function promptLoop(shell: CommandPrompt, screen: SerialConsole): Promise<void> {
  while (!shell.done) {
    const line = await screen.readLine(shell.prompt);
    try {
      await shell.run(line);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      await screen.interrupted();
    }
    if (!shell.done) await screen.endCommand();
  }
}
