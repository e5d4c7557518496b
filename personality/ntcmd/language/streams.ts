/**
 * Where a command reads from and prints to: `<`, `>`, `>>`, `2>`, `2>&1`, and pipes.
 *
 *   redirected(shell, redirections, body)   runs `body` with its streams; resolves to its status
 *   collected(shell, body)                  what `body` prints, in a shell of its own
 *
 * What goes into a file is kept until the command has ended, so that `type a > a` reads before it
 * writes. It is written whatever became of the command, but not where that was interrupted.
 */
import { openInput } from '../devices.ts';
import { CommandError } from '../command-error.ts';
import { type Console, FileConsole } from '../console.ts';
import type { Shell } from '../context.ts';
import type { Input } from '../input.ts';
import { Interrupted } from '../interrupted.ts';
import type { FullPath } from '../path.ts';
import { findTarget, saveOutput } from '../redirect.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { unquoted } from '../words.ts';
import { remember } from './session.ts';
import { ExitBatch, Goto, Stop } from './signals.ts';
import type { Redirection } from './tree.ts';

interface Output {
  readonly target: FullPath;
  readonly append: boolean;
  readonly console: FileConsole;
}

export async function redirected(
  shell: Shell,
  redirections: readonly Redirection[],
  body: () => Promise<number>,
): Promise<number> {
  if (redirections.length === 0) return body();
  const { console, errors, input } = shell;
  const outputs: Output[] = [];
  const opened: Input[] = [];
  let run: () => Promise<number>;
  try {
    for (const one of redirections)
      if (!(await redirect(shell, one, outputs, opened))) return Status.STATUS_CANCELLED;
    run = await settled(body);
  } finally {
    for (const one of opened) await one.close();
    Object.assign(shell, { console, errors, input });
  }
  for (const output of outputs)
    await saveOutput(shell, output.target, output.append, output.console.bytes());
  return run();
}

/** How `body` ended, to be done again; what interrupts is raised at once. */
async function settled(body: () => Promise<number>): Promise<() => Promise<number>> {
  try {
    const status = await body();
    return () => Promise.resolve(status);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof Stop) throw error;
    return () => Promise.reject(error as Error);
  }
}

/** False: whoever typed it rather not. */
async function redirect(
  shell: Shell,
  { stream, kind, target }: Redirection,
  outputs: Output[],
  opened: Input[],
): Promise<boolean> {
  if (stream > 2 || (kind === 'read') !== (stream === 0))
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, `Stream ${stream}`);
  if (kind === 'join') {
    const other = { 1: shell.console, 2: shell.errors }[target];
    if (!other) throw new CommandError(Status.STATUS_INVALID_PARAMETER, `Stream ${target}`);
    assign(shell, stream, other);
    return true;
  }
  if (kind === 'read') {
    shell.input = await openInput(shell, unquoted(target));
    if (shell.input) opened.push(shell.input);
    return true;
  }
  const append = kind === 'append';
  const path = await findTarget(shell, { file: unquoted(target), append });
  if (!path) return false;
  const console = new FileConsole();
  outputs.push({ target: path, append, console });
  assign(shell, stream, console);
  return true;
}

function assign(shell: Shell, stream: number, console: Console): void {
  if (stream === 2) shell.errors = console;
  else shell.console = console;
}

/**
 * Of a side of a pipe, and of a command in `for /f`: as in a process of its own, nothing that it
 * changes stays. Its errors are printed by the shell around.
 */
export async function collected(
  shell: Shell,
  body: () => Promise<number>,
): Promise<{ output: Uint8Array; status: number }> {
  const { console } = shell;
  const output = new FileConsole();
  shell.console = output;
  try {
    const status = await aside(shell, body);
    return { output: output.bytes(), status };
  } finally {
    shell.console = console;
  }
}

export async function aside(shell: Shell, body: () => Promise<number>): Promise<number> {
  const { echo, level } = shell.session;
  const back = remember(shell.session, shell.directories);
  try {
    return await body();
  } catch (error) {
    if (error instanceof ExitBatch) return error.status;
    if (error instanceof Goto) return Status.STATUS_SUCCESS;
    throw error;
  } finally {
    back();
    Object.assign(shell.session, { echo, level });
  }
}
