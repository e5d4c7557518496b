/**
 * IRPs that a driver makes itself, for a device that one of its own is attached to.
 *
 * They go out by IoCallDriver like any other. Their outcome comes to the completion routine, if
 * there is one, and sets the event that they were built with; `irp.ioStatus` and `irp.result` have
 * it. Data travels in the packet; for a device with direct I/O the
 * driver sets `irp.MdlAddress` to an MDL that it has locked (mdl.ts).
 */
import {
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
  type MajorName,
} from '../rtl/irp.ts';
import { encodePacket, OWN_IRP } from '../rtl/packets.ts';
import { type IoStackLocation, IrpBody } from './irp.ts';
import type { DeviceObject, Irp, KEvent } from './types.ts';

/** Its next stack location is to be filled in yet: IoGetNextIrpStackLocation. */
export function IoAllocateIrp(device: DeviceObject): Irp {
  const { runtime } = device.driverObject;
  do runtime.lastOwnIrp = (runtime.lastOwnIrp + 1) % OWN_IRP;
  while (runtime.inFlight.has(OWN_IRP + runtime.lastOwnIrp));
  const irp = new IrpBody(OWN_IRP + runtime.lastOwnIrp);
  irp.next = emptyLocation(device);
  return irp;
}

export function IoBuildDeviceIoControlRequest(
  code: number,
  device: DeviceObject,
  input: Uint8Array,
  outputLength: number,
  event?: KEvent,
): Irp<'device_control'> {
  const parameters = { code, input, outputLength };
  return build<'device_control'>(device, IRP_MJ_DEVICE_CONTROL, parameters, event);
}

/** IRP_MJ_READ, IRP_MJ_WRITE or IRP_MJ_FLUSH_BUFFERS. `data`: what is to be written. */
export function IoBuildSynchronousFsdRequest(
  major: number,
  device: DeviceObject,
  data: Uint8Array,
  length: number,
  offset: number,
  event?: KEvent,
): Irp {
  if (major === IRP_MJ_READ) return build<'read'>(device, major, { offset, length }, event) as Irp;
  if (major === IRP_MJ_WRITE)
    return build<'write'>(device, major, { offset, length, data }, event) as Irp;
  if (major === IRP_MJ_FLUSH_BUFFERS) return build<'flush'>(device, major, {}, event) as Irp;
  throw new RangeError(`no such request: ${major}`);
}

/** The same without an event: its completion routine hears of it. */
export function IoBuildAsynchronousFsdRequest(
  major: number,
  device: DeviceObject,
  data: Uint8Array,
  length: number,
  offset: number,
): Irp {
  return IoBuildSynchronousFsdRequest(major, device, data, length, offset);
}

/** Whether the IRP is still under way. It is completed in any case. */
export function withdraw(irp: IrpBody): boolean {
  const { runtime } = irp.location.device.driverObject;
  if (!runtime.inFlight.has(irp.id)) return false;
  runtime.outbox.push(encodePacket({ kind: 'cancel', id: irp.id }));
  return true;
}

function build<M extends MajorName>(
  device: DeviceObject,
  majorFunction: number,
  parameters: IoStackLocation<M>['parameters'],
  event: KEvent | undefined,
): Irp<M> {
  const irp = IoAllocateIrp(device) as unknown as IrpBody;
  irp.userEvent = event;
  irp.next = {
    ...emptyLocation(device),
    majorFunction,
    parameters: parameters as IoStackLocation['parameters'],
  };
  return irp as unknown as Irp<M>;
}

function emptyLocation(device: DeviceObject): IoStackLocation {
  return {
    majorFunction: 0,
    minorFunction: 0,
    flags: 0,
    parameters: {} as IoStackLocation['parameters'],
    device,
    fileObject: undefined,
    completion: undefined,
  };
}
