/** md and rd: makes directories, with those in between, and removes them. */
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
import { makeDirectory } from '../copy-tree.ts';
import { nameErrors } from '../errors.ts';
import { childOf, type FullPath, ntPath, parentOf, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { isDots } from '../targets.ts';
import { samePath } from '../transfer.ts';
import { ANY, type Command } from './command.ts';

/** Directories in directories: more is a circle, which only a damaged disk has. */
const DEEPEST = 128;

export const md: Command = {
  name: 'md',
  usage: 'md directory [directory ...]    makes those in between too',
  summary: 'Makes directories.',
  names: [1, ANY],
  async run(shell, { names }) {
    for (const name of names) {
      const path = shell.directories.resolve(name);
      if (await isWayMissing(() => create(shell, path))) {
        await makeDirectory(shell, parentOf(path));
        await create(shell, path);
      }
    }
  },
};

function create(shell: Shell, path: FullPath): Promise<unknown> {
  return nameErrors(showPath(path), async () => {
    const handle = await openFile(shell.process, ntPath(path), {
      access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
      disposition: FILE_CREATE,
      options: FILE_DIRECTORY_FILE,
    });
    await NtClose(shell.process, { handle });
  });
}

/** It has failed, because a directory above was not there. */
async function isWayMissing(body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    return false;
  } catch (error) {
    if (error instanceof CommandError && error.status === Status.STATUS_OBJECT_PATH_NOT_FOUND)
      return true;
    throw error;
  }
}

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

/** It must be empty. */
export async function removeDirectory(shell: Shell, path: FullPath): Promise<void> {
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
