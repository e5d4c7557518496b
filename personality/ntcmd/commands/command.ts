/**
 * What a command is. A new one is a file beside this one, and a line in index.ts.
 */
import type { Shell } from '../context.ts';

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /**
   * `args` are the words after the command, `rest` the text as typed. Writes to `shell.console`;
   * raises NtException for what went wrong, or resolves to a status after having said it.
   */
  run(shell: Shell, args: readonly string[], rest: string): Promise<number | void>;
}
