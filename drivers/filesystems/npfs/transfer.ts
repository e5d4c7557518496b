/**
 * READ, WRITE, FLUSH_BUFFERS, and FSCTL_PIPE_TRANSCEIVE, which is one write and one read.
 *
 *   npfsRead, npfsWrite, npfsFlush   dispatch routines
 *   transceive(irp, end)
 *   readable(end), writable(end)     the queue, or why there is none
 */
import {
  FILE_PIPE_CLOSING_STATE,
  FILE_PIPE_COMPLETE_OPERATION,
  FILE_PIPE_CONNECTED_STATE,
  FILE_PIPE_DISCONNECTED_STATE,
  FILE_PIPE_LISTENING_STATE,
  FILE_PIPE_MESSAGE_MODE,
  FILE_PIPE_MESSAGE_TYPE,
} from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_ERROR, NT_SUCCESS } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { endOf } from './open.ts';
import { settled } from './pending.ts';
import type { End, Instance } from './pipe.ts';
import type { DataQueue, Read, Write } from './queue.ts';

const NOTHING = new Uint8Array();

type Found = { queue: DataQueue; instance: Instance } | { status: NTSTATUS };

export function readable(end: End): Found {
  return find(end, (instance) => instance.readQueue(end));
}

export function writable(end: End): Found {
  const found = find(end, (instance) => instance.writeQueue(end));
  if ('status' in found || found.instance.state !== FILE_PIPE_CLOSING_STATE) return found;
  return { status: Status.STATUS_PIPE_CLOSING };
}

function find({ instance }: End, queueOf: (instance: Instance) => DataQueue | undefined): Found {
  if (!instance || instance.state === FILE_PIPE_DISCONNECTED_STATE)
    return { status: Status.STATUS_PIPE_DISCONNECTED };
  const queue = queueOf(instance);
  if (!queue) return { status: Status.STATUS_INVALID_PARAMETER };
  if (instance.state === FILE_PIPE_LISTENING_STATE) return { status: Status.STATUS_PIPE_LISTENING };
  return { queue, instance };
}

function byMessage({ readMode }: End): boolean {
  return readMode === FILE_PIPE_MESSAGE_MODE;
}

function neverWaits({ completionMode }: End): boolean {
  return completionMode === FILE_PIPE_COMPLETE_OPERATION;
}

export function npfsRead(_device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const end = endOf(irp);
  if (!end) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const found = readable(end);
  if ('status' in found) return IoCompleteRequest(irp, found.status);
  const { queue, instance } = found;
  const read: Read = {
    room: irp.parameters.length,
    byMessage: byMessage(end),
    end: (status, data) => void IoCompleteRequest(irp, status, data.length, { data }),
  };
  if (queue.take(read)) return irp.ioStatus.status;
  if (instance.state === FILE_PIPE_CLOSING_STATE)
    return IoCompleteRequest(irp, Status.STATUS_PIPE_BROKEN);
  if (neverWaits(end)) return IoCompleteRequest(irp, Status.STATUS_PIPE_EMPTY);
  queue.wait(read);
  return settled(irp as Irp, () => queue.withdrawRead(read));
}

export function npfsWrite(_device: DeviceObject, irp: Irp<'write'>): NTSTATUS {
  const end = endOf(irp);
  if (!end) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const found = writable(end);
  if ('status' in found) return IoCompleteRequest(irp, found.status);
  const { queue, instance } = found;
  const { data, length } = irp.parameters;
  // Of a stream the part that came is written; a message that came in part would be another one.
  if (data.length < length && instance.pipe.type === FILE_PIPE_MESSAGE_TYPE)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_BUFFER_SIZE);
  if (neverWaits(end))
    return IoCompleteRequest(irp, Status.STATUS_SUCCESS, queue.writeNow(data, irp.client));
  const { client } = irp;
  const write: Write = {
    data,
    client,
    end: (status, count) => void IoCompleteRequest(irp, status, count),
  };
  queue.write(write);
  return settled(irp as Irp, () => queue.withdrawWrite(write));
}

/** When the other end has read all that was written. */
export function npfsFlush(_device: DeviceObject, irp: Irp): NTSTATUS {
  const end = endOf(irp);
  if (!end) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const found = writable(end);
  if ('status' in found) return IoCompleteRequest(irp, found.status);
  const { queue } = found;
  const done = (status: NTSTATUS): void => void IoCompleteRequest(irp, status);
  queue.flush(done);
  return settled(irp, () => queue.withdrawFlush(done));
}

export function transceive(irp: Irp<'fs_control'>, end: End): NTSTATUS {
  const refused = whyNotTransceive(end);
  if (refused !== Status.STATUS_SUCCESS) return IoCompleteRequest(irp, refused);
  const instance = end.instance!;
  const [input, output] = [instance.readQueue(end)!, instance.writeQueue(end)!];
  const complete = (status: NTSTATUS, data: Uint8Array = NOTHING): void =>
    void IoCompleteRequest(irp, status, data.length, { output: data });
  let reading = false;
  const read: Read = { room: irp.parameters.outputLength, byMessage: true, end: complete };
  const write: Write = {
    data: irp.parameters.input,
    client: irp.client,
    end(status) {
      if (!NT_SUCCESS(status)) return complete(status);
      // The IRP's requestor may have given up just now.
      if (irp.cancel) return complete(Status.STATUS_CANCELLED);
      reading = true;
      input.wait(read);
    },
  };
  output.write(write);
  return settled(irp as Irp, () => {
    if (reading) input.withdrawRead(read);
    else output.withdrawWrite(write);
  });
}

function whyNotTransceive(end: End): NTSTATUS {
  const { instance } = end;
  if (!instance || instance.state === FILE_PIPE_DISCONNECTED_STATE)
    return Status.STATUS_PIPE_DISCONNECTED;
  const input = readable(end);
  const output = writable(end);
  if ('status' in output && NT_ERROR(output.status)) return output.status;
  if ('status' in input) return input.status;
  if (instance.state !== FILE_PIPE_CONNECTED_STATE) return Status.STATUS_INVALID_PIPE_STATE;
  if (!byMessage(end)) return Status.STATUS_INVALID_READ_MODE;
  return input.queue.empty ? Status.STATUS_SUCCESS : Status.STATUS_PIPE_BUSY;
}
