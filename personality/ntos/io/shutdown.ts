/**
 * The end of everything: volumes are written back and let go; and what must be asked before a
 * driver is unloaded.
 */
import { NT_SUCCESS, Status } from '../../rtl/status.ts';
import type { Process } from '../executive.ts';
import { dismountVolume } from './dismount.ts';
import { callDriver } from './irp.ts';
import { giveUpWaiting } from './setaside.ts';
import type { IoContext } from './types.ts';

/**
 * Every volume is tried; the first failure, or success. What cannot be written is lost: this is the
 * last moment.
 */
export async function shutdownVolumes(io: IoContext): Promise<number> {
  let first: number = Status.STATUS_SUCCESS;
  for (const { volume } of [...io.devices.values()]) {
    if (!volume?.mounted) continue;
    const status = await dismountVolume(io, volume, true);
    if (!NT_SUCCESS(status) && NT_SUCCESS(first)) first = status;
  }
  const waiting = giveUpWaiting(io);
  return NT_SUCCESS(first) ? waiting : first;
}

/** STATUS_SUCCESS if nothing uses the driver: no open files, no volumes, no requests. */
export async function prepareUnload(io: IoContext, process: Process): Promise<number> {
  const driver = io.drivers.get(process);
  if (!driver) return Status.STATUS_NO_SUCH_DEVICE;
  for (const { volume, waiting } of io.devices.values())
    if (waiting.size > 0) return Status.STATUS_INVALID_DEVICE_REQUEST;
    else if (volume && (volume.storage.driver === driver || volume.fileSystem.driver === driver))
      return Status.STATUS_INVALID_DEVICE_REQUEST;
  for (const file of io.files)
    if (file.device.driver === driver) return Status.STATUS_INVALID_DEVICE_REQUEST;
  if (driver.queue.length + driver.held.size > 0) return Status.STATUS_INVALID_DEVICE_REQUEST;
  for (const device of [...driver.devices])
    await callDriver(io, device, { major: 'shutdown', parameters: {} });
  return Status.STATUS_SUCCESS;
}
