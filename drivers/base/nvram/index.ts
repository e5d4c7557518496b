/**
 * \Device\Nvram: the machine's battery-backed memory, for the Executive alone.
 *
 * Nobody can open it: a program that wrote here would be the master of the registry. What the
 * Executive asks comes without a file, as reads, writes and FLUSH_BUFFERS of the device itself. The
 * contents are brought with the first of them; a flush returns when all is safe where the outside
 * keeps it.
 *
 * Source: the header of web/machine/nvram.ts.
 */
import {
  IRP_MJ_CREATE,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../../personality/rtl/irp.ts';
import {
  DO_BUFFERED_IO,
  FILE_DEVICE_UNKNOWN,
  SynchronizationEvent,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../personality/rtl/status.ts';
import {
  driverImage,
  HalMapIoPorts,
  IoAssignResources,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeReleaseMutex,
  KeSetEvent,
  KeWaitForSingleObject,
  READ_PORT_BUFFER_ULONG,
  READ_PORT_UCHAR,
  waitForHardware,
  WRITE_PORT_BUFFER_ULONG,
  WRITE_PORT_UCHAR,
  type DeviceObject,
  type DriverEntry,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { ABSENT, ADDRESS, BRING, BUSY, COMMAND, DATA, HERE, KEEP, SIZE } from './registers.ts';
import { type Memory, memoryServiceRoutine, statusOf, takeAnswer } from './memory.ts';

/** This is less than the Executive gives an IRP. */
const PATIENCE = { total: 16_000_000, slice: 1_000_000 };

export const nvramDriverEntry: DriverEntry = async (driver) => {
  const { ports, interrupts } = await IoAssignResources(driver);
  const [range] = ports;
  const [line] = interrupts;
  if (!range || line === undefined) return Status.STATUS_INSUFFICIENT_RESOURCES;
  const mapped = await HalMapIoPorts(driver, range[0], range[1]);
  if (READ_PORT_UCHAR(mapped, COMMAND) === ABSENT) return Status.STATUS_NO_SUCH_DEVICE;
  const done = KeInitializeEvent(driver, SynchronizationEvent, false);
  const memory: Memory = {
    ports: mapped,
    lock: KeInitializeMutex(driver),
    done,
    dpc: KeInitializeDpc(driver, () => KeSetEvent(done), undefined),
    answer: undefined,
  };
  await IoConnectInterrupt(driver, { line, serviceRoutine: memoryServiceRoutine, context: memory });
  await IoCreateDevice(driver, {
    name: '\\Device\\Nvram',
    type: FILE_DEVICE_UNKNOWN,
    flags: DO_BUFFERED_IO,
    extension: memory,
  });
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CREATE] = nvramRefuse;
  majorFunction[IRP_MJ_READ] = nvramRead;
  majorFunction[IRP_MJ_WRITE] = nvramWrite;
  majorFunction[IRP_MJ_FLUSH_BUFFERS] = nvramFlush;
  return Status.STATUS_SUCCESS;
};

function nvramRefuse(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_ACCESS_DENIED);
}

/** One request at a time, with the contents there. */
async function withContents(
  device: DeviceObject,
  work: (memory: Memory) => Promise<NTSTATUS> | NTSTATUS,
): Promise<NTSTATUS> {
  const memory = device.extension as Memory;
  await KeWaitForSingleObject(memory.lock);
  try {
    const here = (READ_PORT_UCHAR(memory.ports, COMMAND) & HERE) !== 0;
    const status = here ? Status.STATUS_SUCCESS : await command(memory, BRING);
    return NT_SUCCESS(status) ? await work(memory) : status;
  } finally {
    KeReleaseMutex(memory.lock);
  }
}

/** Waits first for the end of one that was given up: while busy another one would be ignored. */
async function command(memory: Memory, value: number): Promise<NTSTATUS> {
  memory.answer = undefined;
  if (READ_PORT_UCHAR(memory.ports, COMMAND) & BUSY) {
    await waitForAnswer(memory);
    if (memory.answer === undefined) return Status.STATUS_TRANSACTION_TIMED_OUT;
    memory.answer = undefined;
  }
  WRITE_PORT_UCHAR(memory.ports, COMMAND, value);
  return waitForAnswer(memory);
}

async function waitForAnswer(memory: Memory): Promise<NTSTATUS> {
  const answer = await waitForHardware(memory.done, PATIENCE, () => {
    if (memory.answer === undefined) takeAnswer(memory);
    return memory.answer;
  });
  return answer === undefined ? Status.STATUS_TRANSACTION_TIMED_OUT : statusOf(answer);
}

function aim({ ports }: Memory, offset: number): void {
  for (let byte = 0; byte < 3; byte++)
    WRITE_PORT_UCHAR(ports, ADDRESS + byte, (offset >>> (8 * byte)) & 0xff);
}

function isInside({ offset, length }: { offset: number; length: number }): boolean {
  return offset >= 0 && offset % 4 === 0 && length % 4 === 0 && offset + length <= SIZE;
}

/** Whole words at whole words. */
async function nvramRead(device: DeviceObject, irp: Irp<'read'>): Promise<NTSTATUS> {
  const { offset, length } = irp.parameters;
  if (!isInside(irp.parameters)) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const data = new Uint8Array(length);
  const status = await withContents(device, (memory) => {
    aim(memory, offset);
    READ_PORT_BUFFER_ULONG(memory.ports, DATA, data);
    return Status.STATUS_SUCCESS;
  });
  return NT_SUCCESS(status)
    ? IoCompleteRequest(irp, status, length, { data })
    : IoCompleteRequest(irp, status);
}

async function nvramWrite(device: DeviceObject, irp: Irp<'write'>): Promise<NTSTATUS> {
  const { offset, length, data } = irp.parameters;
  if (!isInside(irp.parameters) || data.length !== length)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const status = await withContents(device, (memory) => {
    aim(memory, offset);
    WRITE_PORT_BUFFER_ULONG(memory.ports, DATA, data);
    return Status.STATUS_SUCCESS;
  });
  return IoCompleteRequest(irp, status, NT_SUCCESS(status) ? length : 0);
}

async function nvramFlush(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  return IoCompleteRequest(irp, await withContents(device, (memory) => command(memory, KEEP)));
}

export const image = driverImage(nvramDriverEntry);
