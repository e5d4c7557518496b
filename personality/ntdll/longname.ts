/**
 * Names of any length: given in parts, each relative to a directory that is open.
 *
 *   withName(process, name, body)   `body` gets the handle of a directory, or 0, and the rest of
 *                                   the name, short enough for any service
 *
 * A name goes to the Executive in a service buffer, beside other things, and to a file system in a
 * packet: neither has room for the 32,767 units that a path may have. Who has a longer one opens
 * the directory that its first part names, and goes on from there.
 */
import {
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_OPEN,
  FILE_SHARE_ALL,
  FILE_SYNCHRONOUS_IO_NONALERT,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Awaitable } from '../sel4/types.ts';
import { NtClose, NtCreateFile } from './native.ts';
import type { NtProcess } from './types.ts';

/** Units in one part. */
const PART = 2000;

/** STATUS_OBJECT_PATH_NOT_FOUND where a directory on the way is missing. */
export async function withName<T>(
  process: NtProcess,
  name: string,
  body: (root: number, rest: string) => Awaitable<T>,
  from = 0,
): Promise<T> {
  let root = from;
  let rest = name;
  try {
    while (rest.length > PART) {
      const cut = rest.lastIndexOf('\\', PART);
      if (cut <= 0) throw new NtException(Status.STATUS_NAME_TOO_LONG);
      const above = root;
      root = await openDirectory(process, rest.slice(0, cut), above);
      if (above !== from) await NtClose(process, { handle: above });
      rest = rest.slice(cut + 1);
    }
    return await body(root, rest);
  } finally {
    if (root !== from) await NtClose(process, { handle: root });
  }
}

async function openDirectory(process: NtProcess, name: string, root: number): Promise<number> {
  const { status, handle } = await NtCreateFile(process, {
    name,
    root,
    access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
    attributes: 0,
    share: FILE_SHARE_ALL,
    disposition: FILE_OPEN,
    options: FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT,
    allocation: 0,
  });
  const missing =
    status === Status.STATUS_OBJECT_NAME_NOT_FOUND || status === Status.STATUS_NOT_A_DIRECTORY;
  if (missing) throw new NtException(Status.STATUS_OBJECT_PATH_NOT_FOUND);
  if (!NT_SUCCESS(status)) throw new NtException(status);
  return handle;
}
