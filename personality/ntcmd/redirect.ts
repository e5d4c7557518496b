/**
 * Output into a file: `>` replaces it, `>>` adds to its end. What the bytes are, FileConsole says.
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
import { nameErrors } from './errors.ts';
import { ntPath, showPath } from './path.ts';
import type { Shell } from './context.ts';

export async function saveOutput(
  shell: Shell,
  name: string,
  append: boolean,
  output: Uint8Array,
): Promise<void> {
  const path = shell.directories.resolve(name);
  await nameErrors(showPath(path), async () => {
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

async function sizeOf(shell: Shell, handle: number): Promise<number> {
  const query = { handle, class: FileStandardInformation, length: 24 };
  const answer = check(await NtQueryInformationFile(shell.process, query));
  return decodeStandard(answer.data).endOfFile;
}
