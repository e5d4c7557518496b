/** Programs that give up, and one that takes what there is. */
import { check } from '../ntdll/files.ts';
import {
  NtAllocateVirtualMemory,
  NtCancelIoFile,
  NtCreateEvent,
  NtCreateFile,
  NtReadFile,
  NtWaitForSingleObject,
} from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/process.ts';
import {
  FILE_OPEN,
  FILE_READ_DATA,
  FILE_SHARE_ALL,
  NotificationEvent,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { EVENT_ALL_ACCESS } from '../rtl/objects.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import { TIMEOUT_INFINITE } from '../rtl/services.ts';

/** Of one call; the last ones are smaller. */
const PIECE = 0x10_0000;
const PAGE = 0x1000;
const IOSB = 0x100;

async function eventOf(process: NtProcess): Promise<number> {
  const unnamed = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
  return check(
    await NtCreateEvent(process, { ...unnamed, type: NotificationEvent, initial: false }),
  ).handle;
}

/** Without FILE_SYNCHRONOUS_IO_*: what waits is told later. */
async function openAsync(process: NtProcess, name: string): Promise<number> {
  const access = FILE_READ_DATA | SYNCHRONIZE;
  const how = { share: FILE_SHARE_ALL, disposition: FILE_OPEN, options: 0 };
  const request = { name, root: 0, access, attributes: 0, allocation: 0, ...how };
  return check(await NtCreateFile(process, request)).handle;
}

const until = async (process: NtProcess, handle: number): Promise<number> =>
  (await NtWaitForSingleObject(process, { handle, alertable: false, timeout: TIMEOUT_INFINITE }))
    .status;

/** What became of a read that its program gives up at once. */
export async function cancel(process: NtProcess, [name = '']: readonly string[]): Promise<number> {
  const handle = await openAsync(process, name);
  const { address, memory } = process.heap.allocate(PAGE);
  const event = await eventOf(process);
  const request = { handle, address, length: 1, offset: 0, event, iosb: address + IOSB };
  const { status } = await NtReadFile(process, request);
  if (status !== Status.STATUS_PENDING) return status;
  check(await NtCancelIoFile(process, { handle }));
  await until(process, event);
  return memory.getUint32(IOSB) | 0;
}

/** All memory that it may have; then it waits for ever. */
export async function hoard(process: NtProcess): Promise<number> {
  for (let length = PIECE; length >= PAGE;) {
    const { status } = await NtAllocateVirtualMemory(process, { length });
    if (!NT_SUCCESS(status)) length /= 2;
  }
  return until(process, await eventOf(process));
}
