/**
 * The command prompt: takes a line, runs a command, says what went wrong.
 *
 * It holds its process, its console and its current directories; it does nothing but through
 * Nt* calls. Errors are one line, in words, with the NTSTATUS name in parentheses; `run` resolves
 * to the status, 0 for success.
 *
 *   run(line)     one command line
 *   loop()        prompt after prompt, until `exit` or the console ends
 */
import { NtException, Status, statusText } from '../rtl/status.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { CommandError } from './command-error.ts';
import { commands } from './commands/index.ts';
import { type Console, FileConsole } from './console.ts';
import type { Shell } from './context.ts';
import { type ParsedLine, parseLine } from './parse.ts';
import { Directories } from './path.ts';
import { saveOutput } from './redirect.ts';

/** Units of a path in the prompt: what waits for a prompt looks at so much. */
const LONGEST_PROMPT = 300;

export class CommandPrompt implements Shell {
  readonly process: NtProcess;
  readonly directories = new Directories();
  console: Console;
  /** `exit` was given. */
  done = false;

  constructor(process: NtProcess, console: Console) {
    this.process = process;
    this.console = console;
  }

  /** A long path is shown by its last part. */
  get prompt(): string {
    const { drive, parts } = this.directories.current();
    const path = parts.join('\\');
    return `${drive}\\${path.length > LONGEST_PROMPT ? `...\\${path.slice(-LONGEST_PROMPT)}` : path}>`;
  }

  async loop(): Promise<void> {
    while (!this.done) {
      const line = await this.console.readLine(this.prompt);
      if (line === undefined) return;
      await this.run(line);
      if (!this.done) await this.console.write('\n');
    }
  }

  async run(line: string): Promise<number> {
    const parsed = parseLine(line);
    if (!parsed) return Status.STATUS_SUCCESS;
    if ('error' in parsed) {
      await this.console.write(`The line cannot be read: ${parsed.error}.\n`);
      return Status.STATUS_INVALID_PARAMETER;
    }
    try {
      return parsed.redirect
        ? await this.#redirected(parsed, parsed.redirect)
        : await this.#command(parsed);
    } catch (error) {
      return this.report(error);
    }
  }

  /**
   * Prints an error as its line, and resolves to its status. What is no NTSTATUS is a fault of the
   * shell, and goes on.
   */
  async report(error: unknown): Promise<number> {
    if (!(error instanceof NtException)) throw error;
    const about = error instanceof CommandError && error.what ? `${error.what}: ` : '';
    await this.console.write(`${about}${statusText(error.status)}\n`);
    return error.status;
  }

  async #command(parsed: ParsedLine): Promise<number> {
    if (/^[a-z]:$/i.test(parsed.command)) {
      this.directories.drive = parsed.command;
      return Status.STATUS_SUCCESS;
    }
    const command = commands.get(parsed.command);
    if (!command) {
      await this.console.write(
        `'${parsed.command}' is not a command here; 'help' lists them (STATUS_OBJECT_NAME_NOT_FOUND).\n`,
      );
      return Status.STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (parsed.args.includes('/?')) {
      await this.console.write(`${command.summary}\n\n  ${command.usage}\n`);
      return Status.STATUS_SUCCESS;
    }
    return (await command.run(this, parsed.args, parsed.rest)) ?? Status.STATUS_SUCCESS;
  }

  /**
   * The output is kept until the command has ended, so that `type a > a` reads before it writes.
   */
  async #redirected(
    parsed: ParsedLine,
    redirect: { file: string; append: boolean },
  ): Promise<number> {
    const outer = this.console;
    const buffer = new FileConsole();
    this.console = buffer;
    let status: number;
    try {
      status = await this.#command(parsed);
    } finally {
      this.console = outer;
    }
    await saveOutput(this, redirect.file, redirect.append, buffer.bytes());
    return status;
  }
}
