/**
 * NtReadFile and NtWriteFile.
 *
 * The shortest way through the Executive: a read of a file that is all in the cache finds its
 * handle, probes the caller's buffer, copies once and returns, without a promise. Everything else
 * goes on in a coroutine, with the caller's pages held, because the caller may end meanwhile.
 *
 * A terminal is read and written before the rest of the Executive is here, so this file is of the
 * boot; what only files on volumes and pipes need is in `io.later`.
 */
import * as nt from '../../../rtl/nt.ts';
import { PIPE_TRANSFER_LIMIT } from '../../../rtl/pipes.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { Mdl } from '../../mm/mdl.ts';
import type { FileCache } from '../../cc/filecache.ts';
import type { PageSet } from '../../cc/pageset.ts';
import { SECTOR_SIZE } from '../../cc/types.ts';
import type { LockOwner } from '../file/bytelocks.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState, hasPosition, isSynchronous } from '../file/fileobject.ts';
import type { CancelScope } from '../request/scope.ts';
import { grantedAccess } from './granted.ts';
import { type CompletionInput, perform } from './perform.ts';
import { paid, readDevice, type TransferResult, writeDevice } from './transfer.ts';
import type { IoContext } from '../context.ts';

export interface TransferInput extends CompletionInput {
  readonly handle: number;
  readonly address: number;
  readonly length: number;
  readonly offset: number;
  /** Whose byte-range locks it goes under. */
  readonly key?: number | undefined;
}

const AT_POSITION = -1;
/** A write is by the first, or at the end by the second. */
const WRITES = nt.FILE_WRITE_DATA | nt.FILE_APPEND_DATA;
const NOBODY = { status: Status.STATUS_SUCCESS, number: 0 };
const NOTHING_DONE: TransferResult = { status: Status.STATUS_SUCCESS, information: 0 };
const failed = (status: number): TransferResult => ({ status, information: 0 });

export function readFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: TransferInput,
): Awaitable<TransferResult> {
  const { process } = caller;
  const found = io.executive.ob.referenceByHandle(process, input.handle, type, nt.FILE_READ_DATA);
  if (!found.object) return failed(found.status);
  const file = found.object as FileObject;
  const start = (scope: CancelScope) => read(io, caller, file, input, scope);
  return perform(io, caller, file, input, start) as Awaitable<TransferResult>;
}

function read(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  input: TransferInput,
  scope: CancelScope,
): Awaitable<TransferResult> {
  const { mm } = io.executive;
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS)
    return refused(io, file, state, () => read(io, caller, file, input, scope));
  if (file.fcb?.directory) return failed(Status.STATUS_FILE_IS_A_DIRECTORY);
  const offset = readOffset(file, input.offset);
  if (!Number.isSafeInteger(offset) || offset < 0) return failed(Status.STATUS_INVALID_PARAMETER);
  const locks = file.fcb?.locks;
  if (locks && !locks.mayRead(ownerOf(file, caller, input), offset, input.length))
    return failed(Status.STATUS_FILE_LOCK_CONFLICT);
  const end = endOf(file);
  if (offset >= end && input.length > 0) return failed(Status.STATUS_END_OF_FILE);
  // Of no bytes it may be past the end.
  const length = Math.min(input.length, Math.max(0, end - offset));
  const uncached = uncachedOf(file);
  if (uncached && !isWhole(offset, input.length)) return failed(Status.STATUS_INVALID_PARAMETER);
  // The sector in which the file ends comes whole.
  const room = uncached ? Math.ceil(length / SECTOR_SIZE) * SECTOR_SIZE : length;
  const pieces = mm.probe(caller.process, input.address, room, true);
  if (!pieces) return failed(Status.STATUS_ACCESS_VIOLATION);
  const cached = cacheOf(file);
  if (length === 0 && hasPosition(file)) return NOTHING_DONE;
  if (!cached)
    return held(io, file, new Mdl(mm, pieces, 'fromDevice'), offset, (mdl) =>
      readDevice(io, { file, offset, mdl, length, scope }),
    );
  if (uncached)
    return held(io, file, new Mdl(mm, pieces, 'fromDevice'), offset, async (mdl) =>
      hasRead(
        io,
        file,
        await io.later.readUncached(uncached, offset, room, mdl.pieces),
        offset,
        length,
      ),
    );
  const status = io.later.CcCopyRead(
    cached,
    offset,
    length,
    new io.later.Cursor(mm.ram, pieces),
    scope.request,
  );
  if (typeof status === 'number') {
    file.position = offset + length;
    return { status, information: length };
  }
  const mdl = new Mdl(mm, pieces, 'fromDevice');
  return held(io, file, mdl, offset, async () => hasRead(io, file, await status, offset, length));
}

