/**
 * The end of a driver.
 *
 * Its IRPs complete with STATUS_DRIVER_PROCESS_TERMINATED and its devices go. What becomes of
 * volumes: endvolume.ts.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { Process } from '../../ps/types.ts';
import { removeDevice } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import { endFiltersAbove, suspectBelow } from '../pnp/filters.ts';
import { dropDriver } from '../pnp/remove.ts';
import { cancelIrp } from '../request/cancel.ts';
import { completeIrp } from '../request/complete.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export function driverDied(io: IoContext, process: Process): void {
  const driver = io.drivers.get(process);
  if (!driver || driver.dead) return;
  driver.dead = true;
  io.drivers.delete(process);
  const affected = volumesOf(io, driver);
  for (const volume of affected)
    if (volume.mounted && volume.storage.driver === driver)
      io.orphans.set(volume.storage.name, volume);
  suspectBelow(driver);
  endFiltersAbove(io, driver.devices);
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
  for (const volume of affected) ke.spawn('end of a volume', () => io.later.endVolume(io, volume));
}

function volumesOf(io: IoContext, driver: DriverObject): Volume[] {
  const volumes: Volume[] = [];
  for (const { volume, waiting } of io.devices.values())
    for (const each of volume ? [volume, ...waiting] : waiting)
      if (each.storage.driver === driver || each.fileSystem.driver === driver) volumes.push(each);
  return volumes;
}
