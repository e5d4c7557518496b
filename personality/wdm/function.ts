/**
 * The frame of a Plug and Play driver: what all of them do alike when a device is added, started,
 * stopped and removed, and with its power.
 *
 *   serveDevices(driver, routines)   AddDevice, IRP_MJ_PNP and IRP_MJ_POWER of the driver
 *   whileStarted(routine)            requests of a device without hardware end at once
 *
 * As in NT: starting and powering up begin with the devices below; stopping, removing and powering
 * down begin here. `stop` undoes `start`, also one that failed half-way, and is called once for
 * each start. What a driver does not know it passes down as it is.
 */
import { IRP_MJ_PNP, IRP_MJ_POWER, type MajorName } from '../rtl/irp.ts';
import * as pnp from '../rtl/pnp.ts';
import type { Hardware } from '../rtl/resources.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Awaitable } from '../sel4/types.ts';
import { IoDetachDevice } from './attach.ts';
import { IoCompleteRequest, IoDeleteDevice } from './io.ts';
import {
  IoAttachDeviceToDeviceStack,
  IoForwardIrpSynchronously,
  PnpResources,
} from './plugplay.ts';
import { PoCallDriver, PoSetPowerState } from './power.ts';
import { IoCallDriver, IoSkipCurrentIrpStackLocation } from './stack.ts';
import type { DeviceObject, DriverDispatch, DriverObject, Irp, NTSTATUS } from './types.ts';

/** What the frame keeps in the extension of each device. */
export interface PnpExtension {
  /** The next device below; `physical` until it is attached. */
  below: DeviceObject;
  /** It has its hardware, and may be used. */
  started: boolean;
}

export interface PnpRoutines<E extends PnpExtension> {
  /** Makes the driver's own device for this one (IoCreateDevice); it has no hardware yet. */
  add(driver: DriverObject, physical: DeviceObject): Promise<DeviceObject<E>>;
  /** An NtException is its status. */
  start?(device: DeviceObject<E>, hardware: Hardware): Awaitable<NTSTATUS>;
  /** `there`: the hardware can be spoken to still. */
  stop?(device: DeviceObject<E>, there: boolean): Awaitable<void>;
  /** Another state of a started device: one of PowerDevice*. */
  power?(device: DeviceObject<E>, state: number): Awaitable<void>;
  /** It goes or stays, and cannot pause: IRP_MN_QUERY_STOP_DEVICE is refused. */
  readonly stays?: boolean;
}

type Device = DeviceObject<PnpExtension>;
type Routines = PnpRoutines<PnpExtension>;

export function serveDevices<E extends PnpExtension>(
  driver: DriverObject,
  routines: PnpRoutines<E>,
): void {
  const any = routines as unknown as Routines;
  const own = new Set<DeviceObject>();
  driver.AddDevice = async (_driver, physical) => {
    const device = await any.add(driver, physical);
    own.add(device);
    device.extension.below = await IoAttachDeviceToDeviceStack(device, physical);
    return Status.STATUS_SUCCESS;
  };
  driver.majorFunction[IRP_MJ_PNP] = async (device, irp) => {
    if (!own.has(device)) return refuse(irp as Irp);
    if (irp.minorFunction === pnp.IRP_MN_REMOVE_DEVICE) own.delete(device);
    return plugPlay(device as Device, irp, any);
  };
  driver.majorFunction[IRP_MJ_POWER] = (device, irp) =>
    own.has(device) ? power(device as Device, irp, any) : refuse(irp as Irp);
}

/** A device of the driver's that stands in no stack of a bus: a disk at a controller. */
function refuse(irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
}

/** A device without its hardware answers STATUS_DEVICE_NOT_READY. */
export function whileStarted<M extends MajorName>(routine: DriverDispatch<M>): DriverDispatch<M> {
  return (device, irp) =>
    (device.extension as PnpExtension).started
      ? routine(device, irp)
      : IoCompleteRequest(irp, Status.STATUS_DEVICE_NOT_READY);
}

async function plugPlay(device: Device, irp: Irp<'pnp'>, routines: Routines): Promise<NTSTATUS> {
  switch (irp.minorFunction) {
    case pnp.IRP_MN_START_DEVICE:
      return start(device, irp, routines);
    case pnp.IRP_MN_QUERY_STOP_DEVICE:
      if (routines.stays) return IoCompleteRequest(irp, Status.STATUS_NOT_SUPPORTED);
      break;
    case pnp.IRP_MN_STOP_DEVICE:
      await stop(device, routines, true);
      break;
    case pnp.IRP_MN_SURPRISE_REMOVAL:
      await stop(device, routines, false);
      break;
    case pnp.IRP_MN_REMOVE_DEVICE: {
      await stop(device, routines, true);
      const status = await passDown(device, irp as Irp);
      await IoDetachDevice(device);
      await IoDeleteDevice(device);
      return status;
    }
  }
  return passDown(device, irp as Irp);
}

function passDown({ extension }: Device, irp: Irp): Promise<NTSTATUS> {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(extension.below, irp);
}

async function start(device: Device, irp: Irp<'pnp'>, routines: Routines): Promise<NTSTATUS> {
  const { extension } = device;
  const below = await IoForwardIrpSynchronously(extension.below, irp as Irp);
  if (!NT_SUCCESS(below)) return IoCompleteRequest(irp, below);
  const status = await outcomeOf(() => routines.start?.(device, PnpResources(irp)));
  if (NT_SUCCESS(status)) {
    extension.started = true;
    PoSetPowerState(device, pnp.PowerDeviceD0);
  } else await routines.stop?.(device, true);
  return IoCompleteRequest(irp, status);
}

/** Hardware that it lacks is an NtException. */
async function outcomeOf(body: () => Awaitable<NTSTATUS> | undefined): Promise<NTSTATUS> {
  try {
    return (await body()) ?? Status.STATUS_SUCCESS;
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
}

async function stop(device: Device, routines: Routines, there: boolean): Promise<void> {
  if (!device.extension.started) return;
  device.extension.started = false;
  await routines.stop?.(device, there);
}

async function power(device: Device, irp: Irp<'power'>, routines: Routines): Promise<NTSTATUS> {
  const { extension } = device;
  const { type, state } = irp.parameters;
  const sets = irp.minorFunction === pnp.IRP_MN_SET_POWER && type === pnp.DevicePowerState;
  const changes = sets && extension.started && state !== device.powerState;
  const up = changes && state < device.powerState;
  if (up) {
    const below = await IoForwardIrpSynchronously(extension.below, irp as Irp);
    if (!NT_SUCCESS(below)) return IoCompleteRequest(irp, below);
  }
  if (changes) {
    PoSetPowerState(device, state);
    await routines.power?.(device, state);
  }
  if (up) return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  IoSkipCurrentIrpStackLocation(irp as Irp);
  return PoCallDriver(extension.below, irp as Irp);
}
