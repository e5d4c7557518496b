/** md and rd: makes and removes directories. */
import { check, deleteFile, listDirectory, openFile, withFile } from '../../ntdll/files.ts';
import { NtClose, NtSetInformationFile } from '../../ntdll/native.ts';
import { encodeDisposition } from '../../rtl/information.ts';
import {
  DELETE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_CREATE,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_SHARE_ALL,
  FileDispositionInformation,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isSure } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors } from '../errors.ts';
import { childOf, type FullPath, ntPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { isDots } from '../targets.ts';
import { samePath } from '../transfer.ts';
import { ANY, type Command } from './command.ts';

/** Directories in directories: more is a circle, which only a damaged disk has. */
const DEEPEST = 128;

export const md: Command = {
  name: 'md',
  usage: 'md directory [directory ...]',
  summary: 'Makes directories.',
  names: [1, ANY],
  async run(shell, { names }) {
    for (const name of names) {
      const path = shell.directories.resolve(name);
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
  usage:
    'rd [/s] [/q] directory [directory ...]    must be empty, but with /s: all that is in it goes too; /q: without asking',
  summary: 'Removes directories.',
  switches: ['s', 'q'],
  names: [1, ANY],
  async run(shell, { switches, names }) {
    for (const name of names) {
      const path = shell.directories.resolve(name);
      if (holdsCurrent(shell, path))
        throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(path)}, where you are`);
      if (!switches.has('s')) await removeDirectory(shell, path);
      else if (await isSure(shell, showPath(path), switches.has('q')))
        await removeTree(shell, path);
    }
  },
};

/** The current directory of its drive is in it, or is it. */
export function holdsCurrent(shell: Shell, path: FullPath): boolean {
  const current = shell.directories.current(path.drive);
  const above = { ...current, parts: current.parts.slice(0, path.parts.length) };
  return samePath(above, path);
}

/** With all that is in it. */
export async function removeTree(shell: Shell, path: FullPath, depth = 0): Promise<void> {
  if (depth > DEEPEST) throw new CommandError(Status.STATUS_FILE_CORRUPT_ERROR, showPath(path));
  const entries = await nameErrors(showPath(path), () =>
    listDirectory(shell.process, ntPath(path)),
  );
  for (const entry of entries.filter((one) => !isDots(one))) {
    await shell.terminal?.check();
    const child = childOf(path, entry.name);
    if (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) await removeTree(shell, child, depth + 1);
    else await nameErrors(showPath(child), () => deleteFile(shell.process, ntPath(child)));
  }
  await removeDirectory(shell, path);
}

async function removeDirectory(shell: Shell, path: FullPath): Promise<void> {
  const options = {
    access: DELETE | SYNCHRONIZE,
    share: FILE_SHARE_ALL,
    options: FILE_DIRECTORY_FILE,
  };
  await nameErrors(showPath(path), () =>
    withFile(shell.process, ntPath(path), options, async (handle) => {
      const data = encodeDisposition(true);
      const set = { handle, class: FileDispositionInformation, data };
      check(await NtSetInformationFile(shell.process, set));
    }),
  );
}
