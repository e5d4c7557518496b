/**
 * Files that nobody has open: kept for the next open, let go when there are too many, or deleted.
 */
import { encodeDisposition } from '../../../rtl/information.ts';
import { FileDispositionInformation } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { flushFile } from '../../cc/writeback.ts';
import { closeWith, sendClose } from './closewith.ts';
import { type Fcb, NO_TARGET } from './fcb.ts';
import { settleTimes } from './flush.ts';
import { answerTo } from './question.ts';
import type { IoContext } from '../context.ts';
import type { FileNames } from './names.ts';
import type { Volume } from './volume.ts';

/** Files that are tried at each last close, where there are too many. */
const RETIRE_TURNS = 4;

/** closeWith, of an open that the file system knows. */
export function closeWithFileSystem(
  io: IoContext,
  volume: Volume,
  file: number,
  request = 0,
): Promise<number> {
  const { fileSystem } = volume;
  // Nobody has asked it for the file.
  if (file === 0) return Promise.resolve(Status.STATUS_SUCCESS);
  return closeWith(io, fileSystem, file, request);
}

/**
 * The file goes from the disk: that it is to go, CLEANUP and CLOSE in one exchange. Where
 * that fails the file system has it open no more: whoever needs it asks for that again.
 */
export async function deleteOnDisk(io: IoContext, fcb: Fcb, request = 0): Promise<number> {
  const data = encodeDisposition(true);
  if (fcb.directory && !fcb.deleteTold && fcb.volume.births.isAbove(fcb.path))
    return Status.STATUS_DIRECTORY_NOT_EMPTY;
  if (fcb.id === 0 && !fcb.deleteTold) {
    // Nothing by which it could be opened again.
    const status = await fcb.setOnDisk(FileDispositionInformation, data);
    if (!NT_SUCCESS(status)) return status;
    fcb.deleteTold = true;
  }
  return fcb.volume.verified(async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const parameters = { class: FileDispositionInformation, data, ...NO_TARGET };
    const told = fcb.deleteTold
      ? undefined
      : fcb.send({ major: 'set_information', request, parameters });
    const closing = sendClose(io, fcb.volume.fileSystem, fcb.file, request);
    fcb.file = 0;
    fcb.deleteTold = false;
    const status = told ? (await answerTo(told)).status : Status.STATUS_SUCCESS;
    const cleaned = await closing.wait();
    return NT_SUCCESS(status) ? cleaned : status;
  });
}

/** Nothing more is sent for the file, and nobody waits for it any more. */
export function endFcb(fcb: Fcb): void {
  if (fcb.gone) return;
  fcb.gone = true;
  for (const file of fcb.opens) file.watch?.end(Status.STATUS_FILE_FORCED_CLOSED);
  fcb.releaseLocks(() => true, Status.STATUS_FILE_FORCED_CLOSED);
}

/** The same, and nothing is cached of it. */
export function forgetFcb(fcb: Fcb): void {
  if (fcb.gone) return;
  endFcb(fcb);
  fcb.volume.names.remove(fcb);
  fcb.known?.detach();
  fcb.cache.close();
}

/** The last handle is closed. */
export function keepFcb(io: IoContext, fcb: Fcb): void {
  const { names } = fcb.volume;
  names.keep(fcb);
  if (names.oldest) io.executive.ke.spawn('delayed close', () => retireOldest(io, names));
}

/** Those that must stay, mapped or not to be written, do not keep the others. */
async function retireOldest(io: IoContext, names: FileNames): Promise<void> {
  for (let turn = 0; turn < RETIRE_TURNS && names.oldest; turn++) {
    const { oldest } = names;
    await retireFcb(io, oldest);
    if (names.isKept(oldest)) names.keep(oldest);
  }
}

/**
 * Closes a file with the file system that nobody has open. If it cannot be written back, it stays.
 */
export async function retireFcb(io: IoContext, fcb: Fcb): Promise<void> {
  const { volume } = fcb;
  if (fcb.cache.sections > 0) return;
  if (!volume.names.isKept(fcb) || !NT_SUCCESS(await flushFile(fcb.cache))) return;
  await settleTimes(fcb);
  // Its file system could not make it: there is nothing to be closed, and this is all that is left.
  if (fcb.birth) return;
  await volume.namespace.run(async () => {
    const { sections, dirtyPages } = fcb.cache;
    if (fcb.gone || !volume.names.isKept(fcb) || dirtyPages.size > 0 || sections > 0) return;
    // Its file system could not be told.
    if (!volume.mounted) return;
    forgetFcb(fcb);
    await closeWithFileSystem(io, volume, fcb.file);
  });
}
