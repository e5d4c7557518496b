/**
 * READ and WRITE: where a file's region lies on the disk. No data passes here.
 *
 * WRITE allocates what is missing and raises the size; the Executive then writes the data itself.
 */
import type { IrpParameters, IrpResult } from '../../../personality/rtl/irp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { saveEntry, touch } from './entry.ts';
import { type Fcb, needFile } from './fcb.ts';
import { promiseIn } from './promise.ts';

/** Triples in one answer: 24 bytes each, so that it fits into the packet pages. */
const EXTENT_LIMIT = 512;
/** A size is 32 bits on the disk. */
const MAXIMUM_SIZE = 0xffff_ffff;

function checkRegion({ offset, length }: { offset: number; length: number }): number {
  const end = offset + length;
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(end))
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return end;
}

/**
 * Nothing to say past the allocation. A chain shorter than the size is a damaged file: behind its
 * end, for what it has can be read.
 */
export function locate(file: Fcb, request: IrpParameters<'read'>): IrpResult<'read'> {
  needFile(file);
  const end = Math.min(checkRegion(request), file.entry.size);
  if (request.offset < end && file.allocation <= request.offset)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return { extents: file.extents(request.offset, EXTENT_LIMIT), data: new Uint8Array() };
}

export async function extend(
  file: Fcb,
  request: IrpParameters<'write'>,
): Promise<IrpResult<'write'>> {
  needFile(file);
  const end = checkRegion(request);
  if (request.length === 0) return { extents: [], ...file.facts(), promise: [] };
  if (end > MAXIMUM_SIZE) throw new NtException(Status.STATUS_DISK_FULL);
  await file.grow(end);
  const validData = file.entry.size;
  if (end > file.entry.size) file.entry.size = end;
  await touch(file);
  await saveEntry(file);
  const promise = await promiseIn(file.volume, file.parent);
  const extents = file.extents(request.offset, EXTENT_LIMIT);
  return { extents, ...file.facts(), validData, promise };
}
