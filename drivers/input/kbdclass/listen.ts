/**
 * The read that the class driver keeps pending at the port, and what it brings.
 *
 *   attach(device)         above the port; throws NtException
 *   listen(device)         the keyboard scans, and its keys come here
 *   silence(device)        neither of both
 *   deliver(extension)     waiting reads get their records
 */
import {
  decodeKeys,
  encodeKeys,
  IOCTL_INTERNAL_KEYBOARD_DISABLE,
  IOCTL_INTERNAL_KEYBOARD_ENABLE,
  KEYBOARD_INPUT_DATA_LENGTH,
  KEYBOARD_OVERRUN_MAKE_CODE,
  KEYBOARD_PORT_DEVICE,
  KEY_MAKE,
  type KeyboardInput,
} from '../../../personality/rtl/keyboard.ts';
import { IRP_MJ_READ } from '../../../personality/rtl/irp.ts';
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoAllocateWorkItem,
  IoAttachDevice,
  IoBuildDeviceIoControlRequest,
  IoBuildSynchronousFsdRequest,
  IoCallDriver,
  IoCancelIrp,
  IoCompleteRequest,
  type IoCsq,
  IoCsqRemoveNextIrp,
  type Irp,
  IoQueueWorkItem,
  KeInitializeEvent,
  KeWaitForSingleObject,
  type KMutex,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';

/** Records that wait to be read. */
const QUEUE_SIZE = 100;
/** Records that one read of the port may bring. */
const BATCH = 16;
/** Microseconds that the port has for an answer: more than it gives the keyboard. */
const PATIENCE = 5_000_000;

export interface KeyboardClass {
  readonly lock: KMutex;
  readonly reads: IoCsq;
  readonly queue: KeyboardInput[];
  /** The port; undefined while there is none. */
  below: DeviceObject | undefined;
  opens: number;
  /** The read at the port. */
  own: Irp | undefined;
}

export async function attach(device: DeviceObject<KeyboardClass>): Promise<void> {
  device.extension.below = await IoAttachDevice(device, KEYBOARD_PORT_DEVICE);
}

/** One of the internal codes, and its outcome. */
async function tell(device: DeviceObject<KeyboardClass>, code: number): Promise<NTSTATUS> {
  const { driverObject, extension } = device;
  const { below } = extension;
  if (!below) return Status.STATUS_DEVICE_NOT_CONNECTED;
  const event = KeInitializeEvent(driverObject, SynchronizationEvent, false);
  const irp = IoBuildDeviceIoControlRequest(code, below, new Uint8Array(), 0, event) as Irp;
  await IoCallDriver(below, irp);
  if ((await KeWaitForSingleObject(event, PATIENCE)) === Status.STATUS_SUCCESS)
    return irp.ioStatus.status;
  IoCancelIrp(irp);
  return Status.STATUS_IO_TIMEOUT;
}

export async function listen(device: DeviceObject<KeyboardClass>): Promise<NTSTATUS> {
  const status = await tell(device, IOCTL_INTERNAL_KEYBOARD_ENABLE);
  if (NT_SUCCESS(status)) IoQueueWorkItem(IoAllocateWorkItem(device), readPort, undefined);
  return status;
}

export async function silence(device: DeviceObject<KeyboardClass>): Promise<void> {
  const { extension } = device;
  extension.queue.length = 0;
  if (extension.own) IoCancelIrp(extension.own);
  extension.own = undefined;
  await tell(device, IOCTL_INTERNAL_KEYBOARD_DISABLE);
}

/** Read after read, until one is given up or the port has gone. */
async function readPort(device: DeviceObject): Promise<void> {
  const { driverObject, extension } = device as DeviceObject<KeyboardClass>;
  const { below } = extension;
  if (!below) return;
  const event = KeInitializeEvent(driverObject, SynchronizationEvent, false);
  for (;;) {
    const length = BATCH * KEYBOARD_INPUT_DATA_LENGTH;
    const nothing = new Uint8Array();
    const irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, below, nothing, length, 0, event);
    extension.own = irp;
    await IoCallDriver(below, irp);
    // It is answered when a key comes, or when port or driver end: not after a time.
    await KeWaitForSingleObject(event);
    if (extension.own !== irp) return;
    const { status } = irp.ioStatus;
    if (!NT_SUCCESS(status)) return lose(extension, status);
    const { data = new Uint8Array() } = irp.result as { data?: Uint8Array };
    put(extension, decodeKeys(data));
  }
}

function put(extension: KeyboardClass, records: readonly KeyboardInput[]): void {
  const { queue } = extension;
  for (const record of records)
    if (queue.length < QUEUE_SIZE) queue.push(record);
    else queue[QUEUE_SIZE - 1] = { makeCode: KEYBOARD_OVERRUN_MAKE_CODE, flags: KEY_MAKE };
  deliver(extension);
}

/** The port has gone. */
function lose(extension: KeyboardClass, status: NTSTATUS): void {
  extension.own = undefined;
  extension.below = undefined;
  for (;;) {
    const irp = IoCsqRemoveNextIrp(extension.reads);
    if (!irp) return;
    IoCompleteRequest(irp, status);
  }
}

export function deliver({ queue, reads }: KeyboardClass): void {
  while (queue.length > 0) {
    const irp = IoCsqRemoveNextIrp(reads) as Irp<'read'> | undefined;
    if (!irp) return;
    const room = Math.floor(irp.parameters.length / KEYBOARD_INPUT_DATA_LENGTH);
    const data = encodeKeys(queue.splice(0, room));
    IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
  }
}
