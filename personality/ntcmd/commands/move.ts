/** move: files or a directory to another place; within a disk only the names change. */
import { deleteFile, renameFile } from '../../ntdll/files.ts';
import { NtException, Status } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors, usageError } from '../errors.ts';
import { type FullPath, ntPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { expand, isDirectory, targetFor } from '../targets.ts';
import { copyFile, samePath } from '../transfer.ts';
import type { Command } from './command.ts';

const usage = 'move source target    source may have wildcards';

export const move: Command = {
  name: 'move',
  usage,
  summary: 'Moves files, or renames a directory.',
  async run(shell, args) {
    const [source, target] = args;
    if (source === undefined || target === undefined || args.length > 2) throw usageError(usage);
    const to = shell.directories.resolve(target);
    const into = to.directory || (await isDirectory(shell, to));
    const files = await expand(shell, source);
    if (files.length > 1 && !into)
      throw new CommandError(Status.STATUS_NOT_A_DIRECTORY, showPath(to));
    for (const from of files)
      await nameErrors(showPath(from), () => moveOne(shell, from, targetFor(from, to, into)));
    await shell.console.write(`${files.length} file(s) moved.\n`);
  },
};

async function moveOne(shell: Shell, from: FullPath, to: FullPath): Promise<void> {
  if (samePath(from, to)) return;
  try {
    if (from.drive !== to.drive) throw new NtException(Status.STATUS_NOT_SAME_DEVICE);
    await renameFile(shell.process, ntPath(from), ntPath(to), true);
  } catch (error) {
    if (!(error instanceof NtException) || error.status !== Status.STATUS_NOT_SAME_DEVICE)
      throw error;
    await copyFile(shell, from, to);
    await deleteFile(shell.process, ntPath(from));
  }
}
