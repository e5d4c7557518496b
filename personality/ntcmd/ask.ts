/**
 * Questions before something is lost.
 *
 * Only who sits at the terminal can be asked. In `exec` nobody does: there a command does what it
 * was told, as in a batch file of NT, and one that was told to ask (`/-y`) refuses.
 *
 *   isSure(shell, what, quiet)    "A:\*.*, Are you sure (Y/N)?"
 *   new Overwriting(shell, switches).allows(path)
 *                                 "Overwrite A:\X? (Yes/No/All):", for copy and move: /y, /-y
 */
import { attributesOf } from '../ntdll/files.ts';
import { NtException, Status } from '../rtl/status.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import { type FullPath, ntPath, showPath } from './path.ts';

/** The first letter of the answer, once it is one of `letters`. */
async function answer(shell: Shell, question: string, letters: string): Promise<string> {
  for (;;) {
    const line = await shell.terminal!.ask(question);
    const letter = line.trim().toLowerCase().slice(0, 1);
    if (letter !== '' && letters.includes(letter)) return letter;
  }
}

export async function isSure(shell: Shell, what: string, quiet: boolean): Promise<boolean> {
  if (quiet || !shell.terminal) return true;
  return (await answer(shell, `${what}, Are you sure (Y/N)? `, 'yn')) === 'y';
}

/** Before a typed `>` replaces what is in a file. */
export async function mayReplace(shell: Shell, path: FullPath): Promise<boolean> {
  if (!shell.terminal) return true;
  return (await answer(shell, `Overwrite ${showPath(path)}? (Yes/No): `, 'yn')) === 'y';
}

export const OVERWRITE_SWITCHES = ['y', '-y'] as const;

export class Overwriting {
  readonly #shell: Shell;
  readonly #must: boolean;
  #all: boolean;

  constructor(shell: Shell, switches: ReadonlySet<string>) {
    this.#shell = shell;
    this.#must = switches.has('-y');
    this.#all = !this.#must && (switches.has('y') || !shell.terminal);
  }

  async allows(path: FullPath): Promise<boolean> {
    if (this.#all || path.device || !(await exists(this.#shell, path))) return true;
    if (!this.#shell.terminal)
      throw new CommandError(Status.STATUS_OBJECT_NAME_COLLISION, showPath(path));
    const question = `Overwrite ${showPath(path)}? (Yes/No/All): `;
    const letter = await answer(this.#shell, question, 'yna');
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
