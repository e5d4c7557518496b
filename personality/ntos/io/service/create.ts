/**
 * NtCreateFile: from a device and the rest of a name to a file object.
 *
 *   openDevice(io, type, device, rest, context)    Ob's open method of devices
 *   openRelative(io, type, file, rest, context)    Ob's open method of files: `rest` lies below a
 *                                                  directory or volume
 *
 * Behind the device of pipes, or of mailslots, its driver opens the rest (meeting.ts).
 *
 * A name that ends at a disk is the volume, one that goes on is a file on it; `\` alone behind the
 * disk, or FILE_DIRECTORY_FILE, means the root directory. A disk that holds no known file system
 * can be opened raw.
 */
import * as nt from '../../../rtl/nt.ts';
import { MAXIMUM_ALLOWED } from '../../../rtl/objects.ts';
import { MAILSLOT_USUAL_QUOTA } from '../../../rtl/pipes.ts';
import { decodeQuality, type SecurityQuality } from '../../../rtl/security/quality.ts';
import type { ServiceInput } from '../../../rtl/services.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType, OpenContext, OpenResult } from '../../ob/types.ts';
import { mapGeneric } from '../../se/access.ts';
import { checkAccess, permits } from '../../se/check.ts';
import type { Token } from '../../se/token.ts';
import { type Device, isDisk, isMeeting } from '../device/device.ts';
import { type FileObject, fileState, makeFileObject } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import { mountVolume } from '../mount/mount.ts';
import { type Make, openMeeting } from './meeting.ts';
import { impliedAccess, type OpenParameters } from './judge.ts';
import { openOnVolume } from './open.ts';
import { checkPath, joinPath } from '../file/paths.ts';
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

/** Mounts that an open starts again because the medium turned out to be another one. */
const MOUNT_LIMIT = 3;

const DATA_ACCESS =
  nt.FILE_READ_DATA |
  nt.FILE_WRITE_DATA |
  nt.FILE_APPEND_DATA |
  nt.DELETE |
  nt.FILE_WRITE_ATTRIBUTES;

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

type Checked = ReturnType<typeof checkParameters>;

export function checkPipe(input: ServiceInput<'NtCreateNamedPipeFile'>): Checked {
  const { disposition, options } = input;
  const known = [nt.FILE_OPEN, nt.FILE_CREATE, nt.FILE_OPEN_IF].includes(disposition);
  if (!known || (options & nt.FILE_DIRECTORY_FILE) !== 0)
    return { status: Status.STATUS_INVALID_PARAMETER };
  const { status, context } = checkParameters({ ...input, attributes: 0, allocation: 0 });
  if (!context) return { status };
  const parameters = { ...input, access: context.access };
  return { status, context: { ...context, make: { major: 'create_named_pipe', parameters } } };
}

export function checkMailslot(input: ServiceInput<'NtCreateMailslotFile'>): Checked {
  if ((input.options & nt.FILE_DIRECTORY_FILE) !== 0)
    return { status: Status.STATUS_INVALID_PARAMETER };
  const none = { attributes: 0, allocation: 0, share: 0, disposition: nt.FILE_CREATE };
  const { status, context } = checkParameters({ ...input, ...none });
  if (!context) return { status };
  const quota = input.quota || Math.max(MAILSLOT_USUAL_QUOTA, input.maximumMessage);
  const parameters = { ...input, access: context.access, quota };
  return { status, context: { ...context, make: { major: 'create_mailslot', parameters } } };
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
  if (isMeeting(device)) return openMeeting(io, type, device, { rest, related: 0 }, given, context);
  const parameters = withMaximum(device, given, context);
  if (parameters.make) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!isDisk(device)) {
    if (rest !== '') return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
    return openPlain(io, type, device, parameters);
  }
  const root = parameters.directory || (parameters.options & nt.FILE_DIRECTORY_FILE) !== 0;
  if (rest === '' && !root) return openDisk(io, type, device, parameters);
  return openPath(io, type, device, rest, parameters, context);
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
    return openMeeting(io, type, device, { rest, related: file.id }, given, context);
  const parameters = withMaximum(device, given, context);
  if (parameters.make) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!volume) return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
  if (fcb && !fcb.directory && rest !== '') return { status: Status.STATUS_NOT_A_DIRECTORY };
  const base = fcb?.path ?? '';
  const path = rest === '' ? base : joinPath(base, rest);
  return openPath(io, type, volume.storage, path, parameters, context);
}

