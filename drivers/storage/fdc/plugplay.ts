/**
 * The life of the controller: added without hardware, started with it, removed; and its power.
 *
 * Its drives are devices of their own, made when it starts. It is not stopped: drives may be
 * mounted. In D3 motors are off at once, not two seconds later, and the chip is held in reset; the
 * next command brings it up again.
 */
import {
  DevicePowerState,
  IRP_MN_QUERY_STOP_DEVICE,
  IRP_MN_REMOVE_DEVICE,
  IRP_MN_SET_POWER,
  IRP_MN_START_DEVICE,
  IRP_MN_SURPRISE_REMOVAL,
  PowerDeviceD0,
} from '../../../personality/rtl/pnp.ts';
import { FILE_DEVICE_CONTROLLER } from '../../../personality/rtl/nt.ts';
import { NT_SUCCESS, NtException, Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverObject,
  IoAttachDeviceToDeviceStack,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoDeleteDevice,
  IoDetachDevice,
  IoDisconnectInterrupt,
  IoForwardIrpSynchronously,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeCancelTimer,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
  PoCallDriver,
  PoSetPowerState,
  PutDmaAdapter,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import type { Controller } from './controller.ts';
import { DOR } from './registers.ts';

/** The extension of the controller's own device. */
export interface FdcDevice {
  below: DeviceObject;
  /** Undefined while it has no hardware. */
  controller: Controller | undefined;
}

export type StartController = (
  driver: DriverObject,
) => Promise<{ status: NTSTATUS; controller: Controller }>;

export async function fdcAddDevice(
  driver: DriverObject,
  physical: DeviceObject,
): Promise<NTSTATUS> {
  const extension: FdcDevice = { below: physical, controller: undefined };
  const facts = { name: '', type: FILE_DEVICE_CONTROLLER, extension };
  const device = await IoCreateDevice(driver, facts);
  extension.below = await IoAttachDeviceToDeviceStack(device, physical);
  return Status.STATUS_SUCCESS;
}

export async function plugPlay(
  device: DeviceObject,
  irp: Irp<'pnp'>,
  startController: StartController,
): Promise<NTSTATUS> {
  const own = device.extension as FdcDevice;
  switch (irp.minorFunction) {
    case IRP_MN_START_DEVICE: {
      const below = await IoForwardIrpSynchronously(own.below, irp as Irp);
      if (!NT_SUCCESS(below)) return IoCompleteRequest(irp, below);
      return IoCompleteRequest(irp, await start(device.driverObject, own, startController));
    }
    case IRP_MN_QUERY_STOP_DEVICE:
      return IoCompleteRequest(irp, Status.STATUS_NOT_SUPPORTED);
    case IRP_MN_SURPRISE_REMOVAL:
      await leave(own, false);
      break;
    case IRP_MN_REMOVE_DEVICE: {
      await leave(own, true);
      const status = await passDown(own, irp as Irp);
      await IoDetachDevice(device);
      await IoDeleteDevice(device);
      return status;
    }
  }
  return passDown(own, irp as Irp);
}

async function start(
  driver: DriverObject,
  own: FdcDevice,
  startController: StartController,
): Promise<NTSTATUS> {
  try {
    const { status, controller } = await startController(driver);
    own.controller = controller;
    return status;
  } catch (error) {
    // Hardware that it lacks.
    if (error instanceof NtException) return error.status;
    throw error;
  }
}

function passDown({ below }: FdcDevice, irp: Irp): Promise<NTSTATUS> {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(below, irp);
}

/** `there`: the chip can be spoken to still. */
async function leave(own: FdcDevice, there: boolean): Promise<void> {
  const { controller } = own;
  if (!controller) return;
  own.controller = undefined;
  const { driver, interrupt, keeper, adapter } = controller;
  await KeWaitForSingleObject(controller.lock);
  if (there) turnOff(controller);
  for (const { motorTimer } of controller.drives) KeCancelTimer(motorTimer);
  KeReleaseMutex(controller.lock);
  for (const each of [...driver.devices.values()]) if (each.name !== '') await IoDeleteDevice(each);
  if (!there) return;
  for (const each of [interrupt, keeper?.interrupt])
    if (each) await IoDisconnectInterrupt(driver, each);
  await PutDmaAdapter(adapter);
}

/** Motors off, the chip held in reset. */
function turnOff(controller: Controller): void {
  for (const drive of controller.drives) {
    KeCancelTimer(drive.motorTimer);
    drive.turning = false;
  }
  controller.ready = false;
  controller.dor = 0;
  WRITE_PORT_UCHAR(controller.ports, DOR, 0);
}

export async function fdcPower(device: DeviceObject, irp: Irp<'power'>): Promise<NTSTATUS> {
  const { controller, below } = device.extension as FdcDevice;
  const { type, state } = irp.parameters;
  const sets = irp.minorFunction === IRP_MN_SET_POWER && type === DevicePowerState;
  if (sets && controller) {
    PoSetPowerState(device, state);
    if (state !== PowerDeviceD0) {
      await KeWaitForSingleObject(controller.lock);
      turnOff(controller);
      KeReleaseMutex(controller.lock);
    }
  }
  IoSkipCurrentIrpStackLocation(irp as Irp);
  return PoCallDriver(below, irp as Irp);
}
