/**
 * Stacks of devices: filters above the devices of other drivers.
 *
 * Which devices a driver may attach to is in its configuration (`filters`); the Executive refuses
 * any other. From then on every request to the device below comes to the filter first.
 */
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { DeviceObject, NTSTATUS } from './types.ts';

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
  const own = driverObject.devices.get(below.lower);
  return (
    own ?? {
      id: below.lower,
      name: targetName,
      deviceType: below.type,
      flags: below.flags,
      sectorSize: below.sectorSize,
      extension: undefined,
      driverObject,
      remote: true,
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
