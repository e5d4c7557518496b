/**
 * Questions before something is lost.
 *
 * Only who sits at the terminal can be asked. In `exec` nobody does: there a command does what it
 * was told, as in a batch file of NT, and one that was told to ask (`/-y`) refuses. Where input
 * comes from a file or a pipe, the answers do; at its end they are no. In a batch file nothing is
 * asked before something is overwritten.
 *
 *   isSure(shell, what, quiet)    "A:\*.*, Are you sure (Y/N)?"
 *   new Overwriting(shell, switches).allows(path)
 *                                 "Overwrite A:\X? (Yes/No/All):", for copy and move: /y, /-y
 *   choice(shell, question, letters)
 *   yesOrNo(terminal, question)   for the shell itself
 */
import { attributesOf } from '../ntdll/files.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import type { Input } from './input.ts';
import type { Terminal } from './terminal.ts';
import { type FullPath, ntPath, showPath } from './path.ts';

/** The first letter of the answer, once it is one of `letters`. */
export async function choice(shell: Shell, question: string, letters: string): Promise<string> {
  const { input, terminal } = shell;
  for (;;) {
    const line = input ? await answered(shell, question, input) : await terminal!.ask(question);
    if (line === undefined) return 'n';
    const letter = line.trim().toLowerCase().slice(0, 1);
    if (letter !== '' && letters.includes(letter)) return letter;
  }
}

/** An answer that was given before, shown as if it were typed. */
async function answered(
  { errors }: Shell,
  question: string,
  input: Input,
): Promise<string | undefined> {
  const line = await input.line();
  await errors.write(`${question}${line ?? ''}\n`);
  return line;
}

export async function yesOrNo(terminal: Terminal, question: string): Promise<boolean> {
  for (;;) {
    const letter = (await terminal.ask(question)).trim().toLowerCase().slice(0, 1);
    if (letter === 'y' || letter === 'n') return letter === 'y';
  }
}

export async function isSure(shell: Shell, what: string, quiet: boolean): Promise<boolean> {
  if (quiet || !shell.terminal) return true;
  return (await choice(shell, `${what}, Are you sure (Y/N)? `, 'yn')) === 'y';
}

/** Before a typed `>` replaces what is in a file. */
export async function mayReplace(shell: Shell, path: FullPath): Promise<boolean> {
  if (!shell.terminal || shell.session.frame) return true;
  return (await choice(shell, `Overwrite ${showPath(path)}? (Yes/No): `, 'yn')) === 'y';
}

export const OVERWRITE_SWITCHES = ['y', '-y'] as const;

export class Overwriting {
  readonly #shell: Shell;
  readonly #must: boolean;
  #all: boolean;

  constructor(shell: Shell, switches: ReadonlySet<string>) {
    this.#shell = shell;
    this.#must = switches.has('-y');
    const unasked = !shell.terminal || shell.session.frame !== undefined;
    this.#all = !this.#must && (switches.has('y') || unasked);
  }

  async allows(path: FullPath): Promise<boolean> {
    if (this.#all || path.device || !(await exists(this.#shell, path))) return true;
    if (!this.#shell.terminal)
      throw new CommandError(Status.STATUS_OBJECT_NAME_COLLISION, showPath(path));
    const question = `Overwrite ${showPath(path)}? (Yes/No/All): `;
    const letter = await choice(this.#shell, question, 'yna');
    this.#all = letter === 'a';
    return letter !== 'n';
  }
}

async function exists(shell: Shell, path: FullPath): Promise<boolean> {
  try {
    await attributesOf(shell.process, ntPath(path));
    return true;
  } catch (error) {
    // Whatever is wrong with the name is said by who opens it.
    if (error instanceof NtException) return false;
    throw error;
  }
}
