/**
 * NtFsControlFile.
 *
 * Locking a volume: one handle has it to itself. It is granted when nothing else of the volume is
 * open; everything is written back and forgotten first, and until the handle unlocks it (or is
 * closed) nothing can be opened. Only under a lock can the volume be written to as a whole, or its
 * disk be formatted.
 */
import { IRP_MN_USER_FS_REQUEST } from '../../../rtl/irp.ts';
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { isNotSupported, NT_SUCCESS } from '../../../rtl/status.ts';
import { dismountVolume } from '../mount/dismount.ts';
import { FSCTL_PIPE_DISCONNECT, FSCTL_PIPE_IMPERSONATE } from '../../../rtl/pipes.ts';
import type { NtThread } from '../../ps/types.ts';
import type { Token } from '../../se/token.ts';
import { isMeeting } from '../device/device.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { flushWholeVolume } from '../file/flush.ts';
import { actFor, isPipe, lent, part } from '../file/lending.ts';
import type { Irp } from '../request/irp.ts';
import type { CancelScope } from '../request/scope.ts';
import { callDriver } from '../request/send.ts';
import { ANSWER_LIMIT, type ControlInput, type ControlResult, requiredAccess } from './control.ts';
import { paid } from './transfer.ts';
import { retireFcb } from '../file/retire.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export async function fsControl(
  io: IoContext,
  file: FileObject,
  request: ControlInput,
  scope: CancelScope,
  caller: NtThread,
): Promise<ControlResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { volume } = file;
  if (isMeeting(file.device))
    return paid(caller.process.quota, request.input.length, () =>
      meetingControl(io, file, request, scope, caller),
    );
  if (!volume) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  const whole = file.fcb === undefined;
  switch (request.code) {
    case nt.FSCTL_LOCK_VOLUME:
      return { status: whole ? await lock(io, volume, file) : Status.STATUS_INVALID_PARAMETER };
    case nt.FSCTL_UNLOCK_VOLUME:
      return { status: whole ? await unlock(io, volume, file) : Status.STATUS_INVALID_PARAMETER };
    case nt.FSCTL_DISMOUNT_VOLUME:
      if (!whole) return { status: Status.STATUS_INVALID_PARAMETER };
      if ((file.access & nt.FILE_WRITE_DATA) === 0) return { status: Status.STATUS_ACCESS_DENIED };
      if (volume.lockedBy && volume.lockedBy !== file)
        return { status: Status.STATUS_ACCESS_DENIED };
      return { status: await dismountVolume(io, volume, false) };
    default:
      return userRequest(io, volume, file, request, scope);
  }
}

/** Of pipes and mailslots. */
async function meetingControl(
  io: IoContext,
  file: FileObject,
  { code, input, outputLength }: ControlInput,
  scope: CancelScope,
  caller: NtThread,
): Promise<ControlResult> {
  const { id, access, device } = file;
  if ((requiredAccess(code) & ~access) !== 0) return { status: Status.STATUS_ACCESS_DENIED };
  const limit = Math.min(outputLength, ANSWER_LIMIT);
  const parameters = { device: 0, code, input, outputLength: limit };
  const minor = IRP_MN_USER_FS_REQUEST;
  const { status, number: client } = lent(file, caller);
  if (!NT_SUCCESS(status)) return { status };
  let token: Token | undefined;
  // What the driver says is meant for the connection that is there now.
  const onDone = (done: Irp<'fs_control'>): void => {
    if (!NT_SUCCESS(done.status) || !isPipe(device)) return;
    if (code === FSCTL_PIPE_DISCONNECT) part(file);
    if (code === FSCTL_PIPE_IMPERSONATE && file.serves) token = file.lends?.token(done.information);
  };
  const request = { major: 'fs_control', minor, file: id, client, parameters, onDone } as const;
  const irp = await callDriver(io, device, request, scope);
  if (code === FSCTL_PIPE_IMPERSONATE && isPipe(device) && NT_SUCCESS(irp.status))
    return { status: actFor(caller, token) };
  return { status: irp.status, output: (irp.result.output ?? new Uint8Array()).subarray(0, limit) };
}

