/**
 * NtLockFile, NtUnlockFile: byte-range locks of a file (file/bytelocks.ts).
 *
 * A lock that cannot be granted is a request like any other: it is waited for or pending as the
 * file was opened, told by event, APC, status block or port, and can be given up. Its end may be
 * the close of its handle: STATUS_RANGE_NOT_LOCKED.
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { type ByteLock, ByteLocks, type LockOwner } from '../file/bytelocks.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import type { CancelScope } from '../request/scope.ts';
import type { IoContext } from '../context.ts';
import { grantedAccess } from './granted.ts';
import { type CompletionInput, type Outcome, perform } from './perform.ts';

export interface RangeInput {
  readonly handle: number;
  readonly offset: number;
  readonly length: number;
  readonly key: number;
}

export interface LockInput extends RangeInput, CompletionInput {
  readonly failImmediately: boolean;
  readonly exclusive: boolean;
}

/** What the Executive keeps for a lock. */
const LOCK_BYTES = 96;

interface Found {
  readonly status: number;
  readonly file?: FileObject;
  readonly fcb?: Fcb;
}

/** The file whose range can be locked, or why it cannot. */
function find(io: IoContext, type: ObType, { process }: NtThread, input: RangeInput): Found {
  const { object, status } = io.executive.ob.referenceByHandle(process, input.handle, type, 0);
  if (!object) return { status };
  const file = object as FileObject;
  if ((grantedAccess(process, input.handle) & (nt.FILE_READ_DATA | nt.FILE_WRITE_DATA)) === 0)
    return { status: Status.STATUS_ACCESS_DENIED };
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { fcb, volume } = file;
  if (!fcb && !volume) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!fcb || fcb.directory) return { status: Status.STATUS_INVALID_PARAMETER };
  const { offset, length } = input;
  const exact = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (!exact || offset < 0 || length < 0 || !Number.isSafeInteger(offset + length))
    return { status: Status.STATUS_INVALID_LOCK_RANGE };
  return { status: Status.STATUS_SUCCESS, file, fcb };
}

export function lockFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: LockInput,
): Awaitable<Outcome> {
  const { status, file, fcb } = find(io, type, caller, input);
  if (!file || !fcb) return { status };
  return perform(io, caller, file, input, (scope) => lock(io, caller, file, fcb, input, scope));
}

function lock(
  { executive: { ke } }: IoContext,
  { process }: NtThread,
  file: FileObject,
  fcb: Fcb,
  { offset, length, exclusive, key, failImmediately }: LockInput,
  scope: CancelScope,
): Awaitable<Outcome> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const charged = process.quota.charge('pagedPool', LOCK_BYTES);
  if (charged !== Status.STATUS_SUCCESS) return { status: charged };
  const released = (): void => process.quota.giveBack('pagedPool', LOCK_BYTES);
  const owner = { file, process, key };
  const wanted: ByteLock = { owner, offset, length, exclusive, released };
  const locks = (fcb.locks ??= new ByteLocks());
  if (locks.take(wanted)) return { status: Status.STATUS_SUCCESS };
  if (failImmediately) {
    released();
    return { status: Status.STATUS_LOCK_NOT_GRANTED };
  }
  const ended = ke.event();
  let outcome: number = Status.STATUS_CANCELLED;
  const cancel = locks.wait(wanted, (status) => {
    outcome = status;
    ended.set();
  });
  return (async () => {
    scope.add(cancel);
    try {
      await ended.wait();
      if (outcome !== Status.STATUS_SUCCESS) released();
      return { status: outcome };
    } finally {
      scope.delete(cancel);
    }
  })();
}

export function unlockFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: RangeInput,
): Outcome {
  const { status, file, fcb } = find(io, type, caller, input);
  if (!file || !fcb) return { status };
  const owner = { file, process: caller.process, key: input.key };
  const { locks } = fcb;
  if (!locks) return { status: Status.STATUS_RANGE_NOT_LOCKED };
  const outcome = locks.unlock(owner, input.offset, input.length);
  if (locks.isEmpty) fcb.locks = undefined;
  return { status: outcome };
}

/** What a handle's close, or a process's last one of several processes', ends. */
export function releaseLocks({ fcb }: FileObject, which: (owner: LockOwner) => boolean): void {
  fcb?.releaseLocks(which, Status.STATUS_RANGE_NOT_LOCKED);
}
