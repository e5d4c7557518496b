/**
 * The end of a driver.
 *
 * Its IRPs complete with STATUS_DRIVER_PROCESS_TERMINATED and its devices go. A volume whose disk
 * is gone is lost; one whose file system is gone is written back as far as the caches know it, then
 * let go: its files are forced closed, and it can be mounted again when a file system is there.
 */
import { Status } from '../../../rtl/status.ts';
import type { Process } from '../../ps/types.ts';
import { flushVolume } from '../../cc/writeback.ts';
import { removeDevice } from '../device/device.ts';
import { abandonVolume, loseVolume } from './dismount.ts';
import type { DriverObject } from '../device/driver.ts';
import { dropDriver } from '../pnp/remove.ts';
import { cancelIrp } from '../request/cancel.ts';
import { completeIrp } from '../request/complete.ts';
import { hasUnwritten, setAside } from './setaside.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export function driverDied(io: IoContext, process: Process): void {
  const driver = io.drivers.get(process);
  if (!driver || driver.dead) return;
  driver.dead = true;
  io.drivers.delete(process);
  const affected = volumesOf(io, driver);
  dropDriver(io, driver);
  for (const device of [...driver.devices]) removeDevice(io, device);
  const queued = driver.queue
    .splice(0)
    .flatMap((each) => (each.kind === 'request' ? each.irp : []));
  for (const irp of [...queued, ...driver.held.values()])
    completeIrp(io, irp, Status.STATUS_DRIVER_PROCESS_TERMINATED);
  for (const irp of [...driver.own.values()]) cancelIrp(io, irp);
  driver.initialised.set();
  driver.arrived.set();
  io.executive.cc.processEnded(process);
  const { ob, ke } = io.executive;
  if (driver.header.directory) ob.remove(driver);
  ob.dereference(driver);
  for (const volume of affected) ke.spawn('end of a volume', () => endVolume(io, volume));
}

function volumesOf(io: IoContext, driver: DriverObject): Volume[] {
  const volumes: Volume[] = [];
  for (const { volume, waiting } of io.devices.values())
    for (const each of volume ? [volume, ...waiting] : waiting)
      if (each.storage.driver === driver || each.fileSystem.driver === driver) volumes.push(each);
  return volumes;
}

async function endVolume(io: IoContext, volume: Volume): Promise<void> {
  if (volume.storage.removed) {
    if (volume.fileSystem.driver.dead || volume.state === 'waiting') abandonVolume(io, volume);
    else await loseVolume(io, volume);
    return;
  }
  // A mount that is under way fails by itself: its request to the file system has ended.
  if (!volume.mounted) return;
  await volume.storage.mountLock.run(async () => {
    if (!volume.mounted) return;
    volume.state = 'leaving';
    for (const fcb of volume.names.all()) fcb.gone = true;
    volume.medium.onVerify = undefined;
    await flushVolume(volume.cache, io.executive.ke.now());
    // What is left: the disk is out, or cannot be written now.
    if (await hasUnwritten(volume)) await setAside(io, volume);
    else abandonVolume(io, volume);
  });
}
