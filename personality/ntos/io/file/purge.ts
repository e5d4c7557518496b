/**
 * What a file system driver may ask of the caches of its volume: for cc's WdmCc* services, and the
 * packets by which it tells what it has changed.
 */
import type { Packet } from '../../../rtl/packets.ts';
import { Status } from '../../../rtl/status.ts';
import type { Process } from '../../ps/types.ts';
import type { VolumeCache } from '../../cc/volumecache.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from './volume.ts';

/** The volume on that disk, if the process's file system has it: mounting, mounted, or leaving. */
function volumeOf(io: IoContext, process: Process, disk: number): Volume | undefined {
  const volume = io.devices.get(disk)?.volume;
  return volume?.fileSystem.driver.process === process ? volume : undefined;
}

export function volumeCache(
  io: IoContext,
  process: Process,
  disk: number,
): VolumeCache | undefined {
  const cache = volumeOf(io, process, disk)?.cache;
  return cache?.closed ? undefined : cache;
}

export function markDirty(
  io: IoContext,
  process: Process,
  { device, offset, length, late }: Omit<Packet<'dirty'>, 'kind'>,
): void {
  volumeCache(io, process, device)?.markDirty(offset, length, late);
}

/** `size` -1: nothing of it holds. */
export function purgeFile(
  io: IoContext,
  process: Process,
  disk: number,
  file: number,
  size: number,
): number {
  const volume = volumeOf(io, process, disk);
  if (!volume) return Status.STATUS_ACCESS_DENIED;
  const fcb = volume.names.byNumber(file);
  if (!fcb) return Status.STATUS_SUCCESS;
  const { cache } = fcb;
  if (size < 0) cache.forget();
  else if (size < cache.endOfFile) cache.setSizes(size, Math.min(cache.allocation, size));
  return Status.STATUS_SUCCESS;
}
