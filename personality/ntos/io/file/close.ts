/**
 * Closing: the end of a handle. What is behind it on a volume: closefcb.ts.
 */
import type { IoContext } from '../context.ts';
import { closeWith } from './closewith.ts';
import { type FileObject, giveRoomBack } from './fileobject.ts';

/** `request`: the service call that closes it, where that is watched. */
export function closeFile(io: IoContext, file: FileObject, request = 0): void | Promise<void> {
  if (file.closed) return undefined;
  file.closed = true;
  io.files.delete(file);
  giveRoomBack(file);
  if (file.lends) io.later.part(file);
  io.fileClosed.set();
  io.fileClosed.reset();
  if (file.volume?.lockedBy === file) file.volume.lockedBy = undefined;
  if (file.fcb) return io.later.closeFcbFile(io, file, file.fcb, request);
  return file.id === 0 || file.device.removed ? undefined : closeWithDevice(io, file, request);
}

async function closeWithDevice(io: IoContext, file: FileObject, request: number): Promise<void> {
  await closeWith(io, file.device, file.id, request);
}
