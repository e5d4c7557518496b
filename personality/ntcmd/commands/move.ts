/** move: files or a directory to another place; within a disk only the names change. */
import { deleteFile, renameFile } from '../../ntdll/files.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { OVERWRITE_SWITCHES, Overwriting } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import { copyTree } from '../copy-tree.ts';
import { nameErrors } from '../errors.ts';
import { exists } from '../language/conditions.ts';
import { fullName, type FullPath, ntPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { expand, isDirectory, targetFor } from '../targets.ts';
import { copyFile, samePath } from '../transfer.ts';
import type { Command } from './command.ts';
import { holdsCurrent, removeTree } from './directories.ts';

export const move: Command = {
  name: 'move',
  usage:
    'move [/y | /-y] source target    source may have wildcards; /y: overwrites without asking',
  summary: 'Moves files, or renames a directory.',
  switches: OVERWRITE_SWITCHES,
  names: [2, 2],
  async run(shell, { switches, names: [source, target] }) {
    const to = shell.directories.resolve(target!);
    const into = to.directory || (await isDirectory(shell, to));
    const files = await expand(shell, source!);
    if (files.length > 1 && !into)
      throw new CommandError(Status.STATUS_NOT_A_DIRECTORY, showPath(to));
    const overwriting = new Overwriting(shell, switches);
    let moved = 0;
    for (const from of files) {
      await shell.terminal?.check();
      const destination = targetFor(from, to, into);
      if (!samePath(from, destination) && !(await overwriting.allows(destination))) continue;
      await nameErrors(showPath(from), () => moveOne(shell, from, destination));
      moved++;
    }
    await shell.console.write(`${moved} file(s) moved.\n`);
  },
};

/** To another disk: a copy of all of it, and then it goes. Nothing goes where a copy failed. */
async function moveTree(shell: Shell, from: FullPath, to: FullPath): Promise<void> {
  if (holdsCurrent(shell, from))
    throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(from)}, where you are`);
  const all = { pattern: '*', deep: true, empty: true, hidden: true };
  // Into a directory that is there already nothing is mixed.
  if (await exists(shell, fullName(to)))
    throw new CommandError(Status.STATUS_OBJECT_NAME_COLLISION, showPath(to));
  await copyTree(shell, from, to, {
    ...all,
    allows: () => Promise.resolve(true),
    copied: () => Promise.resolve(),
  });
  await removeTree(shell, from);
}

async function moveOne(shell: Shell, from: FullPath, to: FullPath): Promise<void> {
  if (samePath(from, to)) return;
  try {
    if (from.drive !== to.drive) throw new NtException(Status.STATUS_NOT_SAME_DEVICE);
    await renameFile(shell.process, ntPath(from), ntPath(to), true);
  } catch (error) {
    if (!(error instanceof NtException) || error.status !== Status.STATUS_NOT_SAME_DEVICE)
      throw error;
    if (await isDirectory(shell, from)) return moveTree(shell, from, to);
    await copyFile(shell, from, to);
    await deleteFile(shell.process, ntPath(from));
  }
}