const tokenOf = ({ token, process }: OpenContext): Token => token ?? process.token;

/** MAXIMUM_ALLOWED: all that this caller may do there. */
function withMaximum(device: Device, given: CreateContext, context: OpenContext): CreateContext {
  if (!given.maximum) return given;
  const { granted } = checkAccess(tokenOf(context), device, MAXIMUM_ALLOWED);
  return { ...given, access: (given.access | granted) >>> 0 };
}

const MAY_MAKE = nt.FILE_WRITE_DATA;

/**
 * To make a file is to write to its volume, and to empty one is, too, whatever its handle is for.
 * Who may not make any may still open one that is there. Undefined: refused.
 */
function withRights(
  disk: Device,
  given: CreateContext,
  context: OpenContext,
): CreateContext | undefined {
  const { disposition } = given;
  if (disposition === nt.FILE_OPEN) return given;
  const token = tokenOf(context);
  if (disposition === nt.FILE_OPEN_IF)
    return permits(token, disk, MAY_MAKE) ? given : { ...given, makesNone: true };
  const makes = disposition === nt.FILE_OVERWRITE ? 0 : MAY_MAKE;
  return permits(token, disk, makes | impliedAccess(disposition)) ? given : undefined;
}

function openPath(
  io: IoContext,
  type: ObType,
  disk: Device,
  name: string,
  given: CreateContext,
  context: OpenContext,
): Awaitable<OpenResult> {
  const { status, path } = checkPath(name);
  if (!NT_SUCCESS(status)) return { status };
  const parameters = withRights(disk, given, context);
  if (!parameters) return { status: Status.STATUS_ACCESS_DENIED };
  // A trailing backslash says that a directory is meant.
  const options = parameters.directory
    ? parameters.options | nt.FILE_DIRECTORY_FILE
    : parameters.options;
  if ((options & nt.FILE_NON_DIRECTORY_FILE) !== 0 && parameters.directory)
    return { status: Status.STATUS_OBJECT_NAME_INVALID };
  const asked = options === parameters.options ? parameters : { ...parameters, options };
  const { volume } = disk;
  // Nobody waits where the volume is there and the name is known.
  if (!volume?.mounted || disk.waiting.size > 0) return openMounted(io, type, disk, path, asked);
  const result = openOnVolume(io, type, volume, path, asked);
  if (result instanceof Promise)
    return result.then((opened) =>
      opened.status === Status.STATUS_WRONG_VOLUME
        ? openMounted(io, type, disk, path, asked)
        : opened,
    );
  if (result.status !== Status.STATUS_WRONG_VOLUME) return result;
  return openMounted(io, type, disk, path, asked);
}

async function openMounted(
  io: IoContext,
  type: ObType,
  disk: Device,
  path: string,
  parameters: CreateContext,
): Promise<OpenResult> {
  for (let turn = 0; ; turn++) {
    const mounted = await mountVolume(io, disk, parameters.request);
    if (!mounted.volume) return { status: mounted.status };
    const result = await openOnVolume(io, type, mounted.volume, path, parameters);
    // Another disk: its own volume answers.
    if (result.status !== Status.STATUS_WRONG_VOLUME || turn === MOUNT_LIMIT) return result;
  }
}

/** The volume as a whole; mounted if data is wanted of it. */
async function openDisk(
  io: IoContext,
  type: ObType,
  disk: Device,
  { access, options, disposition, request }: CreateContext,
): Promise<OpenResult> {
  if (disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OPEN_IF)
    return { status: Status.STATUS_INVALID_PARAMETER };
  if ((options & nt.FILE_DELETE_ON_CLOSE) !== 0) return { status: Status.STATUS_CANNOT_DELETE };
  if ((access & DATA_ACCESS) !== 0) {
    const { status } = await mountVolume(io, disk, request);
    const raw =
      status === Status.STATUS_UNRECOGNIZED_VOLUME || status === Status.STATUS_UNRECOGNIZED_MEDIA;
    if (!NT_SUCCESS(status) && !raw) return { status };
  }
  const { volume } = disk;
  if (volume?.lockedBy) return { status: Status.STATUS_ACCESS_DENIED };
  const mounted = volume?.mounted ? volume : undefined;
  const object = makeFileObject(io, type, { device: disk, volume: mounted, access, options });
  return { status: Status.STATUS_SUCCESS, object, information: nt.FILE_OPENED };
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
