/**
 * READ: what was received, at least one byte.
 *
 * A read that finds nothing stays pending; the DPC completes such reads in the order they came, and
 * a read whose requestor gives up leaves the queue with STATUS_CANCELLED.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  IoMarkIrpPending,
  IoSetCancelRoutine,
  type Irp,
  KeSetEvent,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { enable, receive, RING_SIZE, type SerialPort } from './port.ts';
import { IER_RECEIVED } from './registers.ts';

export function serialRead(device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const port = device.extension as SerialPort;
  if (irp.parameters.length === 0) return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  port.reads.push(irp);
  IoSetCancelRoutine(irp as Irp, cancelRead);
  // Bytes whose interrupt was lost would hold the line, and every later interrupt, for ever.
  receive(port);
  completeReads(port);
  if (irp.completed) return irp.ioStatus.status;
  IoMarkIrpPending(irp as Irp);
  return Status.STATUS_PENDING;
}

function cancelRead(device: DeviceObject, irp: Irp): void {
  const { reads } = device.extension as SerialPort;
  reads.splice(reads.indexOf(irp as Irp<'read'>), 1);
  IoCompleteRequest(irp, Status.STATUS_CANCELLED);
}

/** After an interrupt: waiting reads get their bytes, a finished write goes on. */
export function serialNews(port: SerialPort): void {
  if (!port.started) return;
  completeReads(port);
  if (port.position === port.output.length) KeSetEvent(port.sent);
}

/** The port goes: nothing will come any more. */
export function abandonReads({ reads }: SerialPort): void {
  for (const irp of reads.splice(0)) IoCompleteRequest(irp, Status.STATUS_DEVICE_REMOVED);
}

/** As many waiting reads as there are bytes for. */
export function completeReads(port: SerialPort): void {
  while (port.reads.length > 0 && port.count > 0) {
    const irp = port.reads.shift()!;
    const data = takeReceived(port, irp.parameters.length);
    IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
  }
}

function takeReceived(port: SerialPort, room: number): Uint8Array {
  const wasFull = port.count === RING_SIZE;
  const data = new Uint8Array(Math.min(room, port.count));
  for (let i = 0; i < data.length; i++) data[i] = port.ring[(port.first + i) % RING_SIZE]!;
  port.first = (port.first + data.length) % RING_SIZE;
  port.count -= data.length;
  if (wasFull) enable(port, IER_RECEIVED);
  return data;
}