export function writeFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: TransferInput,
): Awaitable<TransferResult> {
  const { process } = caller;
  const found = io.executive.ob.referenceByHandle(process, input.handle, type, 0);
  if (!found.object) return failed(found.status);
  const file = found.object as FileObject;
  const access = grantedAccess(process, input.handle);
  if ((access & WRITES) === 0) return failed(Status.STATUS_ACCESS_DENIED);
  const start = (scope: CancelScope) => write(io, caller, file, access, input, scope);
  return perform(io, caller, file, input, start) as Awaitable<TransferResult>;
}

function write(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  access: number,
  input: TransferInput,
  scope: CancelScope,
): Awaitable<TransferResult> {
  const { mm } = io.executive;
  const { process } = caller;
  const allowed = mayWrite(file);
  if (allowed !== Status.STATUS_SUCCESS)
    return refused(io, file, allowed, () => write(io, caller, file, access, input, scope));
  const offset = writeOffset(file, access, input.offset);
  if (!Number.isSafeInteger(offset) || offset < 0) return failed(Status.STATUS_INVALID_PARAMETER);
  const cached = cacheOf(file);
  if (cached && !file.fcb && offset + input.length > endOf(file))
    return failed(Status.STATUS_END_OF_FILE);
  const uncached = uncachedOf(file);
  if (uncached && !isWhole(offset, input.length)) return failed(Status.STATUS_INVALID_PARAMETER);
  const owner = ownerOf(file, caller, input);
  // Of an append, when it is known where it goes.
  const atEnd = file.fcb && appends(access) ? file.fcb : undefined;
  if (!atEnd && isLocked(file, owner, offset, input.length))
    return failed(Status.STATUS_FILE_LOCK_CONFLICT);
  const pieces = mm.probe(process, input.address, input.length, false);
  if (!pieces) return failed(Status.STATUS_ACCESS_VIOLATION);
  if (input.length === 0 && hasPosition(file)) return NOTHING_DONE;
  if (!cached) {
    const { status, number: client } = file.lends ? io.later.lent(file, caller) : NOBODY;
    if (!NT_SUCCESS(status)) return failed(status);
    const { length } = input;
    const send = (mdl: Mdl) => writeDevice(io, { file, offset, mdl, length, scope, client });
    const buffer = new Mdl(mm, pieces, 'toDevice');
    if (hasPosition(file)) return held(io, file, buffer, offset, send);
    const bytes = Math.min(input.length, PIPE_TRANSFER_LIMIT);
    return held(io, file, buffer, offset, (mdl) => paid(process.quota, bytes, () => send(mdl)));
  }
  if (atEnd) return append(io, owner, file, atEnd, new Mdl(mm, pieces, 'toDevice'), input.length);
  const through = file.fcb && (file.options & nt.FILE_WRITE_THROUGH) !== 0 ? file.fcb : undefined;
  const before = endOf(file);
  const status = uncached
    ? io.later.writeUncached(uncached, offset, input.length, pieces)
    : io.later.CcCopyWrite(cached, offset, input.length, new io.later.Cursor(mm.ram, pieces));
  if (typeof status === 'number' && !through) {
    file.position = offset + input.length;
    file.fcb?.touch(before);
    return { status, information: input.length };
  }
  return held(io, file, new Mdl(mm, pieces, 'toDevice'), offset, async () => {
    let result = await status;
    if (NT_SUCCESS(result)) file.fcb?.touch(before);
    if (NT_SUCCESS(result) && through) result = await io.later.flushFcb(io, through);
    return hasWritten(io, file, result, input.length);
  });
}

/** To a file: where it goes is known when it is its turn. */
function append(
  io: IoContext,
  owner: LockOwner,
  file: FileObject,
  fcb: Fcb,
  buffer: Mdl,
  length: number,
): Promise<TransferResult> {
  const { cache } = fcb;
  const uncached = uncachedOf(file);
  let offset = 0;
  const at = (end: number): number => {
    offset = end;
    const locked = isLocked(file, owner, end, length);
    return locked ? Status.STATUS_FILE_LOCK_CONFLICT : Status.STATUS_SUCCESS;
  };
  const body = async ({ pieces }: Mdl): Promise<TransferResult> => {
    const { ram } = io.executive.mm;
    let status = await (uncached
      ? io.later.appendUncached(uncached, length, pieces, at)
      : io.later.CcAppend(cache, length, new io.later.Cursor(ram, pieces), at));
    if (NT_SUCCESS(status)) fcb.touch(offset);
    if (NT_SUCCESS(status) && (file.options & nt.FILE_WRITE_THROUGH) !== 0)
      status = await io.later.flushFcb(io, fcb);
    return hasWritten(io, file, status, length);
  };
  return held(io, file, buffer, () => offset, body);
}

