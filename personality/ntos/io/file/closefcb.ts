/**
 * Closing: the end of an open of a file on a volume, and of the file.
 *
 * A file's FCB stays after its last handle (names.ts) unless the file is to be deleted: then the
 * file system is told at that moment (CLEANUP deletes, CLOSE forgets), and NtClose returns when it
 * has answered.
 */
import { FILE_ACTION_REMOVED } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { writesEnded } from '../../cc/writeback.ts';
import type { Fcb } from './fcb.ts';
import type { FileObject } from './fileobject.ts';
import { settleTimes } from './flush.ts';
import { deleted } from './learn.ts';
import { closeWithFileSystem, deleteOnDisk, forgetFcb, keepFcb } from './retire.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from './volume.ts';

export function closeFcbFile(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  request: number,
): void | Promise<void> {
  fcb.opens.delete(file);
  file.watch?.end(Status.STATUS_NOTIFY_CLEANUP);
  fcb.releaseLocks((owner) => owner.file === file, Status.STATUS_RANGE_NOT_LOCKED);
  fcb.shares.remove(file.share);
  if (fcb.gone) return undefined;
  if (file.deleteOnClose) fcb.deletePending = true;
  const last = fcb.opens.size === 0;
  if (fcb.volume.state === 'waiting') {
    // Its disk is not there: what remains to be done is done when it is back.
    if (last) fcb.volume.names.keep(fcb);
    return undefined;
  }
  if (!file.listing && !(last && (fcb.deletePending || fcb.modified))) {
    if (last) keepFcb(io, fcb);
    return undefined;
  }
  return closeSlowly(io, file, fcb, request);
}

/**
 * The open failed after all: takes the object back. The caller may hold the namespace, and it is
 * not waited for: where the others were closed meanwhile, this close is the last.
 */
export function undoOpen(io: IoContext, file: FileObject, fcb: Fcb): void {
  file.closed = true;
  file.deleteOnClose = false;
  io.files.delete(file);
  io.executive.ke.spawn('an open that failed', async () => {
    await closeFcbFile(io, file, fcb, 0);
    io.executive.ob.dereference(file);
  });
}

/** The volume was waiting: closes what was closed meanwhile. */
export async function catchUp(io: IoContext, volume: Volume): Promise<void> {
  for (const fcb of [...volume.names.all()]) {
    if (fcb.opens.size > 0 || fcb.gone) continue;
    if (fcb.deletePending) await deleteFile(io, fcb);
    else await settleTimes(fcb);
  }
}

async function closeSlowly(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  request: number,
): Promise<void> {
  if (file.listing) await closeWithFileSystem(io, fcb.volume, file.listing, request);
  if (fcb.opens.size > 0 || fcb.gone) return;
  if (fcb.deletePending) await deleteFile(io, fcb, undefined, request);
  else {
    await settleTimes(fcb, request);
    if (fcb.opens.size === 0 && !fcb.gone) keepFcb(io, fcb);
  }
}

/**
 * Deletes a file that nobody has open but `own`. The names below a directory cannot be known: it is
 * empty.
 */
export function deleteFile(
  io: IoContext,
  fcb: Fcb,
  own?: FileObject,
  request = 0,
): Promise<number> {
  const { volume, cache } = fcb;
  const isOpen = (): boolean => [...fcb.opens].some((file) => file !== own);
  return volume.namespace.run(async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    if (isOpen()) return Status.STATUS_DELETE_PENDING;
    // Somebody was about to let it stay, and has done so.
    if (!fcb.deletePending) {
      if (fcb.opens.size === 0) keepFcb(io, fcb);
      return Status.STATUS_SUCCESS;
    }
    const goOn = cache.holdBack(0);
    await writesEnded(cache.volume);
    const refused = volume.births.isRefused(fcb);
    if (refused) volume.births.drop(fcb);
    fcb.leaving = true;
    const status = refused ? Status.STATUS_SUCCESS : await deleteOnDisk(io, fcb, request);
    fcb.leaving = false;
    if (fcb.gone) return status;
    if (!NT_SUCCESS(status)) {
      // A directory that is not empty stays, and so does a file whose chain is damaged.
      goOn();
      fcb.deletePending = false;
      if (fcb.known) volume.directories.forget(fcb.known.directory);
      if (fcb.opens.size === 0) keepFcb(io, fcb);
      return status;
    }
    deleted(fcb);
    fcb.named(FILE_ACTION_REMOVED);
    forgetFcb(fcb);
    return status;
  });
}
