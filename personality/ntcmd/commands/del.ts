/** del: deletes files. */
import { deleteFile } from '../../ntdll/files.ts';
import { Status } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { expand, isDirectory } from '../targets.ts';
import type { Command } from './command.ts';

const usage = 'del file [file ...]    wildcards are allowed';

export const del: Command = {
  name: 'del',
  usage,
  summary: 'Deletes files.',
  async run(shell, args) {
    if (args.length === 0) throw usageError(usage);
    for (const arg of args) {
      for (const path of await expand(shell, arg)) {
        if (await isDirectory(shell, path))
          throw new CommandError(Status.STATUS_FILE_IS_A_DIRECTORY, showPath(path));
        await nameErrors(showPath(path), () => deleteFile(shell.process, ntPath(path)));
      }
    }
  },
};
