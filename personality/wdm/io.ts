/**
 * Io: devices, and the ends of IRPs. stack.ts has how they go down, request.ts those that a driver
 * makes itself.
 *
 * An IRP is completed exactly once, by whoever holds it: IoCompleteRequest hands it back to the
 * Executive with the next exchange. A dispatch routine that cannot complete it before it returns
 * either waits (it is a coroutine), passes it down, or marks it pending and leaves it in a queue of
 * the driver, with a cancel routine that takes it out again.
 */
import type { MajorName } from '../rtl/irp.ts';
import { PowerDeviceD0 } from '../rtl/pnp.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { IrpBody } from './irp.ts';
import { withdraw } from './request.ts';
import { goUp } from './stack.ts';
import type {
  DeviceObject,
  DriverObject,
  FileObject,
  IoWorkItem,
  Irp,
  IrpResult,
  NTSTATUS,
} from './types.ts';

export interface DeviceOptions<E> {
  /** Full name in the object manager's name space, or '' for none. */
  name: string;
  /** FILE_DEVICE_* */
  type: number;
  /** DO_* */
  flags?: number;
  /** Disks: bytes per sector. */
  sectorSize?: number;
  extension: E;
}

/** Throws NtException, such as STATUS_OBJECT_NAME_COLLISION. */
export async function IoCreateDevice<E>(
  driver: DriverObject,
  options: DeviceOptions<E>,
): Promise<DeviceObject<E>> {
  const { name, type, flags = 0, sectorSize = 0, extension } = options;
  const request = { name, type, flags, sectorSize };
  const { status, device: id } = await driver.runtime.service('WdmCreateDevice', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, name);
  const device: DeviceObject<E> = {
    id,
    name,
    deviceType: type,
    flags,
    sectorSize,
    extension,
    driverObject: driver,
    remote: false,
    powerState: PowerDeviceD0,
    dpc: undefined,
    currentIrp: undefined,
    deviceQueue: [],
  };
  (driver.devices as Map<number, DeviceObject>).set(id, device);
  return device;
}

export async function IoDeleteDevice(device: DeviceObject): Promise<NTSTATUS> {
  const { driverObject: driver, id } = device;
  (driver.devices as Map<number, DeviceObject>).delete(id);
  return (await driver.runtime.service('WdmDeleteDevice', { device: id })).status;
}

/** The control device of a file system: mounts of new volumes are sent to it. */
export async function IoRegisterFileSystem(device: DeviceObject): Promise<NTSTATUS> {
  const { runtime } = device.driverObject;
  return (await runtime.service('WdmRegisterFileSystem', { device: device.id })).status;
}

/** The IRP stays with the driver when the dispatch routine returns STATUS_PENDING. */
export function IoMarkIrpPending(irp: Irp): void {
  irp.pendingReturned = true;
}

/**
 * The IRP is done, as far as the device that has it goes: completion routines of the devices above
 * run, and then it goes back to the Executive. `information` is, where it is left out, the length
 * of `result.data` or `result.output`. Returns the status, so that a dispatch routine can end with
 * `return IoCompleteRequest(...)`. A second completion is a bug check.
 */
export function IoCompleteRequest<M extends MajorName>(
  irp: Irp<M>,
  status: NTSTATUS,
  information?: number,
  result: Partial<IrpResult<M>> = {},
): NTSTATUS {
  if (irp.completed) throw new Error('an IRP was completed twice');
  if (status === Status.STATUS_PENDING) throw new Error('an IRP was completed as pending');
  const { data, output } = result as { data?: Uint8Array; output?: Uint8Array };
  irp.ioStatus.status = status;
  irp.ioStatus.information = information ?? data?.length ?? output?.length ?? 0;
  irp.result = result;
  goUp(irp as unknown as IrpBody);
  return status;
}

/**
 * Called if the requestor gives up: the routine takes the IRP out of its queue and completes it.
 * Undefined clears it.
 */
export function IoSetCancelRoutine(
  irp: Irp,
  routine: ((device: DeviceObject, irp: Irp) => void) | undefined,
): void {
  irp.cancelRoutine = routine;
}

/**
 * The requestor of the IRP gives up; of one of the driver's own, the driver. Whether a cancel
 * routine was called, or will be.
 */
export function IoCancelIrp(irp: Irp): boolean {
  irp.cancel = true;
  const own = irp as unknown as IrpBody;
  if (own.own && own.stack.at(-1)?.device.remote) return withdraw(own);
  const routine = irp.cancelRoutine;
  irp.cancelRoutine = undefined;
  routine?.(irp.device, irp);
  return routine !== undefined;
}

/** Cancels what this driver still holds of an open file. The library does it before CLEANUP. */
export function IoCancelFileIrps(file: FileObject): void {
  const { inFlight } = file.device.driverObject.runtime;
  for (const irp of [...inFlight.values()]) if (irp.fileObject === file) IoCancelIrp(irp);
}

/**
 * Queues an IRP for driverStartIo, which sees one at a time for each device. Mark it pending
 * first. While it waits in the queue its requestor may give it up: then it leaves the queue, and
 * `cancel` completes it; without one, it is completed with STATUS_CANCELLED.
 */
export function IoStartPacket(device: DeviceObject, irp: Irp, cancel?: Irp['cancelRoutine']): void {
  if (!device.currentIrp) return startIo(device, irp);
  device.deviceQueue.push(irp);
  IoSetCancelRoutine(irp, () => {
    device.deviceQueue.splice(device.deviceQueue.indexOf(irp), 1);
    if (cancel) cancel(device, irp);
    else IoCompleteRequest(irp, Status.STATUS_CANCELLED);
  });
}

/** driverStartIo is done with the device's current IRP: on to the next. */
export function IoStartNextPacket(device: DeviceObject): void {
  device.currentIrp = undefined;
  const next = device.deviceQueue.shift();
  if (next) startIo(device, next);
}

function startIo(device: DeviceObject, irp: Irp): void {
  const { driverObject: driver } = device;
  irp.cancelRoutine = undefined;
  device.currentIrp = irp;
  driver.runtime.spawn(async () => {
    await driver.driverStartIo!(device, irp);
  });
}

export function IoAllocateWorkItem(device: DeviceObject): IoWorkItem {
  return { device };
}

/**
 * Runs the routine as a coroutine when its caller, and all else that can run now, has returned or
 * waits; items in their order. From anywhere but a service routine.
 */
export function IoQueueWorkItem<C>(
  item: IoWorkItem,
  routine: (device: DeviceObject, context: C) => Promise<void>,
  context: C,
): void {
  const { device } = item;
  device.driverObject.runtime.later(() => routine(device, context));
}
