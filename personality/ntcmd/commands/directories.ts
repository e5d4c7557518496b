/** md and rd: makes and removes directories. */
import { check, openFile, withFile } from '../../ntdll/files.ts';
import { NtClose, NtSetInformationFile } from '../../ntdll/native.ts';
import { encodeDisposition } from '../../rtl/information.ts';
import {
  DELETE,
  FILE_CREATE,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_SHARE_ALL,
  FileDispositionInformation,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import type { Command } from './command.ts';

export const md: Command = {
  name: 'md',
  usage: 'md directory [directory ...]',
  summary: 'Makes directories.',
  async run(shell, args) {
    if (args.length === 0) throw usageError(md.usage);
    for (const arg of args) {
      const path = shell.directories.resolve(arg);
      await nameErrors(showPath(path), async () => {
        const handle = await openFile(shell.process, ntPath(path), {
          access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
          disposition: FILE_CREATE,
          options: FILE_DIRECTORY_FILE,
        });
        await NtClose(shell.process, { handle });
      });
    }
  },
};

export const rd: Command = {
  name: 'rd',
  usage: 'rd directory [directory ...]    directories must be empty',
  summary: 'Removes directories.',
  async run(shell, args) {
    if (args.length === 0) throw usageError(rd.usage);
    for (const arg of args) {
      const path = shell.directories.resolve(arg);
      const options = {
        access: DELETE | SYNCHRONIZE,
        share: FILE_SHARE_ALL,
        options: FILE_DIRECTORY_FILE,
      };
      await nameErrors(showPath(path), () =>
        withFile(shell.process, ntPath(path), options, async (handle) => {
          const set = {
            handle,
            class: FileDispositionInformation,
            data: encodeDisposition(true),
          };
          check(await NtSetInformationFile(shell.process, set));
        }),
      );
    }
  },
};
