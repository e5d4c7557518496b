/** del: deletes files. */
import { deleteFile } from '../../ntdll/files.ts';
import { hasWildcards } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isSure } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors } from '../errors.ts';
import { lastPart, ntPath, showPath } from '../path.ts';
import { expand, isDirectory } from '../targets.ts';
import { ANY, type Command } from './command.ts';

export const del: Command = {
  name: 'del',
  usage: 'del [/q] file [file ...]    wildcards are allowed; /q: without asking',
  summary: 'Deletes files.',
  switches: ['q'],
  names: [1, ANY],
  async run(shell, { switches, names }) {
    for (const name of names) {
      const pattern = shell.directories.resolve(name);
      const files = await expand(shell, name);
      const many = hasWildcards(lastPart(pattern));
      if (many && !(await isSure(shell, showPath(pattern), switches.has('q')))) continue;
      for (const path of files) {
        await shell.terminal?.check();
        if (await isDirectory(shell, path))
          throw new CommandError(Status.STATUS_FILE_IS_A_DIRECTORY, showPath(path));
        await nameErrors(showPath(path), () => deleteFile(shell.process, ntPath(path)));
      }
    }
  },
};
