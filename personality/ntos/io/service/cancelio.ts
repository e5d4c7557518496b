/**
 * Giving up what has been asked of files: NtCancelIoFile, NtCancelIoFileEx,
 * NtCancelSynchronousIoFile.
 *
 * A request that a driver holds ends as the driver sees fit: with STATUS_CANCELLED, or with what it
 * had done already. What the cache manager is loading or writing goes on to its end: its pages
 * belong to everybody.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { NtThread } from '../../ps/types.ts';
import { KeWaitForSingleObject } from '../../ke/wait/wait.ts';
import type { FileObject } from '../file/fileobject.ts';
import { cancelRequests } from './perform.ts';
import type { IoContext } from '../context.ts';

/** What the calling thread has asked of the file; when all of it has ended. */
export async function cancelIoFile(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
): Promise<{ status: number }> {
  const { ke } = io.executive;
  for (const { ended } of cancelRequests(caller.requests, (request) => request.file === file))
    await KeWaitForSingleObject(ke, caller, ended, false, Infinity);
  return { status: Status.STATUS_SUCCESS };
}

/** `iosb` 0: all of it. */
export function cancelIoFileEx(
  caller: NtThread,
  file: FileObject,
  iosb: number,
): { status: number } {
  const found = caller.process.threads.flatMap(({ requests }) =>
    cancelRequests(requests, (each) => each.file === file && (iosb === 0 || each.iosb === iosb)),
  );
  return { status: found.length > 0 ? Status.STATUS_SUCCESS : Status.STATUS_NOT_FOUND };
}

export function cancelSynchronous(thread: NtThread): { status: number } {
  const found = cancelRequests(thread.requests, ({ synchronous }) => synchronous);
  return { status: found.length > 0 ? Status.STATUS_SUCCESS : Status.STATUS_NOT_FOUND };
}
