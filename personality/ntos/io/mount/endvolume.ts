/**
 * The end of a driver, for the volumes that need it.
 *
 * A volume whose disk
 * is gone is lost, unless something of it is not written and the disk's driver is being started
 * again: then the volume waits for the disk, as for one that was taken out of its drive, and is
 * verified, mounted and written when it is back. One whose file system is gone is written back as
 * far as the caches know it, then let go: its files are forced closed, and it can be mounted again
 * when a file system is there. Where that is being started again, files that the old one has not
 * made wait for it with their volume (retell.ts).
 */
import { flushVolume } from '../../cc/writeback.ts';
import { abandonVolume, loseVolume } from './dismount.ts';
import { endFcb } from '../file/retire.ts';
import { mountVolume } from './mount.ts';
import { hasUnwritten, setAside } from './setaside.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export async function endVolume(io: IoContext, volume: Volume): Promise<void> {
  if (volume.storage.removed) {
    const noHope = volume.fileSystem.driver.dead || volume.state === 'waiting';
    if (!noHope && (await waitsForDriver(io, volume))) return;
    forgetOrphan(io, volume);
    if (noHope) abandonVolume(io, volume);
    else await loseVolume(io, volume);
    return;
  }
  // A mount that is under way fails by itself: its request to the file system has ended.
  if (!volume.mounted) return;
  // After terminate() has asked who starts it again.
  await undefined;
  const comesBack = io.executive.ldr.restarting;
  await volume.storage.mountLock.run(async () => {
    if (!volume.mounted) return;
    volume.state = 'leaving';
    for (const fcb of volume.names.all()) endFcb(fcb);
    if (!comesBack) {
      const lost = volume.births.lose();
      if (lost > 0) io.executive.counters.add('cc.lost', lost);
    }
    volume.medium.onVerify = undefined;
    await flushVolume(volume.cache, io.executive.ke.now());
    // What is left: the disk is out, or cannot be written now; or files are to be made.
    if (await hasUnwritten(volume)) await setAside(io, volume);
    else abandonVolume(io, volume);
  });
  if (volume.births.size > 0) await welcome(io, volume);
}

/** Between two looks whether the driver is there, in microseconds. */
const LOOK = 10_000;

function isOrphan({ orphans }: IoContext, volume: Volume): boolean {
  return orphans.get(volume.storage.name) === volume;
}

function forgetOrphan(io: IoContext, volume: Volume): void {
  if (isOrphan(io, volume)) io.orphans.delete(volume.storage.name);
}

/** Whether what is not written may be written yet: its disk's driver is about to come back. */
async function waitsForDriver(io: IoContext, volume: Volume): Promise<boolean> {
  const { ldr, ke } = io.executive;
  const { storage, medium } = volume;
  // After terminate() has asked who starts it again.
  await undefined;
  if (!ldr.restarting || !isOrphan(io, volume)) return false;
  return storage.mountLock.run(async () => {
    if (!volume.mounted) return false;
    medium.onVerify = undefined;
    if (!(await hasUnwritten(volume))) return false;
    await setAside(io, volume);
    ke.spawn('a disk that comes back', () => welcome(io, volume));
    return true;
  });
}

/** Mounts it again when its disk is back; lets it go where that does not come back. */
async function welcome(io: IoContext, volume: Volume): Promise<void> {
  const { ldr, ke } = io.executive;
  while (ldr.restarting) await ke.delay(LOOK);
  if (volume.state !== 'waiting') return;
  if (!volume.storage.removed) return void (await mountVolume(io, volume.storage));
  forgetOrphan(io, volume);
  abandonVolume(io, volume);
}
