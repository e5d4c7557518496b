/**
 * Stacks of devices: filters above the devices of other drivers.
 *
 * Which devices a driver may attach to is in its configuration (`filters`); the Executive refuses
 * any other. From then on every request to the device below comes to the filter first.
 */
import { PowerDeviceD0 } from '../rtl/pnp.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { DeviceObject, DriverObject, NTSTATUS } from './types.ts';

/**
 * Attaches `source` above all that is attached to the device of that name, and gives the device
 * that is then next below it: the one to call. Throws NtException: STATUS_ACCESS_DENIED,
 * STATUS_OBJECT_NAME_NOT_FOUND.
 */
export async function IoAttachDevice(
  source: DeviceObject,
  targetName: string,
): Promise<DeviceObject> {
  const { driverObject } = source;
  const { runtime } = driverObject;
  const request = { device: source.id, name: targetName };
  const { status, ...below } = await runtime.service('WdmAttachDevice', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, targetName);
  return lowerDevice(driverObject, targetName, below);
}

/** What the Executive says of a device below, as an object: the driver's own where it made it. */
export function lowerDevice(
  driver: DriverObject,
  name: string,
  below: { lower: number; type: number; flags: number; sectorSize: number },
): DeviceObject {
  const own = driver.devices.get(below.lower);
  return (
    own ?? {
      id: below.lower,
      name,
      deviceType: below.type,
      flags: below.flags,
      sectorSize: below.sectorSize,
      extension: undefined,
      driverObject: driver,
      remote: true,
      powerState: PowerDeviceD0,
      dpc: undefined,
      currentIrp: undefined,
      deviceQueue: [],
    }
  );
}

/** The driver's own device is above nothing any more. */
export async function IoDetachDevice(source: DeviceObject): Promise<NTSTATUS> {
  const { runtime } = source.driverObject;
  return (await runtime.service('WdmDetachDevice', { device: source.id })).status;
}
