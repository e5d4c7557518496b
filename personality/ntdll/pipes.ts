/**
 * Anonymous pipes, as CreatePipe of kernel32 makes them: a named one whose name nobody else knows.
 *
 *   createPipe(process, quota)   handles of its two ends: what is written to the one is read from
 *                                the other. Raises NtException with the status that went wrong
 *
 * A read of it ends with STATUS_PIPE_BROKEN when the other end is closed and all has been read.
 */
import {
  FILE_CREATE,
  FILE_OPEN,
  FILE_READ_ATTRIBUTES,
  FILE_READ_DATA,
  FILE_SHARE_READ,
  FILE_SHARE_WRITE,
  FILE_SYNCHRONOUS_IO_NONALERT,
  FILE_WRITE_ATTRIBUTES,
  FILE_WRITE_DATA,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import {
  FILE_PIPE_BYTE_STREAM_MODE,
  FILE_PIPE_BYTE_STREAM_TYPE,
  FILE_PIPE_QUEUE_OPERATION,
  PIPE_DEVICE,
} from '../rtl/pipes.ts';
import { CURRENT_PROCESS } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import {
  NtClose,
  NtCreateFile,
  NtCreateNamedPipeFile,
  NtQueryInformationProcess,
} from './native.ts';
import type { NtProcess } from './types.ts';

export interface PipeHandles {
  readonly read: number;
  readonly write: number;
}

const DEFAULT_QUOTA = 4096;
/** More than a process may have files open. */
const NUMBERS = 1024;
/** FSCTL_PIPE_WAIT has no use for it: 100 ns, relative. */
const TIMEOUT = -1_200_000_000;
const WAITS = FILE_SYNCHRONOUS_IO_NONALERT;

const hex = (value: number): string => value.toString(16).padStart(8, '0');

export async function createPipe(process: NtProcess, quota = DEFAULT_QUOTA): Promise<PipeHandles> {
  const { id } = await NtQueryInformationProcess(process, { handle: CURRENT_PROCESS });
  for (let number = 1; ; number++) {
    const name = `${PIPE_DEVICE}\\Win32Pipes.${hex(id)}.${hex(number)}`;
    const { status, handle: read } = await createRead(process, name, quota);
    // The number is in use; or the process may make no pipes at all.
    if (status === Status.STATUS_ACCESS_DENIED && number < NUMBERS) continue;
    if (!NT_SUCCESS(status)) throw new NtException(status);
    const opened = await openWrite(process, name);
    if (NT_SUCCESS(opened.status)) return { read, write: opened.handle };
    await NtClose(process, { handle: read });
    throw new NtException(opened.status);
  }
}

function createRead(process: NtProcess, name: string, quota: number) {
  return NtCreateNamedPipeFile(process, {
    name,
    root: 0,
    access: FILE_READ_DATA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE,
    share: FILE_SHARE_WRITE,
    disposition: FILE_CREATE,
    options: WAITS,
    type: FILE_PIPE_BYTE_STREAM_TYPE,
    readMode: FILE_PIPE_BYTE_STREAM_MODE,
    completionMode: FILE_PIPE_QUEUE_OPERATION,
    maximumInstances: 1,
    inboundQuota: quota,
    outboundQuota: 0,
    timeout: TIMEOUT,
  });
}

function openWrite(process: NtProcess, name: string) {
  return NtCreateFile(process, {
    name,
    root: 0,
    access: FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
    attributes: 0,
    share: FILE_SHARE_READ,
    disposition: FILE_OPEN,
    options: WAITS,
    allocation: 0,
  });
}
