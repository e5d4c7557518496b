/**
 * Output into a file: `>` replaces it, `>>` adds to its end. What the bytes are, FileConsole says.
 *
 *   findTarget(shell, redirect)      where it goes; undefined: whoever typed it rather not
 *   saveOutput(shell, path, append, output)
 */
import { check, openFile, writeAt } from '../ntdll/files.ts';
import { NtClose, NtQueryInformationFile } from '../ntdll/native.ts';
import { decodeStandard } from '../rtl/information.ts';
import {
  FILE_NON_DIRECTORY_FILE,
  FILE_OPEN_IF,
  FILE_OVERWRITE_IF,
  FILE_READ_ATTRIBUTES,
  FILE_SHARE_READ,
  FILE_WRITE_DATA,
  FileStandardInformation,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import { NtException } from '../rtl/status.ts';
import { mayReplace } from './ask.ts';
import { nameErrors } from './errors.ts';
import { type FullPath, ntPath, showPath } from './path.ts';
import type { Shell } from './context.ts';
import { writeDevice } from './devices.ts';

export interface Redirect {
  readonly file: string;
  readonly append: boolean;
}

/** An empty file, or none, is replaced without a question; so is everything in `exec`. */
export async function findTarget(
  shell: Shell,
  { file, append }: Redirect,
): Promise<FullPath | undefined> {
  const path = shell.directories.resolveAny(file);
  if (append || path.device || !shell.terminal || shell.session.frame) return path;
  const replaces = (await lengthOf(shell, path)) > 0;
  return !replaces || (await mayReplace(shell, path)) ? path : undefined;
}

/** 0 where there is no such file, or it cannot be looked at: what is wrong is said later. */
async function lengthOf(shell: Shell, path: FullPath): Promise<number> {
  try {
    const options = { access: FILE_READ_ATTRIBUTES | SYNCHRONIZE };
    const handle = await openFile(shell.process, ntPath(path), options);
    return await sizeOf(shell, handle).finally(() => NtClose(shell.process, { handle }));
  } catch (error) {
    if (error instanceof NtException) return 0;
    throw error;
  }
}

export async function saveOutput(
  shell: Shell,
  path: FullPath,
  append: boolean,
  output: Uint8Array,
): Promise<void> {
  await nameErrors(showPath(path), async () => {
    if (path.device) return writeDevice(shell, path, once(output));
    const handle = await openFile(shell.process, ntPath(path), {
      access: FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
      share: FILE_SHARE_READ,
      disposition: append ? FILE_OPEN_IF : FILE_OVERWRITE_IF,
      options: FILE_NON_DIRECTORY_FILE,
    });
    try {
      const offset = append ? await sizeOf(shell, handle) : 0;
      await writeAt(shell.process, handle, offset, output);
    } finally {
      await NtClose(shell.process, { handle });
    }
  });
}

async function* once(output: Uint8Array): AsyncGenerator<Uint8Array> {
  yield output;
}

async function sizeOf(shell: Shell, handle: number): Promise<number> {
  const query = { handle, class: FileStandardInformation, length: 24 };
  const answer = check(await NtQueryInformationFile(shell.process, query));
  return decodeStandard(answer.data).endOfFile;
}
