/**
 * Flushing: what is only in memory goes to the medium, data before the metadata that leads to it.
 *
 *   flushFcb(io, fcb, range?, request?)
 *                                one file: its data, the file system's metadata, the medium;
 *                                `range`: of its data those pages
 *   flushWholeVolume(io, volume) every file, then the same
 *   flushStorage(io, volume)     the medium alone
 *   worse(first, next)           which of two outcomes is to be told
 *
 * Each goes on after a failure and returns the first one. The medium is kept last, so a status of
 * `isNotKept` says that all the rest went well.
 */
import { encodeBasic } from '../../../rtl/information.ts';
import { FILE_ATTRIBUTE_ARCHIVE, FileBasicInformation } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { isOnMedium, NT_SUCCESS } from '../../../rtl/status.ts';
import { ALL, flushFile, flushSet, type PageRange } from '../../cc/writeback.ts';
import { type Fcb, NO_TARGET } from './fcb.ts';
import type { Answer } from './question.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from './volume.ts';

/** Of two outcomes: the first failure to write, else the first to keep, else success. */
export function worse(first: number, next: number): number {
  if (!isOnMedium(first)) return first;
  return NT_SUCCESS(first) || !isOnMedium(next) ? next : first;
}

async function firstFailure(steps: readonly (() => Promise<number>)[]): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (const step of steps) worst = worse(worst, await step());
  return worst;
}

export function flushFcb(
  io: IoContext,
  fcb: Fcb,
  range: PageRange = ALL,
  request = 0,
): Promise<number> {
  return firstFailure([
    () => flushFile(fcb.cache, range, request),
    () => settleTimes(fcb, request),
    () => flushMetadata(io, fcb.volume, fcb.file, request),
    () => flushStorage(io, fcb.volume, request),
  ]);
}

export function flushWholeVolume(io: IoContext, volume: Volume, request = 0): Promise<number> {
  const files = [...volume.names.all()];
  return firstFailure([
    ...files.map((fcb) => () => flushFile(fcb.cache, ALL, request)),
    ...files.map((fcb) => () => settleTimes(fcb, request)),
    () => flushMetadata(io, volume, 0, request),
    () => flushStorage(io, volume, request),
  ]);
}

/**
 * What came since a flush: nothing here waits for a file's resource. `keep`: the medium is to be
 * kept as well.
 */
export function flushRest(io: IoContext, volume: Volume, keep: boolean): Promise<number> {
  const files = [...volume.names.all()];
  return firstFailure([
    ...files.map((fcb) => () => flushSet(fcb.cache)),
    () => flushMetadata(io, volume, 0),
    ...(keep ? [() => flushStorage(io, volume)] : []),
  ]);
}

/** Tells the file system when a file was last written, if it could not know. */
export async function settleTimes(fcb: Fcb, request = 0): Promise<number> {
  if (fcb.birth && !fcb.gone) {
    const status = await fcb.placed();
    if (!NT_SUCCESS(status)) return status;
  }
  // A file that is being deleted needs no time; where it stays after all, that is still to be told.
  if (!fcb.modified || fcb.leaving || fcb.gone) return Status.STATUS_SUCCESS;
  fcb.modified = false;
  let irp = await setWritten(fcb, fcb.written, request);
  // A clock that is wrong by decades is no reason to keep data from the disk.
  if (irp.status === Status.STATUS_INVALID_PARAMETER && !fcb.leaving && !fcb.gone)
    irp = await setWritten(fcb, 0, request);
  if (fcb.gone) return Status.STATUS_SUCCESS;
  if (!NT_SUCCESS(irp.status)) {
    fcb.modified = true;
    return irp.status;
  }
  fcb.update(irp.result);
  return Status.STATUS_SUCCESS;
}

/** `written` 0: the time on the disk stays. */
function setWritten(
  fcb: Fcb,
  written: number,
  request: number,
): Promise<Answer<'set_information'>> {
  // Who is setting others has the last word.
  const attributes = fcb.changing > 0 ? 0 : fcb.attributes | FILE_ATTRIBUTE_ARCHIVE;
  const data = encodeBasic({ created: 0, accessed: 0, written, changed: 0, attributes });
  const parameters = { class: FileBasicInformation, data, ...NO_TARGET };
  return fcb.ask({ major: 'set_information', request, parameters });
}

async function flushMetadata(
  io: IoContext,
  volume: Volume,
  file: number,
  request = 0,
): Promise<number> {
  const asked = { major: 'flush', file, request, parameters: {} } as const;
  const irp = await callDriver(io, volume.fileSystem, asked);
  const status = await flushSet(volume.cache, ALL, request);
  return NT_SUCCESS(irp.status) ? status : irp.status;
}

/** Returns when the medium is kept, whatever that means for the device. */
export async function flushStorage(io: IoContext, volume: Volume, request = 0): Promise<number> {
  if (volume.cache.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  volume.cache.settle();
  const irp = await callDriver(io, volume.storage, {
    major: 'flush',
    request,
    parameters: {},
  });
  return irp.status;
}
