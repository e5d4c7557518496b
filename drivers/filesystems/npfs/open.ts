/**
 * CREATE_NAMED_PIPE, CREATE, CLEANUP: ends of pipes, the device, and its directory.
 *
 * `\Device\NamedPipe` alone is the device, and `\Device\NamedPipe\` the directory of all pipes;
 * names may be relative to that. A pipe's name may have backslashes in it: there are no directories
 * below the one.
 */
import type { IrpParameters } from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import {
  FILE_PIPE_BYTE_STREAM_MODE,
  FILE_PIPE_COMPLETE_OPERATION,
  FILE_PIPE_FULL_DUPLEX,
  FILE_PIPE_INBOUND,
  FILE_PIPE_MESSAGE_MODE,
  FILE_PIPE_MESSAGE_TYPE,
  FILE_PIPE_OUTBOUND,
  FILE_PIPE_QUEUE_OPERATION,
  PIPE_QUOTA_LIMIT,
} from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { addInstance, closeEnd, type End, findPipe, listening, type PipeTable } from './pipe.ts';

/** An open of the device, or of the directory of pipes. */
export interface Root {
  readonly kind: 'root';
  readonly directory: boolean;
  /** Of a listing. */
  pattern: string;
  next: number;
  matched: boolean;
}

/** Longest name of a pipe, in units. */
const NAME_LIMIT = 255;

export function tableOf(device: DeviceObject): PipeTable {
  return device.extension as PipeTable;
}

export function contextOf({ fileObject }: Irp): End | Root | undefined {
  return fileObject?.fsContext as End | Root | undefined;
}

/** The file's end of a pipe. */
export function endOf(irp: Irp): End | undefined {
  const context = contextOf(irp);
  return context?.kind === 'end' ? context : undefined;
}

/** The pipe's name, from a path that may begin at the directory; undefined: it is none. */
function pipeName(device: DeviceObject, path: string, related: number): string | undefined {
  if (related !== 0) {
    const { files } = device.driverObject.runtime;
    const root = files.get(related)?.fsContext as End | Root | undefined;
    if (root?.kind !== 'root') return undefined;
  }
  const name = path.replace(/^\\+/, '');
  return name === '' || name.length > NAME_LIMIT || /[\0/]|\\$/.test(name) ? undefined : name;
}

export function npfsCreate(device: DeviceObject, irp: Irp<'create'>): NTSTATUS {
  const { path, related, options } = irp.parameters;
  const directory = path === '\\' || (related !== 0 && path === '');
  if (path === '' || path === '\\') return openRoot(irp, directory);
  if ((options & nt.FILE_DIRECTORY_FILE) !== 0)
    return IoCompleteRequest(irp, Status.STATUS_NOT_A_DIRECTORY);
  const name = pipeName(device, path, related);
  if (name === undefined) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_INVALID);
  const { status, server } = openClient(tableOf(device), name, irp);
  // The Executive lends the server end what the client end lends.
  return IoCompleteRequest(irp, status, 0, { fcb: server?.file ?? 0 });
}