async function userRequest(
  io: IoContext,
  volume: Volume,
  file: FileObject,
  { code, input, outputLength }: ControlInput,
  scope?: CancelScope,
): Promise<ControlResult> {
  const limit = Math.min(outputLength, ANSWER_LIMIT);
  let output = new Uint8Array();
  const status = await volume.verified(async () => {
    const parameters = { device: volume.storage.id, code, input, outputLength: limit };
    const open = file.fcb ? await file.fcb.openWithFileSystem() : 0;
    const minor = IRP_MN_USER_FS_REQUEST;
    const request = { major: 'fs_control', minor, file: open, parameters } as const;
    const irp = await callDriver(io, volume.fileSystem, request, scope);
    output = new Uint8Array(irp.result.output ?? []);
    return irp.status;
  });
  return { status, output: output.subarray(0, limit) };
}

async function lock(io: IoContext, volume: Volume, file: FileObject): Promise<number> {
  if ((file.access & nt.FILE_WRITE_DATA) === 0) return Status.STATUS_ACCESS_DENIED;
  if (isUsed(io, volume, file) || volume.lockedBy) return Status.STATUS_ACCESS_DENIED;
  // From here on nothing can be opened; what is being opened comes first.
  volume.lockedBy = file;
  await volume.namespace.run(() => Promise.resolve());
  const status = isUsed(io, volume, file)
    ? Status.STATUS_ACCESS_DENIED
    : await forgetAll(io, volume, file);
  if (!NT_SUCCESS(status) && volume.lockedBy === file) volume.lockedBy = undefined;
  if (volume.lockedBy === file || !NT_SUCCESS(status)) return status;
  // Its handle was closed meanwhile, which unlocks the volume.
  await userRequest(io, volume, file, lockRequest(nt.FSCTL_UNLOCK_VOLUME));
  return Status.STATUS_FILE_CLOSED;
}

/** By any other handle or view. */
function isUsed(io: IoContext, volume: Volume, file: FileObject): boolean {
  for (const other of io.files) if (other !== file && other.volume === volume) return true;
  return [...volume.names.all()].some(({ cache }) => cache.sections > 0);
}

/** Everything is on the medium, and nothing is known any more. */
async function forgetAll(io: IoContext, volume: Volume, file: FileObject): Promise<number> {
  const flushed = await volume.verified(() => flushWholeVolume(io, volume));
  if (!NT_SUCCESS(flushed)) return flushed;
  for (const fcb of [...volume.names.all()]) await retireFcb(io, fcb);
  // Calls that were made by handles that are closed by now are under way.
  for (const { cache } of volume.names.all())
    if (cache.dirtyPages.size > 0) return Status.STATUS_ACCESS_DENIED;
  volume.directories.clear();
  const answer = await userRequest(io, volume, file, lockRequest(nt.FSCTL_LOCK_VOLUME));
  return refuses(answer.status) ? answer.status : flushed;
}

async function unlock(io: IoContext, volume: Volume, file: FileObject): Promise<number> {
  if (volume.lockedBy !== file) return Status.STATUS_INVALID_PARAMETER;
  const answer = await userRequest(io, volume, file, lockRequest(nt.FSCTL_UNLOCK_VOLUME));
  volume.lockedBy = undefined;
  return refuses(answer.status) ? answer.status : Status.STATUS_SUCCESS;
}

function lockRequest(code: number): ControlInput {
  return { code, input: new Uint8Array(), outputLength: 0 };
}

/** A file system that knows nothing of locks leaves them to us. */
function refuses(status: number): boolean {
  return !NT_SUCCESS(status) && !isNotSupported(status);
}
