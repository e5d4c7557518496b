/**
 * Files joined to one, byte for byte: `copy a + b c`.
 *
 *   joinFiles(shell, sources, to)   the first source may be the target: the others go behind it
 *
 * All sources are looked for before anything is written. What could not be finished leaves the
 * target as it was where that was the first source, and is deleted elsewhere.
 */
import { attributesOf, check, withFile, writeAt } from '../ntdll/files.ts';
import { NtQueryInformationFile, NtSetInformationFile } from '../ntdll/native.ts';
import { decodeNetworkOpen, encodeLarge } from '../rtl/information.ts';
import {
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_NON_DIRECTORY_FILE,
  FILE_READ_ATTRIBUTES,
  FILE_SHARE_READ,
  FILE_WRITE_DATA,
  FileEndOfFileInformation,
  FileNetworkOpenInformation,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import { contents, writeDevice } from './devices.ts';
import { nameErrors } from './errors.ts';
import { type FullPath, ntPath, showPath } from './path.ts';
import { samePath, writeCopy } from './transfer.ts';

export async function joinFiles(
  shell: Shell,
  sources: readonly FullPath[],
  to: FullPath,
): Promise<void> {
  for (const source of sources) await nameErrors(showPath(source), () => mustBeFile(shell, source));
  if (to.device) return writeDevice(shell, to, joined(shell, sources));
  const [first, ...others] = sources;
  const appends = samePath(first!, to);
  const rest = appends ? others : sources;
  if (rest.some((source) => samePath(source, to)))
    throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(to)} onto itself`);
  const data = joined(shell, rest);
  await nameErrors(showPath(to), () =>
    appends ? append(shell, data, to) : writeCopy(shell, data, to, undefined),
  );
}

async function mustBeFile(shell: Shell, source: FullPath): Promise<void> {
  if (source.device) return;
  if (((await attributesOf(shell.process, ntPath(source))) & FILE_ATTRIBUTE_DIRECTORY) !== 0)
    throw new CommandError(Status.STATUS_FILE_IS_A_DIRECTORY, showPath(source));
}

async function* joined(shell: Shell, sources: readonly FullPath[]): AsyncGenerator<Uint8Array> {
  for (const source of sources) yield* contents(shell, source);
}

async function append(shell: Shell, data: AsyncIterable<Uint8Array>, to: FullPath): Promise<void> {
  const { process } = shell;
  const options = {
    access: FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
    share: FILE_SHARE_READ,
    options: FILE_NON_DIRECTORY_FILE,
  };
  await withFile(process, ntPath(to), options, async (handle) => {
    const query = { handle, class: FileNetworkOpenInformation, length: 56 };
    const { endOfFile } = decodeNetworkOpen(
      check(await NtQueryInformationFile(process, query)).data,
    );
    let offset = endOfFile;
    try {
      for await (const piece of data) {
        await writeAt(process, handle, offset, piece);
        offset += piece.length;
      }
    } catch (error) {
      const cut = { handle, class: FileEndOfFileInformation, data: encodeLarge(endOfFile) };
      await NtSetInformationFile(process, cut);
      throw error;
    }
  });
}
