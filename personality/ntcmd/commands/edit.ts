/** edit: changes a text file on the screen. */
import { edit as run } from '../edit/edit.ts';
import { hasWildcards } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { showPath } from '../path.ts';
import { isDirectory } from '../targets.ts';
import type { Command } from './command.ts';

export const edit: Command = {
  name: 'edit',
  usage: 'edit file    Ctrl-S saves, Ctrl-F finds, Ctrl-G finds the next one, Ctrl-Q leaves',
  summary: 'Edits a text file.',
  names: [1, 1],
  async run(shell, { names: [name] }) {
    const path = shell.directories.resolve(name!);
    if (hasWildcards(name!))
      throw new CommandError(Status.STATUS_OBJECT_NAME_INVALID, showPath(path));
    if (await isDirectory(shell, path))
      throw new CommandError(Status.STATUS_FILE_IS_A_DIRECTORY, showPath(path));
    await run(shell, path);
  },
};
