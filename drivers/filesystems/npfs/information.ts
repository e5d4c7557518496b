/**
 * What is known of a pipe: QUERY_INFORMATION, SET_INFORMATION, and the directory of all pipes.
 */
import {
  type DirectoryEntry,
  encodeDirectory,
} from '../../../personality/rtl/directoryinformation.ts';
import { FsRtlIsNameInExpression } from '../../../personality/rtl/names.ts';
import {
  FILE_ATTRIBUTE_NORMAL,
  FileBothDirectoryInformation,
  FileNameInformation,
} from '../../../personality/rtl/nt.ts';
import {
  decodePipe,
  encodePipe,
  encodePipeLocal,
  FILE_PIPE_CLIENT_END,
  FILE_PIPE_COMPLETE_OPERATION,
  FILE_PIPE_MESSAGE_MODE,
  FILE_PIPE_MESSAGE_TYPE,
  FILE_PIPE_SERVER_END,
  FilePipeInformation,
  FilePipeLocalInformation,
} from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { contextOf, endOf, type Root, tableOf } from './open.ts';
import type { End, Instance, Pipe } from './pipe.ts';

export function npfsQuery(_device: DeviceObject, irp: Irp<'query_information'>): NTSTATUS {
  const end = endOf(irp);
  if (!end) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (!end.instance) return IoCompleteRequest(irp, Status.STATUS_PIPE_DISCONNECTED);
  const data = describe(end, end.instance, irp.parameters.class);
  if (!data) return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  if (data.length > irp.parameters.length)
    return IoCompleteRequest(irp, Status.STATUS_INFO_LENGTH_MISMATCH);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
}

function describe(end: End, instance: Instance, infoClass: number): Uint8Array | undefined {
  switch (infoClass) {
    case FilePipeInformation:
      return encodePipe(end);
    case FilePipeLocalInformation:
      return describeLocal(end, instance);
    case FileNameInformation:
      return describeName(instance.pipe);
    default:
      return undefined;
  }
}

function describeLocal(end: End, instance: Instance): Uint8Array {
  const { pipe, quotas, state } = instance;
  return encodePipeLocal({
    type: pipe.type,
    configuration: pipe.configuration,
    maximumInstances: pipe.maximumInstances,
    currentInstances: pipe.instances.size,
    inboundQuota: quotas.inbound,
    readDataAvailable: instance.readQueue(end)?.available ?? 0,
    outboundQuota: quotas.outbound,
    writeQuotaAvailable: instance.writeQueue(end)?.room ?? 0,
    state,
    end: end.server ? FILE_PIPE_SERVER_END : FILE_PIPE_CLIENT_END,
  });
}

/** FILE_NAME_INFORMATION. */
function describeName({ name }: Pipe): Uint8Array {
  const text = `\\${name}`;
  const view = new DataView(new ArrayBuffer(4 + 2 * text.length));
  view.setUint32(0, 2 * text.length, true);
  for (let i = 0; i < text.length; i++) view.setUint16(4 + 2 * i, text.charCodeAt(i), true);
  return new Uint8Array(view.buffer);
}

export function npfsSet(_device: DeviceObject, irp: Irp<'set_information'>): NTSTATUS {
  const end = endOf(irp);
  if (!end) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (irp.parameters.class !== FilePipeInformation)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  try {
    return IoCompleteRequest(irp, setModes(end, irp.parameters.data));
  } catch (error) {
    if (error instanceof NtException) return IoCompleteRequest(irp, error.status);
    throw error;
  }
}

function setModes(end: End, data: Uint8Array): NTSTATUS {
  const { readMode, completionMode } = decodePipe(data);
  const { instance } = end;
  if (readMode > FILE_PIPE_MESSAGE_MODE || completionMode > FILE_PIPE_COMPLETE_OPERATION)
    return Status.STATUS_INVALID_PARAMETER;
  if (!instance) return Status.STATUS_PIPE_DISCONNECTED;
  if (readMode === FILE_PIPE_MESSAGE_MODE && instance.pipe.type !== FILE_PIPE_MESSAGE_TYPE)
    return Status.STATUS_INVALID_PARAMETER;
  // What waits was asked to wait.
  if (completionMode !== end.completionMode && !isQuiet(end, instance))
    return Status.STATUS_PIPE_BUSY;
  end.readMode = readMode;
  end.completionMode = completionMode;
  return Status.STATUS_SUCCESS;
}

function isQuiet(end: End, instance: Instance): boolean {
  const queues = [instance.readQueue(end), instance.writeQueue(end)];
  const listens = end.server && instance.listeners.irps.length > 0;
  return !listens && queues.every((queue) => queue?.quiet ?? true);
}

/** Names in the order in which they came. */
export function npfsDirectory(device: DeviceObject, irp: Irp<'directory'>): NTSTATUS {
  const root = contextOf(irp);
  if (root?.kind !== 'root' || !root.directory)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const { class: infoClass, restart, pattern, single, length } = irp.parameters;
  if (infoClass !== FileBothDirectoryInformation)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  if (root.pattern === '' || restart)
    Object.assign(root, { pattern: pattern || '*', next: 0, matched: false });
  const found = matching([...tableOf(device).values()], root);
  if (found.length === 0) {
    const status = root.matched ? Status.STATUS_NO_MORE_FILES : Status.STATUS_NO_SUCH_FILE;
    return IoCompleteRequest(irp, status);
  }
  const entries = (single ? found.slice(0, 1) : found).map(({ pipe }) => entryOf(pipe));
  const { bytes: data, count, cut } = encodeDirectory(entries, length);
  if (count === 0) return IoCompleteRequest(irp, Status.STATUS_BUFFER_OVERFLOW);
  root.next = found[count - 1]!.at + 1;
  root.matched = true;
  const status = cut ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS;
  return IoCompleteRequest(irp, status, data.length, { data });
}

function matching(pipes: Pipe[], { pattern, next }: Root): { pipe: Pipe; at: number }[] {
  return pipes
    .map((pipe, at) => ({ pipe, at }))
    .filter(({ pipe, at }) => at >= next && FsRtlIsNameInExpression(pattern, pipe.name));
}

/** Sizes are what NT shows in their place: instances there may be, and those that are. */
function entryOf({ name, maximumInstances, instances }: Pipe): DirectoryEntry {
  return {
    index: 0,
    created: 0,
    accessed: 0,
    written: 0,
    changed: 0,
    endOfFile: instances.size,
    allocation: maximumInstances,
    attributes: FILE_ATTRIBUTE_NORMAL,
    shortName: '',
    name,
  };
}
