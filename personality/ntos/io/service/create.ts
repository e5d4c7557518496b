/**
 * NtCreateFile: from a device and the rest of a name to a file object.
 *
 *   openDevice(io, type, device, rest, context)    Ob's open method of devices
 *   openRelative(io, type, file, rest, context)    Ob's open method of files: `rest` lies below a
 *                                                  directory or volume
 *
 * Here is what opens devices; what opens disks (createonvolume.ts), and pipes and mailslots
 * (meeting.ts), comes with the rest of the Executive.
 */
import * as nt from '../../../rtl/nt.ts';
import { MAXIMUM_ALLOWED } from '../../../rtl/objects.ts';
import { decodeQuality, type SecurityQuality } from '../../../rtl/security/quality.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType, OpenContext, OpenResult } from '../../ob/types.ts';
import { mapGeneric } from '../../se/access.ts';
import { checkAccess } from '../../se/check.ts';
import type { Token } from '../../se/token.ts';
import { type Device, isDisk, isMeeting } from '../device/device.ts';
import { type FileObject, fileState, makeFileObject } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import type { Make } from './meeting.ts';
import type { OpenParameters } from './judge.ts';
import { joinPath } from '../file/paths.ts';
import type { IoContext } from '../context.ts';

/** `context.parameters` of Ob's open, from NtCreateFile. */
export interface CreateContext extends OpenParameters {
  /** The name given ended in a backslash. */
  readonly directory: boolean;
  /** Of NtCreateNamedPipeFile and NtCreateMailslotFile. */
  readonly make?: Make | undefined;
  /** What who opens a pipe allows its server. */
  readonly quality: SecurityQuality;
}

const KNOWN_OPTIONS =
  nt.FILE_DIRECTORY_FILE |
  nt.FILE_WRITE_THROUGH |
  nt.FILE_NO_INTERMEDIATE_BUFFERING |
  nt.FILE_NON_DIRECTORY_FILE |
  nt.FILE_DELETE_ON_CLOSE |
  nt.FILE_SYNCHRONOUS_IO_ALERT |
  nt.FILE_SYNCHRONOUS_IO_NONALERT |
  // Hints.
  nt.FILE_SEQUENTIAL_ONLY |
  nt.FILE_RANDOM_ACCESS;

/** The parameters as they are used, or why they make no sense. */
export function checkParameters(input: OpenParameters & { name: string; quality?: Uint8Array }): {
  status: number;
  context?: CreateContext;
} {
  const { attributes, share, disposition, options, allocation, name } = input;
  const access = mapGeneric(input.access);
  const bad = { status: Status.STATUS_INVALID_PARAMETER };
  if (disposition > nt.FILE_OVERWRITE_IF || (share & ~nt.FILE_SHARE_ALL) !== 0) return bad;
  if ((options & ~KNOWN_OPTIONS) !== 0 || allocation < 0) return bad;
  const directory = (options & nt.FILE_DIRECTORY_FILE) !== 0;
  if (directory && (options & nt.FILE_NON_DIRECTORY_FILE) !== 0) return bad;
  const mayMake = disposition === nt.FILE_CREATE || disposition === nt.FILE_OPEN_IF;
  if (directory && !mayMake && disposition !== nt.FILE_OPEN) return bad;
  if ((options & nt.FILE_DELETE_ON_CLOSE) !== 0 && (access & nt.DELETE) === 0) return bad;
  const waits = options & (nt.FILE_SYNCHRONOUS_IO_ALERT | nt.FILE_SYNCHRONOUS_IO_NONALERT);
  const both = nt.FILE_SYNCHRONOUS_IO_ALERT | nt.FILE_SYNCHRONOUS_IO_NONALERT;
  if (waits === both || (waits !== 0 && (access & nt.SYNCHRONIZE) === 0)) return bad;
  const settable = 0x27;
  const context = {
    access,
    maximum: (input.access & MAXIMUM_ALLOWED) !== 0,
    attributes: attributes & settable,
    share,
    disposition,
    options,
    allocation,
    directory: name.endsWith('\\'),
    quality: decodeQuality(input.quality),
  };
  return { status: Status.STATUS_SUCCESS, context };
}

export type Checked = ReturnType<typeof checkParameters>;

async function withRest(
  { executive: { rest } }: IoContext,
  again: () => Awaitable<OpenResult>,
): Promise<OpenResult> {
  const status = await rest.have();
  return NT_SUCCESS(status) ? again() : { status };
}

export function openDevice(
  io: IoContext,
  type: ObType,
  device: Device,
  rest: string,
  context: OpenContext,
): Awaitable<OpenResult> {
  const given = context.parameters as CreateContext | undefined;
  if (!given) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  if (device.removed) return { status: Status.STATUS_NO_SUCH_DEVICE };
  if (!io.executive.rest.here && (isMeeting(device) || isDisk(device)))
    return withRest(io, () => openDevice(io, type, device, rest, context));
  if (isMeeting(device))
    return io.later.openMeeting(io, type, device, { rest, related: 0 }, given, context);
  const parameters = withMaximum(device, given, context);
  if (parameters.make) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!isDisk(device)) {
    if (rest !== '') return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
    return openPlain(io, type, device, parameters);
  }
  const root = parameters.directory || (parameters.options & nt.FILE_DIRECTORY_FILE) !== 0;
  if (rest === '' && !root) return io.later.openDisk(io, type, device, parameters);
  return io.later.openPath(io, type, device, rest, parameters, context);
}

export function openRelative(
  io: IoContext,
  type: ObType,
  file: FileObject,
  rest: string,
  context: OpenContext,
): Awaitable<OpenResult> {
  const given = context.parameters as CreateContext | undefined;
  const state = fileState(file);
  if (!given) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { volume, fcb, device } = file;
  if (isMeeting(device))
    return io.later.openMeeting(io, type, device, { rest, related: file.id }, given, context);
  const parameters = withMaximum(device, given, context);
  if (parameters.make) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!volume) return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
  if (fcb && !fcb.directory && rest !== '') return { status: Status.STATUS_NOT_A_DIRECTORY };
  const base = fcb?.path ?? '';
  const path = rest === '' ? base : joinPath(base, rest);
  return io.later.openPath(io, type, volume.storage, path, parameters, context);
}

export const tokenOf = ({ token, process }: OpenContext): Token => token ?? process.token;

/** MAXIMUM_ALLOWED: all that this caller may do there. */
function withMaximum(device: Device, given: CreateContext, context: OpenContext): CreateContext {
  if (!given.maximum) return given;
  const { granted } = checkAccess(tokenOf(context), device, MAXIMUM_ALLOWED);
  return { ...given, access: (given.access | granted) >>> 0 };
}

/** A device that is no disk: its driver is asked. */
async function openPlain(
  io: IoContext,
  type: ObType,
  device: Device,
  parameters: CreateContext,
): Promise<OpenResult> {
  const { access, attributes, share, disposition, options, request = 0 } = parameters;
  if ((options & (nt.FILE_DIRECTORY_FILE | nt.FILE_DELETE_ON_CLOSE)) !== 0)
    return { status: Status.STATUS_NOT_A_DIRECTORY };
  const id = io.nextFile++;
  const irp = await callDriver(io, device, {
    major: 'create',
    file: id,
    request,
    parameters: {
      path: '',
      related: 0,
      access,
      attributes,
      share,
      disposition,
      options,
      allocation: 0,
    },
  });
  if (!NT_SUCCESS(irp.status)) return { status: irp.status };
  const object = makeFileObject(io, type, { id, device, access, options });
  return { status: Status.STATUS_SUCCESS, object, information: nt.FILE_OPENED };
}
