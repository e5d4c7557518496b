/**
 * Writing a file so that it is never half written.
 *
 *   replaceFile(shell, path, bytes)   by way of a copy beside it, which takes its place
 *   overwrite(shell, path, bytes)     in place, where a copy has no room
 */
import { deleteFile, renameFile, writeAll } from '../../ntdll/files.ts';
import { NtException } from '../../rtl/status.ts';
import type { Shell } from '../context.ts';
import { childOf, fullName, type FullPath, ntPath, parentOf } from '../path.ts';
import { exists } from '../language/conditions.ts';

export async function replaceFile(shell: Shell, path: FullPath, bytes: Uint8Array): Promise<void> {
  const { process } = shell;
  if (!(await exists(shell, fullName(path)))) return writeAll(process, ntPath(path), bytes);
  const copy = ntPath(await freeName(shell, path));
  try {
    await writeAll(process, copy, bytes);
    await renameFile(process, copy, ntPath(path), true);
  } catch (error) {
    await deleteFile(process, copy).catch((second: unknown) => {
      if (!(second instanceof NtException)) throw second;
    });
    throw error;
  }
}

export function overwrite({ process }: Shell, path: FullPath, bytes: Uint8Array): Promise<void> {
  return writeAll(process, ntPath(path), bytes);
}

async function freeName(shell: Shell, path: FullPath): Promise<FullPath> {
  for (let number = 0; ; number++) {
    const name = childOf(parentOf(path), `EDIT${String(number).padStart(4, '0')}.TMP`);
    if (number > 999 || !(await exists(shell, fullName(name)))) return name;
  }
}