function ownerOf(file: FileObject, { process }: NtThread, { key = 0 }: TransferInput): LockOwner {
  return { file, process, key };
}

/** Somebody's lock forbids the write. */
function isLocked({ fcb }: FileObject, owner: LockOwner, offset: number, length: number): boolean {
  return fcb?.locks !== undefined && !fcb.locks.mayWrite(owner, offset, length);
}

function readOffset(file: FileObject, offset: number): number {
  if (!hasPosition(file)) return 0;
  // A file without a position of its own: who reads says where.
  return offset === AT_POSITION && isSynchronous(file) ? file.position : offset;
}

/** Tried once more where the file's disk may have come back. */
function refused(
  io: IoContext,
  file: FileObject,
  status: number,
  again: () => Awaitable<TransferResult>,
): Awaitable<TransferResult> {
  if (status !== Status.STATUS_WRONG_VOLUME) return failed(status);
  return io.later
    .comeBack(io, file)
    .then(() => (fileState(file) === status ? failed(status) : again()));
}

/** Volumes are written under a lock only. */
function mayWrite(file: FileObject): number {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  if (file.fcb?.directory) return Status.STATUS_FILE_IS_A_DIRECTORY;
  const wholeVolume = !file.fcb && (file.volume ?? file.device.volume);
  if (wholeVolume && wholeVolume.lockedBy !== file) return Status.STATUS_ACCESS_DENIED;
  return Status.STATUS_SUCCESS;
}

function writeOffset(file: FileObject, access: number, offset: number): number {
  if (file.fcb && appends(access)) return file.fcb.cache.endOfFile;
  return readOffset(file, offset);
}

/** The handle is for that alone. */
function appends(access: number): boolean {
  return (access & nt.FILE_WRITE_DATA) === 0;
}

/** Where the bytes are cached; a disk opened raw has no cache. */
function cacheOf(file: FileObject): PageSet | undefined {
  return file.fcb?.cache ?? file.volume?.cache;
}

/** Where it is read and written past the cache; a volume never is. */
function uncachedOf({ options, fcb }: FileObject): FileCache | undefined {
  return (options & nt.FILE_NO_INTERMEDIATE_BUFFERING) === 0 ? undefined : fcb?.cache;
}

function isWhole(offset: number, length: number): boolean {
  return offset % SECTOR_SIZE === 0 && length % SECTOR_SIZE === 0;
}

function endOf(file: FileObject): number {
  if (file.fcb) return file.fcb.cache.endOfFile;
  return file.volume?.cache.device.length ?? Number.MAX_SAFE_INTEGER;
}

/** What was read may have become shorter meanwhile: nothing came from behind its end. */
function hasRead(
  io: IoContext,
  file: FileObject,
  status: number,
  offset: number,
  length: number,
): TransferResult {
  const count = Math.min(length, endOf(file) - offset);
  if (NT_SUCCESS(status) && count <= 0) return failed(Status.STATUS_END_OF_FILE);
  return outcome(io, file, status, count);
}

/** Of a volume that was let go meanwhile nobody knows whether it has what was written. */
function hasWritten(
  io: IoContext,
  file: FileObject,
  status: number,
  length: number,
): TransferResult {
  const state = file.volume?.state;
  const lost = state === 'leaving' || state === 'gone';
  return lost ? failed(Status.STATUS_FILE_FORCED_CLOSED) : outcome(io, file, status, length);
}

function outcome(io: IoContext, file: FileObject, status: number, length: number): TransferResult {
  if (NT_SUCCESS(status)) return { status: Status.STATUS_SUCCESS, information: length };
  // After a change of disks, a handle to the old one says so.
  const state = io.later.asksForVerification(status) ? status : fileState(file);
  return failed(state === Status.STATUS_SUCCESS ? status : state);
}

/** Runs the transfer with the caller's pages and the file object held; moves the position. */
async function held(
  io: IoContext,
  file: FileObject,
  mdl: Mdl,
  offset: number | (() => number),
  body: (mdl: Mdl) => Promise<TransferResult>,
): Promise<TransferResult> {
  const { ob } = io.executive;
  ob.reference(file);
  try {
    const result = await body(mdl);
    const start = typeof offset === 'number' ? offset : offset();
    if (NT_SUCCESS(result.status)) file.position = start + result.information;
    return result;
  } finally {
    ob.dereference(file);
    mdl.release();
  }
}