function openRoot(irp: Irp<'create'>, directory: boolean): NTSTATUS {
  const { disposition, options } = irp.parameters;
  if (disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OPEN_IF)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  if (!directory && (options & nt.FILE_DIRECTORY_FILE) !== 0)
    return IoCompleteRequest(irp, Status.STATUS_NOT_A_DIRECTORY);
  const root: Root = { kind: 'root', directory, pattern: '', next: 0, matched: false };
  irp.fileObject!.fsContext = root;
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

interface Opened {
  readonly status: NTSTATUS;
  readonly server?: End | undefined;
}

function openClient(table: PipeTable, name: string, irp: Irp<'create'>): Opened {
  const { access, disposition } = irp.parameters;
  const pipe = findPipe(table, name);
  if (!pipe) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
  if (disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OPEN_IF)
    return { status: Status.STATUS_INVALID_PARAMETER };
  const { configuration } = pipe;
  const reads = (access & nt.FILE_READ_DATA) !== 0;
  const writes = (access & nt.FILE_WRITE_DATA) !== 0;
  if (
    (reads && configuration === FILE_PIPE_INBOUND) ||
    (writes && configuration === FILE_PIPE_OUTBOUND)
  )
    return { status: Status.STATUS_ACCESS_DENIED };
  const instance = listening(pipe);
  if (!instance) return { status: Status.STATUS_PIPE_NOT_AVAILABLE };
  const client = makeEnd(irp as Irp, false, FILE_PIPE_BYTE_STREAM_MODE, FILE_PIPE_QUEUE_OPERATION);
  instance.connect(client, irp.client);
  return { status: Status.STATUS_SUCCESS, server: instance.server };
}

/** The file object's end from now on. */
function makeEnd(
  { fileObject }: Irp,
  server: boolean,
  readMode: number,
  completionMode: number,
): End {
  const file = fileObject!.id;
  const end: End = { kind: 'end', server, file, instance: undefined, readMode, completionMode };
  fileObject!.fsContext = end;
  return end;
}

export function npfsCreateNamedPipe(device: DeviceObject, irp: Irp<'create_named_pipe'>): NTSTATUS {
  const { parameters } = irp;
  const name = pipeName(device, parameters.path, parameters.related);
  if (name === undefined) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_INVALID);
  const configuration = configurationOf(parameters.share);
  if (configuration === undefined || !areModes(parameters))
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const table = tableOf(device);
  const known = findPipe(table, name);
  const refused = known ? whyNot(known, parameters, configuration) : whyNotNew(parameters);
  if (refused !== Status.STATUS_SUCCESS) return IoCompleteRequest(irp, refused);
  const { type, maximumInstances, timeout, readMode, completionMode } = parameters;
  const shape = { type, configuration, maximumInstances, timeout };
  const quotas = {
    inbound: Math.min(parameters.inboundQuota, PIPE_QUOTA_LIMIT),
    outbound: Math.min(parameters.outboundQuota, PIPE_QUOTA_LIMIT),
  };
  const server = makeEnd(irp as Irp, true, readMode, completionMode);
  addInstance(table, name, shape, quotas, server);
  const did = known ? nt.FILE_OPENED : nt.FILE_CREATED;
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, did);
}

/** The share mode says what the other end may do. */
function configurationOf(share: number): number | undefined {
  if (share === (nt.FILE_SHARE_READ | nt.FILE_SHARE_WRITE)) return FILE_PIPE_FULL_DUPLEX;
  if (share === nt.FILE_SHARE_WRITE) return FILE_PIPE_INBOUND;
  return share === nt.FILE_SHARE_READ ? FILE_PIPE_OUTBOUND : undefined;
}

type Given = IrpParameters<'create_named_pipe'>;

function areModes({ type, readMode, completionMode, maximumInstances }: Given): boolean {
  if (type > FILE_PIPE_MESSAGE_TYPE || readMode > FILE_PIPE_MESSAGE_MODE) return false;
  if (completionMode > FILE_PIPE_COMPLETE_OPERATION || maximumInstances === 0) return false;
  return type === FILE_PIPE_MESSAGE_TYPE || readMode === FILE_PIPE_BYTE_STREAM_MODE;
}

function whyNot(
  pipe: NonNullable<ReturnType<typeof findPipe>>,
  { disposition, type }: Given,
  configuration: number,
): NTSTATUS {
  if (disposition === nt.FILE_CREATE) return Status.STATUS_ACCESS_DENIED;
  if (pipe.type !== type || pipe.configuration !== configuration)
    return Status.STATUS_ACCESS_DENIED;
  return pipe.instances.size >= pipe.maximumInstances
    ? Status.STATUS_INSTANCE_NOT_AVAILABLE
    : Status.STATUS_SUCCESS;
}

function whyNotNew({ disposition, timeout }: Given): NTSTATUS {
  if (disposition === nt.FILE_OPEN) return Status.STATUS_OBJECT_NAME_NOT_FOUND;
  // A default time-out is relative.
  return timeout >= 0 ? Status.STATUS_INVALID_PARAMETER : Status.STATUS_SUCCESS;
}

export function npfsCleanup(device: DeviceObject, irp: Irp): NTSTATUS {
  const end = endOf(irp);
  if (end) closeEnd(tableOf(device), end);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export function npfsClose(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}
