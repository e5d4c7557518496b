/**
 * Files that the Executive itself reads or writes, as a whole: hives. They go through the cache as
 * anybody's, from and into pages of the Executive's own.
 *
 *   readWholeFile(io, type, caller, name, root, most)    opened, read and closed, as the caller may
 *   writeWholeFile(io, type, caller, handle, bytes)      by a handle that may write; what was
 *                                                        longer is cut off
 */
import * as nt from '../../../rtl/nt.ts';
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { CcCopyRead } from '../../cc/copyread.ts';
import { CcCopyWrite } from '../../cc/copywrite.ts';
import { Cursor } from '../../cc/cursor.ts';
import type { Piece } from '../../mm/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import type { IoContext } from '../context.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { withNamed } from './named.ts';

/** Pages on the way at a time. */
const PAGES = 16;

/** Moves all of `length` bytes, a few pages at a time. */
async function throughPages(
  { executive: { mm } }: IoContext,
  length: number,
  move: (offset: number, pieces: readonly Piece[], count: number) => Promise<number>,
): Promise<number> {
  const pages = mm.allocatePages(Math.min(PAGES, Math.ceil(length / PAGE_SIZE)));
  if (!pages) return Status.STATUS_INSUFFICIENT_RESOURCES;
  try {
    for (let at = 0; at < length; at += pages.length * PAGE_SIZE) {
      const count = Math.min(length - at, pages.length * PAGE_SIZE);
      const pieces = pages
        .map((address, index) => ({
          address,
          length: Math.min(PAGE_SIZE, count - index * PAGE_SIZE),
        }))
        .filter((piece) => piece.length > 0);
      const status = await move(at, pieces, count);
      if (!NT_SUCCESS(status)) return status;
    }
    return Status.STATUS_SUCCESS;
  } finally {
    mm.freePages(pages);
  }
}

/** Pieces and the stretch of `bytes` that belongs to each. */
function* stretches(
  pieces: readonly Piece[],
  bytes: Uint8Array,
  offset: number,
): Generator<[number, Uint8Array]> {
  let at = offset;
  for (const { address, length } of pieces) {
    yield [address, bytes.subarray(at, at + length)];
    at += length;
  }
}

export async function readWholeFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  { name, root, most }: { name: string; root: number; most: number },
): Promise<{ status: number; bytes?: Uint8Array }> {
  const { ram } = io.executive.mm;
  const input = { name, root, access: nt.FILE_READ_DATA };
  const { status, data } = await withNamed(io, type, caller, input, async ({ fcb }) => {
    if (!fcb) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
    if (fcb.directory) return { status: Status.STATUS_FILE_IS_A_DIRECTORY };
    const length = fcb.cache.endOfFile;
    if (length > most) return { status: Status.STATUS_REGISTRY_QUOTA_LIMIT };
    const bytes = new Uint8Array(length);
    const read = await throughPages(io, length, async (offset, pieces, count) => {
      const moved = await CcCopyRead(fcb.cache, offset, count, new Cursor(ram, pieces));
      for (const [address, part] of stretches(pieces, bytes, offset)) ram.readInto(address, part);
      return moved;
    });
    return { status: read, data: bytes };
  });
  return NT_SUCCESS(status) && data ? { status, bytes: data } : { status };
}

export async function writeWholeFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  handle: number,
  bytes: Uint8Array,
): Promise<number> {
  const { ob } = io.executive;
  const found = ob.referenceByHandle(caller.process, handle, type, nt.FILE_WRITE_DATA);
  if (!found.object) return found.status;
  const file = found.object as FileObject;
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  const { fcb } = file;
  if (!fcb) return Status.STATUS_INVALID_DEVICE_REQUEST;
  if (fcb.directory) return Status.STATUS_FILE_IS_A_DIRECTORY;
  ob.reference(file);
  try {
    return await file.turn.run(() => writeFcb(io, fcb, bytes));
  } finally {
    ob.dereference(file);
  }
}

async function writeFcb(io: IoContext, fcb: Fcb, bytes: Uint8Array): Promise<number> {
  const { ram } = io.executive.mm;
  const written = await throughPages(io, bytes.length, async (offset, pieces, count) => {
    for (const [address, part] of stretches(pieces, bytes, offset)) ram.write(address, part);
    return CcCopyWrite(fcb.cache, offset, count, new Cursor(ram, pieces));
  });
  if (!NT_SUCCESS(written)) return written;
  fcb.touch();
  if (fcb.cache.endOfFile === bytes.length) return written;
  return fcb.resize(nt.FileEndOfFileInformation, bytes.length);
}
