/** Copying a file. */
import { check, openFile, pieces, withFile, writeAt } from '../ntdll/files.ts';
import { NtClose, NtQueryInformationFile, NtSetInformationFile } from '../ntdll/native.ts';
import {
  decodeNetworkOpen,
  encodeBasic,
  encodeDisposition,
  type NetworkOpenInformation,
} from '../rtl/information.ts';
import {
  DELETE,
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_NON_DIRECTORY_FILE,
  FILE_OVERWRITE_IF,
  FILE_SHARE_READ,
  FILE_WRITE_ATTRIBUTES,
  FILE_WRITE_DATA,
  FileBasicInformation,
  FileDispositionInformation,
  FileNetworkOpenInformation,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import { RtlUpcase } from '../rtl/names.ts';
import { contents, interruptible } from './devices.ts';
import { nameErrors } from './errors.ts';
import { fullName, type FullPath, ntPath, showPath } from './path.ts';
import type { Shell } from './context.ts';

export function samePath(a: FullPath, b: FullPath): boolean {
  return RtlUpcase(fullName(a)) === RtlUpcase(fullName(b));
}

/**
 * The copy has the time of the original, if that is a file. A copy that could not be finished is
 * deleted.
 */
export async function copyFile(shell: Shell, from: FullPath, to: FullPath): Promise<void> {
  const { process } = shell;
  const name = showPath(to);
  if (from.device)
    return nameErrors(name, () => writeCopy(shell, contents(shell, from), to, undefined));
  const source = { options: FILE_NON_DIRECTORY_FILE, share: FILE_SHARE_READ };
  await withFile(process, ntPath(from), source, async (reader) => {
    const facts = await factsOf(shell, reader);
    const data = interruptible(shell, pieces(process, reader));
    await nameErrors(name, () => writeCopy(shell, data, to, facts));
  });
}

async function factsOf(shell: Shell, handle: number): Promise<NetworkOpenInformation> {
  const query = { handle, class: FileNetworkOpenInformation, length: 56 };
  return decodeNetworkOpen(check(await NtQueryInformationFile(shell.process, query)).data);
}

/** Deleted again if it could not be finished. `facts`: of the original, if there is one. */
export async function writeCopy(
  shell: Shell,
  data: AsyncIterable<Uint8Array>,
  to: FullPath,
  facts: NetworkOpenInformation | undefined,
): Promise<void> {
  const { process } = shell;
  const handle = await openFile(process, ntPath(to), {
    access: FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | DELETE | SYNCHRONIZE,
    share: 0,
    disposition: FILE_OVERWRITE_IF,
    options: FILE_NON_DIRECTORY_FILE,
    attributes: FILE_ATTRIBUTE_ARCHIVE,
    allocation: facts?.endOfFile ?? 0,
  });
  try {
    let offset = 0;
    for await (const piece of data) {
      await writeAt(process, handle, offset, piece);
      offset += piece.length;
    }
    if (!facts) return;
    const times = { created: 0, accessed: 0, written: facts.written, changed: 0, attributes: 0 };
    const set = { handle, class: FileBasicInformation, data: encodeBasic(times) };
    check(await NtSetInformationFile(process, set));
  } catch (error) {
    const data = encodeDisposition(true);
    await NtSetInformationFile(process, { handle, class: FileDispositionInformation, data });
    throw error;
  } finally {
    await NtClose(process, { handle });
  }
}
