/** cd: shows or changes the current directory of a drive. */
import { openFile } from '../../ntdll/files.ts';
import { NtClose } from '../../ntdll/native.ts';
import { FILE_DIRECTORY_FILE, FILE_LIST_DIRECTORY, SYNCHRONIZE } from '../../rtl/nt.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { splitSwitches } from '../parse.ts';
import type { Command } from './command.ts';

const usage = 'cd [/d] [drive:][path]';

export const cd: Command = {
  name: 'cd',
  usage,
  summary: 'Shows or changes the current directory.',
  async run(shell, args) {
    const { switches, names } = splitSwitches(args);
    if (names.length > 1) throw usageError(usage);
    const name = names[0];
    if (name === undefined || /^[a-z]:$/i.test(name)) {
      const current = shell.directories.current(name?.toUpperCase() ?? shell.directories.drive);
      return shell.console.write(`${showPath(current)}\n`);
    }
    const path = shell.directories.resolve(name);
    await nameErrors(showPath(path), async () => {
      const options = {
        access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
        options: FILE_DIRECTORY_FILE,
      };
      const handle = await openFile(shell.process, ntPath(path), options);
      await NtClose(shell.process, { handle });
    });
    shell.directories.change(path);
    if (switches.has('d')) shell.directories.drive = path.drive;
  },
};
