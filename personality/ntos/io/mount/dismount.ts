/**
 * The end of a volume.
 *
 *   dismountVolume(io, volume, force)   in order: everything to the medium, the file system lets
 *                                       go, the caches are dropped.
 *                                       A failure to write ends it, unless forced; a medium that
 *                                       is written and only not kept (isNotKept) does not
 *   loseVolume(io, volume)              the medium is not there any more: dirty data is reported
 *                                       lost and never written
 *   abandonVolume(io, volume)           drops the caches at once; the file system is not asked
 *
 * `loseVolume`: the caller holds the disk's mount lock, or the disk is dead. The disk is free for
 * another mount only when the file system has answered, because it names cached sectors by the
 * disk, and must not touch the next medium's.
 */
import { IRP_MN_DISMOUNT_VOLUME, SL_OVERRIDE_VERIFY_VOLUME } from '../../../rtl/irp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { isNotKept, isOnMedium, NT_SUCCESS } from '../../../rtl/status.ts';
import { markMapped } from '../../cc/mapping.ts';
import { flushSet } from '../../cc/writeback.ts';
import { endFcb } from '../file/retire.ts';
import { flushRest, flushStorage, flushWholeVolume, worse } from '../file/flush.ts';
import { asksForVerification } from '../medium/storage.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

/** Disks that are taken out and put back meanwhile. */
const VERIFY_LIMIT = 3;
/** What is written while the volume is flushed is flushed as well. */
const FLUSH_TURNS = 4;

export async function dismountVolume(
  io: IoContext,
  volume: Volume,
  force: boolean,
): Promise<number> {
  // Outside the lock, because a verification may be needed, and takes it.
  const flushed = await volume.verified(() => flushWholeVolume(io, volume));
  if (!isOnMedium(flushed) && !force) return flushed;
  for (let turn = 0; ; turn++) {
    const release = () => letGo(io, volume, force, flushed);
    const status = await volume.storage.mountLock.run(release);
    if (!volume.mounted || !asksForVerification(status) || turn === VERIFY_LIMIT) return status;
    const verdict = await volume.medium.verify(status);
    if (!NT_SUCCESS(verdict)) return verdict;
  }
}

/**
 * `flushed`: how bringing everything to the medium went. Where that is not kept, nobody is asked
 * to keep it again: each time may take as long as the first.
 */
async function letGo(
  io: IoContext,
  volume: Volume,
  force: boolean,
  flushed: number,
): Promise<number> {
  if (!volume.mounted) return Status.STATUS_VOLUME_DISMOUNTED;
  const { onVerify } = volume.medium;
  volume.medium.onVerify = undefined;
  let status = flushed;
  for (let turn = 0; turn === 0 || (turn < FLUSH_TURNS && hasDirtyFiles(volume)); turn++) {
    status = worse(status, await flushRest(io, volume, !isNotKept(status)));
    if (isOnMedium(status) || force) continue;
    volume.medium.onVerify = onVerify;
    return status;
  }
  volume.state = 'leaving';
  // Somebody writes all the time, or by a view: from here on that is no more of it.
  for (const file of volume.cache.files) markMapped(file);
  if (hasDirtyFiles(volume)) status = worse(status, await flushRest(io, volume, false));
  const answered = await tellFileSystem(io, volume);
  // What the file system still had to say: a clean mark, times.
  const written = volume.cache.closed ? answered : await flushSet(volume.cache);
  status = worse(worse(status, answered), written);
  if (!isNotKept(status)) status = worse(status, await flushStorage(io, volume));
  abandonVolume(io, volume);
  return status;
}

function hasDirtyFiles({ cache }: Volume): boolean {
  for (const file of cache.files) if (file.dirtyPages.size > 0) return true;
  return false;
}

export async function loseVolume(io: IoContext, volume: Volume): Promise<void> {
  if (volume.state === 'gone') return;
  volume.state = 'leaving';
  // Closed at once: nothing of the old medium may reach the new one while the file system answers.
  closeCaches(io, volume);
  await tellFileSystem(io, volume);
  abandonVolume(io, volume);
}

export function abandonVolume(io: IoContext, volume: Volume): void {
  closeCaches(io, volume);
  volume.state = 'gone';
  if (volume.storage.volume === volume) volume.storage.volume = undefined;
  volume.storage.waiting.delete(volume);
}

function closeCaches(io: IoContext, volume: Volume): void {
  for (const { path } of volume.births.files)
    io.executive.ke.log(`${volume.storage.name}: ${path} was not made, and is lost`);
  for (const fcb of volume.names.all()) endFcb(fcb);
  volume.names.clear();
  volume.directories.clear(true);
  if (volume.cache.closed) return;
  const lost = volume.cache.abandon();
  if (lost > 0) {
    io.executive.counters.add('cc.lost', lost);
    io.executive.ke.log(`${volume.storage.name}: ${lost} pages could not be written and are lost`);
  }
}

async function tellFileSystem(io: IoContext, volume: Volume): Promise<number> {
  const irp = await callDriver(io, volume.fileSystem, {
    major: 'fs_control',
    minor: IRP_MN_DISMOUNT_VOLUME,
    flags: SL_OVERRIDE_VERIFY_VOLUME,
    parameters: {
      device: volume.storage.id,
      code: 0,
      input: new Uint8Array(),
      outputLength: 0,
    },
  });
  return irp.status;
}
