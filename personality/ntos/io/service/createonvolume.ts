/**
 * NtCreateFile on a disk, and what NtCreateNamedPipeFile and NtCreateMailslotFile ask for.
 *
 * A name that ends at a disk is the volume, one that goes on is a file on it; `\` alone behind the
 * disk, or FILE_DIRECTORY_FILE, means the root directory. A disk that holds no known file system
 * can be opened raw.
 */
import * as nt from '../../../rtl/nt.ts';
import { MAILSLOT_USUAL_QUOTA } from '../../../rtl/pipes.ts';
import type { ServiceInput } from '../../../rtl/services.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType, OpenContext, OpenResult } from '../../ob/types.ts';
import { permits } from '../../se/check.ts';
import type { Device } from '../device/device.ts';
import { makeFileObject } from '../file/fileobject.ts';
import { mountVolume } from '../mount/mount.ts';
import { type Checked, checkParameters, type CreateContext, tokenOf } from './create.ts';
import { impliedAccess } from './judge.ts';
import { openOnVolume } from './open.ts';
import { checkPath } from '../file/paths.ts';
import type { IoContext } from '../context.ts';

/** Mounts that an open starts again because the medium turned out to be another one. */
const MOUNT_LIMIT = 3;

const DATA_ACCESS =
  nt.FILE_READ_DATA |
  nt.FILE_WRITE_DATA |
  nt.FILE_APPEND_DATA |
  nt.DELETE |
  nt.FILE_WRITE_ATTRIBUTES;

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

export function openPath(
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
export async function openDisk(
  io: IoContext,
  type: ObType,
  disk: Device,
  { access, options, disposition, request }: CreateContext,
): Promise<OpenResult> {
  if (disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OPEN_IF)
    return { status: Status.STATUS_INVALID_PARAMETER };
  if ((options & nt.FILE_DELETE_ON_CLOSE) !== 0) return { status: Status.STATUS_CANNOT_DELETE };
  for (let turn = 0; (access & DATA_ACCESS) !== 0; turn++) {
    const { status } = await mountVolume(io, disk, request);
    const raw =
      status === Status.STATUS_UNRECOGNIZED_VOLUME || status === Status.STATUS_UNRECOGNIZED_MEDIA;
    if (!NT_SUCCESS(status) && !raw) return { status };
    if (raw || disk.volume?.mounted) break;
    // Somebody has let it go again. What holds a file system is not opened raw.
    if (turn === MOUNT_LIMIT) return { status: Status.STATUS_VOLUME_DISMOUNTED };
  }
  const { volume } = disk;
  if (volume?.lockedBy) return { status: Status.STATUS_ACCESS_DENIED };
  const mounted = volume?.mounted ? volume : undefined;
  const object = makeFileObject(io, type, { device: disk, volume: mounted, access, options });
  return { status: Status.STATUS_SUCCESS, object, information: nt.FILE_OPENED };
}
