/**
 * A shell without a system: its lines may use no disk. What it prints is kept, as for a page.
 *
 *   run(line, before)   `before`: lines that are run first in the same shell, unseen
 */
import { BufferConsole } from '../../personality/ntcmd/console.ts';
import { CommandPrompt } from '../../personality/ntcmd/shell.ts';
import type { NtProcess } from '../../personality/ntdll/types.ts';

/** Whoever touches it makes a system call. */
const nobody = {} as NtProcess;

export async function run(
  line: string,
  before: readonly string[] = [],
): Promise<{ status: number; output: string; shell: CommandPrompt }> {
  const shell = new CommandPrompt(nobody, new BufferConsole());
  for (const one of before) await shell.run(one);
  const console = new BufferConsole();
  Object.assign(shell, { console, errors: console });
  const status = await shell.run(line);
  return { status, output: new TextDecoder().decode(console.bytes()), shell };
}
