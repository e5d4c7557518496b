/**
 * The end of everything: volumes are written back and let go; and what must be asked before a
 * driver is unloaded.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { isOnMedium, NT_SUCCESS } from '../../../rtl/status.ts';
import type { Process } from '../../ps/types.ts';
import { dismountVolume } from './dismount.ts';
import { flushWholeVolume, worse } from '../file/flush.ts';
import { callUnload, driverLeaves } from '../pnp/manager.ts';
import { callDriver } from '../request/send.ts';
import { giveUpWaiting } from './setaside.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

/**
 * Everything goes to the media first, and only when that has succeeded on all of them are the
 * volumes let go: after a refusal each is as it was, and has all that could not be written. The
 * first failure to write; else the first to keep what was written; else success.
 */
export async function shutdownVolumes(io: IoContext): Promise<number> {
  const volumes = [...io.devices.values()].flatMap(({ volume }) =>
    volume?.mounted ? [volume] : [],
  );
  const flushed = await tryAll(volumes, (volume) =>
    volume.verified(() => flushWholeVolume(io, volume)),
  );
  if (!isOnMedium(flushed)) return flushed;
  const ended = await tryAll(volumes, (volume) =>
    volume.mounted ? dismountVolume(io, volume, false) : Promise.resolve(Status.STATUS_SUCCESS),
  );
  return isOnMedium(ended) ? worse(ended, giveUpWaiting(io)) : ended;
}

async function tryAll(
  volumes: readonly Volume[],
  work: (volume: Volume) => Promise<number>,
): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (const volume of volumes) worst = worse(worst, await work(volume));
  return worst;
}

/**
 * STATUS_SUCCESS if nothing uses the driver, and STATUS_DEVICE_BUSY where files are open, volumes
 * mounted or requests under way.
 */
export async function prepareUnload(io: IoContext, process: Process): Promise<number> {
  const driver = io.drivers.get(process);
  if (!driver) return Status.STATUS_NO_SUCH_DEVICE;
  for (const { volume, waiting } of io.devices.values())
    if (waiting.size > 0) return Status.STATUS_DEVICE_BUSY;
    else if (volume && (volume.storage.driver === driver || volume.fileSystem.driver === driver))
      return Status.STATUS_DEVICE_BUSY;
  for (const file of io.files) if (file.device.driver === driver) return Status.STATUS_DEVICE_BUSY;
  if (driver.queue.length + driver.held.size > 0) return Status.STATUS_DEVICE_BUSY;
  const left = await driverLeaves(io, driver);
  if (!NT_SUCCESS(left)) return left;
  for (const device of [...driver.devices])
    await callDriver(io, device, { major: 'shutdown', parameters: {} });
  await callUnload(io, driver);
  return Status.STATUS_SUCCESS;
}
