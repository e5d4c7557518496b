/**
 * FSCTL_PIPE_*: the states of an instance, looking before reading, and waiting for an instance.
 */
import {
  decodeWait,
  encodePeek,
  FILE_PIPE_CLOSING_STATE,
  FILE_PIPE_COMPLETE_OPERATION,
  FILE_PIPE_CONNECTED_STATE,
  FILE_PIPE_DISCONNECTED_STATE,
  FSCTL_PIPE_DISCONNECT,
  FSCTL_PIPE_IMPERSONATE,
  FSCTL_PIPE_LISTEN,
  FSCTL_PIPE_PEEK,
  FSCTL_PIPE_TRANSCEIVE,
  FSCTL_PIPE_WAIT,
  PEEK_HEADER,
} from '../../../personality/rtl/pipes.ts';
import { TIMEOUT_INFINITE } from '../../../personality/rtl/services.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  type Awaitable,
  type DeviceObject,
  IoCompleteRequest,
  IoCsqInsertIrp,
  IoSetCancelRoutine,
  type Irp,
  KeInitializeEvent,
  KeSetEvent,
  KeWaitForSingleObject,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { contextOf, tableOf } from './open.ts';
import { type End, findPipe, listening } from './pipe.ts';
import { transceive } from './transfer.ts';
import { NotificationEvent } from '../../../personality/rtl/nt.ts';

type Control = Irp<'fs_control'>;

/** 100 ns per microsecond. */
const UNITS = 10;

export function npfsControl(device: DeviceObject, irp: Control): Awaitable<NTSTATUS> {
  const context = contextOf(irp as Irp);
  const { code } = irp.parameters;
  if (code === FSCTL_PIPE_WAIT) return waitForInstance(device, irp);
  if (context?.kind !== 'end') return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  switch (code) {
    case FSCTL_PIPE_LISTEN:
      return listen(irp, context);
    case FSCTL_PIPE_DISCONNECT:
      return IoCompleteRequest(irp, disconnect(context));
    case FSCTL_PIPE_PEEK:
      return peek(irp, context);
    case FSCTL_PIPE_TRANSCEIVE:
      return transceive(irp, context);
    case FSCTL_PIPE_IMPERSONATE:
      return impersonate(irp, context);
    default:
      return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  }
}

function listen(irp: Control, { server, instance, completionMode }: End): NTSTATUS {
  if (!server || !instance) return IoCompleteRequest(irp, Status.STATUS_ILLEGAL_FUNCTION);
  if (instance.state === FILE_PIPE_CONNECTED_STATE)
    return IoCompleteRequest(irp, Status.STATUS_PIPE_CONNECTED);
  if (instance.state === FILE_PIPE_CLOSING_STATE)
    return IoCompleteRequest(irp, Status.STATUS_PIPE_CLOSING);
  if (instance.state === FILE_PIPE_DISCONNECTED_STATE) instance.listen();
  if (completionMode === FILE_PIPE_COMPLETE_OPERATION)
    return IoCompleteRequest(irp, Status.STATUS_PIPE_LISTENING);
  IoCsqInsertIrp(instance.listeners, irp as Irp);
  return Status.STATUS_PENDING;
}

function disconnect({ server, instance }: End): NTSTATUS {
  if (!server || !instance) return Status.STATUS_ILLEGAL_FUNCTION;
  if (instance.state === FILE_PIPE_DISCONNECTED_STATE) return Status.STATUS_PIPE_DISCONNECTED;
  instance.disconnect();
  return Status.STATUS_SUCCESS;
}

/**
 * The Executive keeps the tokens: it is told whose words were read last (or, with static tracking,
 * who connected).
 */
function impersonate(irp: Control, { server, instance }: End): NTSTATUS {
  if (!server || !instance) return IoCompleteRequest(irp, Status.STATUS_ILLEGAL_FUNCTION);
  const { client } = instance.inbound;
  if (client === 0) return IoCompleteRequest(irp, Status.STATUS_CANNOT_IMPERSONATE);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, client);
}

function peek(irp: Control, end: End): NTSTATUS {
  const { instance } = end;
  const room = irp.parameters.outputLength - PEEK_HEADER;
  if (room < 0) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  if (!instance) return IoCompleteRequest(irp, Status.STATUS_PIPE_DISCONNECTED);
  const { state } = instance;
  const queue = instance.readQueue(end);
  if (!queue) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  if (state !== FILE_PIPE_CONNECTED_STATE && state !== FILE_PIPE_CLOSING_STATE)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PIPE_STATE);
  if (state === FILE_PIPE_CLOSING_STATE && queue.empty)
    return IoCompleteRequest(irp, Status.STATUS_PIPE_BROKEN);
  const { available, messages, first: messageLength } = queue;
  const data = queue.peek(room);
  const output = encodePeek({ state, available, messages, messageLength, data });
  const whole = data.length === (messages > 0 ? messageLength : available);
  const status = whole ? Status.STATUS_SUCCESS : Status.STATUS_BUFFER_OVERFLOW;
  return IoCompleteRequest(irp, status, output.length, { output });
}

/** Until an instance of the pipe listens; who opens it then may still come too late. */
async function waitForInstance(device: DeviceObject, irp: Control): Promise<NTSTATUS> {
  let wanted;
  try {
    wanted = decodeWait(irp.parameters.input);
  } catch (error) {
    if (error instanceof NtException) return IoCompleteRequest(irp, error.status);
    throw error;
  }
  const pipe = findPipe(tableOf(device), wanted.name);
  if (!pipe) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  if (listening(pipe)) return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  const done = KeInitializeEvent(device.driverObject, NotificationEvent, false);
  let status: NTSTATUS = Status.STATUS_IO_TIMEOUT;
  const wake = (outcome: NTSTATUS): void => {
    pipe.waiters.delete(wake);
    status = outcome;
    KeSetEvent(done);
  };
  pipe.waiters.add(wake);
  IoSetCancelRoutine(irp as Irp, () => wake(Status.STATUS_CANCELLED));
  await KeWaitForSingleObject(done, micros(wanted.timeout ?? pipe.timeout));
  pipe.waiters.delete(wake);
  return IoCompleteRequest(irp, status);
}

function micros(timeout: number): number {
  return timeout <= TIMEOUT_INFINITE ? Infinity : Math.max(0, -timeout) / UNITS;
}
