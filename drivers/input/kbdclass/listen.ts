/**
 * The read that the class driver keeps pending at the port, and what it brings.
 *
 *   attach(device)         a device of its own above the port; throws NtException
 *   detach(device)         not above it any more
 *   ask(device, control)   a control of the port, and its outcome
 *   listen(device)         the keyboard scans, and its keys come here
 *   silence(device)        neither of both
 *   deliver(extension)     waiting reads get their records
 */
import {
  decodeKeys,
  encodeKeys,
  FILE_DEVICE_KEYBOARD,
  IOCTL_INTERNAL_KEYBOARD_DISABLE,
  IOCTL_INTERNAL_KEYBOARD_ENABLE,
  KEYBOARD_INPUT_DATA_LENGTH,
  KEYBOARD_OVERRUN_MAKE_CODE,
  KEYBOARD_PORT_DEVICE,
  KEY_MAKE,
  type KeyboardInput,
} from '../../../personality/rtl/keyboard.ts';
import { IRP_MJ_READ } from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoAllocateWorkItem,
  IoAttachDevice,
  IoBuildDeviceIoControlRequest,
  IoBuildSynchronousFsdRequest,
  IoCallDriver,
  IoCancelIrp,
  IoCompleteRequest,
  IoCreateDevice,
  type IoCsq,
  IoCsqRemoveNextIrp,
  IoDeleteDevice,
  IoDetachDevice,
  type Irp,
  type IrpParameters,
  IoQueueWorkItem,
  KeInitializeEvent,
  KeWaitForSingleObject,
  type KMutex,
  type NTSTATUS,
  type PnpExtension,
} from '../../../personality/wdm/index.ts';

/** Records that wait to be read. */
const QUEUE_SIZE = 100;
/** Records that one read of the port may bring. */
const BATCH = 16;
/** Microseconds that the port has for an answer: more than it gives the keyboard. */
const PATIENCE = 5_000_000;

export interface KeyboardClass extends PnpExtension {
  readonly lock: KMutex;
  readonly reads: IoCsq;
  readonly queue: KeyboardInput[];
  /** The device above the port, and the port: undefined while there is none. */
  ear: DeviceObject<Ear> | undefined;
  port: DeviceObject | undefined;
  opens: number;
  /** The read at the port. */
  own: Irp | undefined;
}

/**
 * The extension of the device above the port. It stands in the stack of another driver's device,
 * and passes on what comes there.
 */
export interface Ear {
  readonly owner: DeviceObject<KeyboardClass>;
  below: DeviceObject | undefined;
}

export async function attach(owner: DeviceObject<KeyboardClass>): Promise<void> {
  const { driverObject, extension } = owner;
  const ear = await IoCreateDevice<Ear>(driverObject, {
    name: '',
    type: FILE_DEVICE_KEYBOARD,
    flags: DO_BUFFERED_IO,
    extension: { owner, below: undefined },
  });
  try {
    ear.extension.below = extension.port = await IoAttachDevice(ear, KEYBOARD_PORT_DEVICE);
    extension.ear = ear;
  } catch (error) {
    await IoDeleteDevice(ear);
    throw error;
  }
}

export async function detach({ extension }: DeviceObject<KeyboardClass>): Promise<void> {
  const { ear } = extension;
  extension.ear = undefined;
  extension.port = undefined;
  if (!ear) return;
  await IoDetachDevice(ear);
  await IoDeleteDevice(ear);
}

export async function ask(
  device: DeviceObject<KeyboardClass>,
  { code, input, outputLength }: IrpParameters<'device_control'>,
): Promise<{ status: NTSTATUS; information: number; output?: Uint8Array | undefined }> {
  const { driverObject, extension } = device;
  const { port } = extension;
  if (!port) return { status: Status.STATUS_DEVICE_NOT_CONNECTED, information: 0 };
  const event = KeInitializeEvent(driverObject, SynchronizationEvent, false);
  const irp = IoBuildDeviceIoControlRequest(code, port, input, outputLength, event);
  await IoCallDriver(port, irp as Irp);
  if ((await KeWaitForSingleObject(event, PATIENCE)) === Status.STATUS_SUCCESS)
    return { ...irp.ioStatus, output: irp.result.output };
  IoCancelIrp(irp as Irp);
  return { status: Status.STATUS_IO_TIMEOUT, information: 0 };
}

/** One of the internal codes. */
async function tell(device: DeviceObject<KeyboardClass>, code: number): Promise<NTSTATUS> {
  return (await ask(device, { code, input: new Uint8Array(), outputLength: 0 })).status;
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
  const own = device as DeviceObject<KeyboardClass>;
  const { driverObject, extension } = own;
  const { port: below } = extension;
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
    if (!NT_SUCCESS(status)) return lose(own, status);
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
export async function lose(device: DeviceObject<KeyboardClass>, status: NTSTATUS): Promise<void> {
  const { extension } = device;
  extension.own = undefined;
  const { reads } = extension;
  for (let irp = IoCsqRemoveNextIrp(reads); irp; irp = IoCsqRemoveNextIrp(reads))
    IoCompleteRequest(irp, status);
  await detach(device);
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
