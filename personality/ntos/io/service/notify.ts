/**
 * NtNotifyChangeDirectoryFile: what happens in a directory (file/notify.ts).
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { DirectoryWatch, type Told } from '../file/notify.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import type { CancelScope } from '../request/scope.ts';
import type { IoContext } from '../context.ts';
import { framed, type FramedInput } from './framed.ts';
import { ANSWER_LIMIT } from './control.ts';
import type { DataResult } from './query.ts';

export interface NotifyInput extends FramedInput {
  readonly length: number;
  readonly filter: number;
  readonly tree: boolean;
}

/** Records that are kept for one handle, in bytes. */
const ROOM_LIMIT = 0x1_0000;

export function notifyChange(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: NotifyInput,
): Awaitable<DataResult> {
  const { filter, length, address = 0 } = input;
  if (filter === 0 || (filter & ~nt.FILE_NOTIFY_VALID_MASK) !== 0)
    return { status: Status.STATUS_INVALID_PARAMETER };
  if (address % 4 !== 0) return { status: Status.STATUS_DATATYPE_MISALIGNMENT };
  const room = Math.min(length, address === 0 ? ANSWER_LIMIT : ROOM_LIMIT);
  return framed(
    io,
    type,
    caller,
    input,
    room,
    (file, scope) => next(io, caller.process, file, { ...input, length: room }, scope),
    nt.FILE_LIST_DIRECTORY,
  );
}

async function next(
  { executive: { ke } }: IoContext,
  process: Process,
  file: FileObject,
  input: NotifyInput,
  scope: CancelScope,
): Promise<DataResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { fcb } = file;
  if (!fcb?.directory) return { status: Status.STATUS_INVALID_PARAMETER };
  if (fcb.deletePending) return { status: Status.STATUS_DELETE_PENDING };
  if (file.closed) return { status: Status.STATUS_NOTIFY_CLEANUP };
  const refused = file.watch ? Status.STATUS_SUCCESS : begin(process, file, fcb, input);
  if (refused !== Status.STATUS_SUCCESS) return { status: refused };
  const ended = ke.event();
  let told: Told = { status: Status.STATUS_CANCELLED };
  const cancel = file.watch!.watch.next(input.length, (outcome) => {
    told = outcome;
    ended.set();
  });
  scope.add(cancel);
  try {
    await ended.wait();
    return told;
  } finally {
    scope.delete(cancel);
  }
}

/** The handle's first request says what it wants to hear. */
function begin(
  { quota }: Process,
  file: FileObject,
  fcb: Fcb,
  { filter, tree, length: room }: NotifyInput,
): number {
  const status = quota.charge('pagedPool', room);
  if (status !== Status.STATUS_SUCCESS) return status;
  const { watches } = fcb.volume;
  const watch = new DirectoryWatch({ directory: fcb, filter, tree, room });
  watches.add(watch);
  const end = (why: number): void => {
    file.watch = undefined;
    watches.delete(watch);
    quota.giveBack('pagedPool', room);
    watch.fail(why);
  };
  file.watch = { watch, end };
  return Status.STATUS_SUCCESS;
}
