/**
 * What of the I/O manager no boot needs: volumes, files on them, pipes, and most of its services.
 * It comes with the rest of the Executive (ke/rest.ts).
 *
 *   ioLater                  what the I/O manager's first half calls of it, as `io.later`
 *   startIoLater(io, type)   it is here; `type` is that of files
 *
 * A volume, a file on one, or a pipe can only be there when this is. What opens them waits for it
 * (service/create.ts); whoever has one does not look.
 */
import { CcCopyRead } from '../cc/copyread.ts';
import { CcAppend, CcCopyWrite } from '../cc/copywrite.ts';
import { Cursor } from '../cc/cursor.ts';
import { appendUncached, readUncached, writeUncached } from '../cc/uncached.ts';
import type { ObType } from '../ob/types.ts';
import type { IoContext } from './context.ts';
import { closeFcbFile } from './file/closefcb.ts';
import { flushFcb } from './file/flush.ts';
import { lent, part } from './file/lending.ts';
import { leavePort, registerPortServices } from './file/port.ts';
import { sectionOver } from './file/section.ts';
import { markDirty, purgeFile, setFileSizes, volumeCache } from './file/volume.ts';
import { asksForVerification } from './medium/storage.ts';
import { endVolume } from './mount/endvolume.ts';
import { comeBack } from './mount/mount.ts';
import { prepareUnload, shutdownVolumes } from './mount/shutdown.ts';
import { listDevices } from './pnp/list.ts';
import { askDevice } from './service/askdevice.ts';
import { listCaches, listStacks } from './service/cacheinfo.ts';
import { openDisk, openPath } from './service/createonvolume.ts';
import { directControl } from './service/directcontrol.ts';
import { listIrps } from './service/irpinfo.ts';
import { openMeeting } from './service/meeting.ts';
import { leave, registerLaterServices } from './service/services-later.ts';
import { listVolumes } from './service/volumeinfo.ts';
import { readWholeFile, writeWholeFile } from './service/wholefile.ts';

export const ioLater = {
  appendUncached,
  askDevice,
  asksForVerification,
  CcAppend,
  CcCopyRead,
  CcCopyWrite,
  closeFcbFile,
  comeBack,
  Cursor,
  directControl,
  endVolume,
  flushFcb,
  leave,
  leavePort,
  lent,
  listCaches,
  listDevices,
  listIrps,
  listStacks,
  listVolumes,
  markDirty,
  openDisk,
  openMeeting,
  openPath,
  part,
  prepareUnload,
  purgeFile,
  readUncached,
  readWholeFile,
  sectionOver,
  setFileSizes,
  shutdownVolumes,
  volumeCache,
  writeUncached,
  writeWholeFile,
};

export type IoLater = typeof ioLater;

export function startIoLater(io: IoContext, type: ObType): void {
  io.later = ioLater;
  registerLaterServices(io, type);
  registerPortServices(io.executive);
}
