/** cd: shows or changes the current directory of a drive. */
import { openFile } from '../../ntdll/files.ts';
import { NtClose } from '../../ntdll/native.ts';
import { FILE_DIRECTORY_FILE, FILE_LIST_DIRECTORY, SYNCHRONIZE } from '../../rtl/nt.ts';
import { nameErrors } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { checkDrive } from '../volume.ts';
import type { Command } from './command.ts';

export const cd: Command = {
  name: 'cd',
  usage: 'cd [/d] [drive:][path]    /d: changes the drive too',
  summary: 'Shows or changes the current directory.',
  switches: ['d'],
  names: [0, 1],
  async run(shell, { switches, names: [name] }) {
    const drive = name !== undefined && /^[a-z]:$/i.test(name) ? name.toUpperCase() : undefined;
    if (drive !== undefined) await checkDrive(shell, drive);
    if (drive !== undefined && switches.has('d')) {
      shell.directories.drive = drive;
      return;
    }
    if (name === undefined || drive !== undefined) {
      const current = shell.directories.current(drive ?? shell.directories.drive);
      return shell.console.write(`${showPath(current)}\n`);
    }
    const path = shell.directories.resolve(name);
    if (path.drive !== shell.directories.drive) await checkDrive(shell, path.drive);
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
