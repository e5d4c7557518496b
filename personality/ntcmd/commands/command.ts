/**
 * What a command is. A new one is a file beside this one, and a line in index.ts.
 *
 * `switches` and `names` are all that it takes: the shell refuses the rest before `run`
 * (arguments.ts).
 */
import type { Arguments, Syntax } from '../arguments.ts';
import type { Shell } from '../context.ts';

export interface Command extends Syntax {
  readonly summary: string;
  /** It takes its text as it was typed, whatever that looks like. */
  readonly verbatim?: true;
  /** Errorlevel stays what it was where it succeeds, or always. */
  readonly keepsLevel?: 'success' | 'always';
  /**
   * Writes to `shell.console`; raises NtException for what went wrong, or resolves to a status
   * after having said it.
   */
  run(shell: Shell, args: Arguments): Promise<number | void>;
}

/** As many names as anybody types. */
export const ANY = Infinity;
