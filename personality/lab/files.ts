/** Programs that read in ways of their own. */
import { check, withFile } from '../ntdll/files.ts';
import { NtReadFile, NtWriteFile } from '../ntdll/native.ts';
import { RtlGetFullPathName_U } from '../ntdll/parameters.ts';
import type { NtProcess } from '../ntdll/process.ts';
import {
  FILE_NO_INTERMEDIATE_BUFFERING,
  FILE_NON_DIRECTORY_FILE,
  FILE_OVERWRITE_IF,
  FILE_READ_DATA,
  FILE_WRITE_DATA,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { numberIn } from './words.ts';

const PIECE = 0x8000;
const PAGE = 0x1000;

const pathOf = (process: NtProcess, path: string): string =>
  `\\??\\${RtlGetFullPathName_U(process, path)}`;

async function readInto(
  process: NtProcess,
  handle: number,
  length: number,
  offset: number,
): Promise<{ status: number; information: number }> {
  const buffer = process.heap.allocate(length);
  const { address } = buffer;
  try {
    return await NtReadFile(process, { handle, address, length, offset });
  } finally {
    process.heap.free(buffer);
  }
}

/** The status of the read. */
export function readDevice(process: NtProcess, [name = '']: readonly string[]): Promise<number> {
  return withFile(process, name, { access: FILE_READ_DATA }, async (handle) => {
    const { status } = await readInto(process, handle, 1, 0);
    return status;
  });
}

/**
 * Programs have their memory above 16 MiB as long as there is some (ntos/mm), and without the cache
 * the disk's driver is to bring the bytes there.
 */
export async function far(process: NtProcess, [path = '']: readonly string[]): Promise<number> {
  const options = {
    access: FILE_READ_DATA,
    options: FILE_NON_DIRECTORY_FILE | FILE_NO_INTERMEDIATE_BUFFERING,
  };
  return withFile(process, pathOf(process, path), options, async (handle) => {
    for (let offset = 0; ;) {
      const { status, information } = await readInto(process, handle, PIECE, offset);
      if (status === Status.STATUS_END_OF_FILE) return Status.STATUS_SUCCESS;
      if (status !== Status.STATUS_SUCCESS) return status;
      if (information < PIECE) return Status.STATUS_SUCCESS;
      offset += information;
    }
  });
}

/** Each byte of it is the number of its page, modulo 256. */
export async function write(
  process: NtProcess,
  [path = '', size]: readonly string[],
): Promise<number> {
  const length = numberIn(size);
  const options = {
    access: FILE_WRITE_DATA,
    options: FILE_NON_DIRECTORY_FILE,
    disposition: FILE_OVERWRITE_IF,
  };
  return withFile(process, pathOf(process, path), options, async (handle) => {
    const { address, memory } = process.heap.allocate(PAGE);
    for (let offset = 0; offset < length; offset += PAGE) {
      memory.write(0, new Uint8Array(PAGE).fill(offset / PAGE));
      const piece = { handle, address, length: Math.min(PAGE, length - offset), offset };
      check(await NtWriteFile(process, piece));
    }
    return 0;
  });
}
