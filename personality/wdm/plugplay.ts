/**
 * Plug and Play: what a driver does for devices that a bus has told of.
 *
 * A driver sets `driver.AddDevice` in its DriverEntry. For each of its devices that is called with
 * the physical device object (PDO) of the bus; it makes a device of its own (FDO) and attaches it
 * above. From then on the stack gets IRP_MJ_PNP: the hardware comes with IRP_MN_START_DEVICE, and
 * goes with STOP_DEVICE, SURPRISE_REMOVAL and REMOVE_DEVICE. What a driver does not know it passes
 * down as it is.
 *
 *   IoAttachDeviceToDeviceStack, IoForwardIrpSynchronously, PnpResources
 *   IoInvalidateDeviceRelations, IoGetDeviceProperty
 *   IoRegisterDeviceInterface, IoSetDeviceInterfaceState, IoRegisterPlugPlayNotification
 */
import { IRP_MJ_PNP } from '../rtl/irp.ts';
import type { Packet } from '../rtl/packets.ts';
import { encodePacket } from '../rtl/packets.ts';
import * as pnp from '../rtl/pnp.ts';
import { decodeResources, type Hardware, toHardware } from '../rtl/resources.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import { Waitable } from '../rtl/coroutines.ts';
import { lowerDevice } from './attach.ts';
import type { IoStackLocation } from './irp.ts';
import {
  IoCallDriver,
  IoCopyCurrentIrpStackLocationToNext,
  IoSetCompletionRoutine,
} from './stack.ts';
import type { DeviceObject, DriverObject, Irp, NTSTATUS } from './types.ts';

/**
 * Attaches `source` above all that is attached to `target`, a PDO that AddDevice was called with,
 * and gives the device that is then next below: the one to call. Throws NtException.
 */
export async function IoAttachDeviceToDeviceStack(
  source: DeviceObject,
  target: DeviceObject,
): Promise<DeviceObject> {
  const { driverObject } = source;
  const request = { device: source.id, target: target.id };
  const { status, ...below } = await driverObject.runtime.service(
    'WdmAttachDeviceToStack',
    request,
  );
  if (!NT_SUCCESS(status)) throw new NtException(status, 'IoAttachDeviceToDeviceStack');
  return lowerDevice(driverObject, target.name, below);
}

/**
 * Passes the IRP down and waits until the devices below are done with it. The driver holds it then,
 * with their outcome in `irp.ioStatus`, and completes it. The status of that outcome.
 */
export async function IoForwardIrpSynchronously(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  const back = new Waitable(device.driverObject.runtime.coroutines);
  IoCopyCurrentIrpStackLocationToNext(irp);
  IoSetCompletionRoutine(
    irp,
    () => {
      back.set();
      return Status.STATUS_MORE_PROCESSING_REQUIRED;
    },
    undefined,
  );
  await IoCallDriver(device, irp);
  await back.wait();
  irp.pendingReturned = false;
  return irp.ioStatus.status;
}

/** The hardware that IRP_MN_START_DEVICE brings: ports, interrupts, DMA channels. */
export function PnpResources(irp: Irp<'pnp'>): Hardware {
  return toHardware(decodeResources(irp.parameters.translated));
}

/** The children of the device have changed: IRP_MN_QUERY_DEVICE_RELATIONS comes soon. */
export async function IoInvalidateDeviceRelations(device: DeviceObject): Promise<NTSTATUS> {
  const { runtime } = device.driverObject;
  return (await runtime.service('WdmInvalidateDeviceRelations', { device: device.id })).status;
}

/** DevicePropertyHardwareID, ...DriverKeyName, ...PhysicalDeviceObjectName. Throws NtException. */
export async function IoGetDeviceProperty(device: DeviceObject, property: number): Promise<string> {
  const { runtime } = device.driverObject;
  const request = { device: device.id, property };
  const { status, text } = await runtime.service('WdmGetDeviceProperty', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, 'IoGetDeviceProperty');
  return text;
}

/**
 * The name of the interface: what programs open once it is enabled. `guid` in braces; `reference`
 * tells interfaces of one class and device apart. Throws NtException.
 */
export async function IoRegisterDeviceInterface(
  physical: DeviceObject,
  guid: string,
  reference = '',
): Promise<string> {
  const { runtime } = physical.driverObject;
  const request = { device: physical.id, guid, reference };
  const { status, link } = await runtime.service('WdmRegisterDeviceInterface', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, 'IoRegisterDeviceInterface');
  return link;
}

/** The interface can be opened, or not any more. It is disabled by itself when the device goes. */
export async function IoSetDeviceInterfaceState(
  driver: DriverObject,
  link: string,
  enable: boolean,
): Promise<NTSTATUS> {
  return (await driver.runtime.service('WdmSetDeviceInterfaceState', { link, enable })).status;
}

/** An interface of the class has come, or gone. */
export type InterfaceNotification = (link: string, arrived: boolean) => void;

/**
 * For EventCategoryDeviceInterfaceChange: calls the routine for each interface of the class that
 * comes or goes from now on. There is one routine a class.
 */
export async function IoRegisterPlugPlayNotification(
  driver: DriverObject,
  guid: string,
  routine: InterfaceNotification,
): Promise<NTSTATUS> {
  const { runtime } = driver;
  runtime.interfaceListeners.set(guid.toLowerCase(), routine);
  return (await runtime.service('WdmRegisterNotification', { guid })).status;
}

/** The Executive asks the driver as a whole: AddDevice, Unload, a notification. */
export function askDriver(driver: DriverObject, packet: Packet<'request'>): void {
  const { runtime } = driver;
  const { id, major, minor } = packet;
  const { parameters } = packet as unknown as { parameters: IoStackLocation<'pnp'>['parameters'] };
  runtime.spawn(async () => {
    const status = major === IRP_MJ_PNP ? await answer(driver, minor, parameters) : undefined;
    const outcome = status ?? Status.STATUS_INVALID_DEVICE_REQUEST;
    const done = { id, major, status: outcome, information: 0, result: {} };
    runtime.outbox.push(encodePacket({ kind: 'done', ...done }));
  });
}

async function answer(
  driver: DriverObject,
  minor: number,
  parameters: IoStackLocation<'pnp'>['parameters'],
): Promise<NTSTATUS> {
  switch (minor) {
    case pnp.IRP_MN_ADD_DEVICE:
      return addDevice(driver, parameters);
    case pnp.IRP_MN_UNLOAD_DRIVER:
      await driver.driverUnload?.(driver);
      return Status.STATUS_SUCCESS;
    case pnp.IRP_MN_NOTIFY_INTERFACE: {
      const { text, type } = parameters;
      for (const [guid, routine] of driver.runtime.interfaceListeners)
        if (text.includes(guid)) routine(text, type === 1);
      return Status.STATUS_SUCCESS;
    }
    case pnp.IRP_MN_POWER_DONE: {
      const { powerRequests } = driver.runtime;
      const done = powerRequests.get(parameters.type);
      powerRequests.delete(parameters.type);
      done?.(parameters.device);
      return Status.STATUS_SUCCESS;
    }
    default:
      return Status.STATUS_INVALID_DEVICE_REQUEST;
  }
}

async function addDevice(
  driver: DriverObject,
  { device: lower, type, text }: IoStackLocation<'pnp'>['parameters'],
): Promise<NTSTATUS> {
  if (!driver.AddDevice) return Status.STATUS_INVALID_DEVICE_REQUEST;
  const physical = lowerDevice(driver, text, { lower, type, flags: 0, sectorSize: 0 });
  try {
    return await driver.AddDevice(driver, physical);
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
}
