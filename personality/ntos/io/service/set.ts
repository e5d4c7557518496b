/**
 * NtSetInformationFile: times and attributes, position, sizes, deletion, renaming.
 */
import {
  decodeBasic,
  decodeCompletionPort,
  decodeDisposition,
  decodeLarge,
  decodeRename,
  encodeDisposition,
} from '../../../rtl/information.ts';
import * as nt from '../../../rtl/nt.ts';
import { FileMailslotSetInformation, FilePipeInformation } from '../../../rtl/pipes.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import type { Process } from '../../ps/types.ts';
import { isMeeting } from '../device/device.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { joinPort } from '../file/port.ts';
import { callDriver } from '../request/send.ts';
import { rename } from './rename.ts';
import { resize, setOnDisk } from '../file/setfacts.ts';
import type { IoContext } from '../context.ts';

/** What the handle must allow, by class. */
const required: Readonly<Record<number, number>> = {
  [nt.FileBasicInformation]: nt.FILE_WRITE_ATTRIBUTES,
  [nt.FileDispositionInformation]: nt.DELETE,
  [nt.FileRenameInformation]: nt.DELETE,
  [nt.FileEndOfFileInformation]: nt.FILE_WRITE_DATA,
  [nt.FileAllocationInformation]: nt.FILE_WRITE_DATA,
  [nt.FilePositionInformation]: 0,
  [nt.FileCompletionInformation]: 0,
  [FilePipeInformation]: nt.FILE_WRITE_ATTRIBUTES,
  [FileMailslotSetInformation]: nt.FILE_WRITE_ATTRIBUTES,
};

/** Raises STATUS_INFO_LENGTH_MISMATCH where `data` is too short for the class. */
export async function setInformation(
  io: IoContext,
  process: Process,
  file: FileObject,
  infoClass: number,
  data: Uint8Array,
): Promise<number> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  const access = required[infoClass];
  if (access === undefined) return Status.STATUS_INVALID_INFO_CLASS;
  if ((access & ~file.access) !== 0) return Status.STATUS_ACCESS_DENIED;
  if (infoClass === nt.FilePositionInformation) return setPosition(file, decodeLarge(data));
  if (infoClass === nt.FileCompletionInformation)
    return joinPort(io, process, file, decodeCompletionPort(data));
  const { fcb } = file;
  if (isMeeting(file.device)) return setByDriver(io, file, infoClass, data);
  if (!fcb) return Status.STATUS_INVALID_DEVICE_REQUEST;
  switch (infoClass) {
    case nt.FileBasicInformation:
      return setBasic(io, fcb, data);
    case nt.FileDispositionInformation:
      return setDisposition(io, fcb, decodeDisposition(data));
    case nt.FileRenameInformation:
      return rename(io, process, file, fcb, decodeRename(data));
    case nt.FileEndOfFileInformation:
    case nt.FileAllocationInformation:
      return setSize(io, fcb, infoClass, decodeLarge(data));
    default:
      return Status.STATUS_INVALID_DEVICE_REQUEST;
  }
}

async function setByDriver(
  io: IoContext,
  { device, id }: FileObject,
  infoClass: number,
  data: Uint8Array,
): Promise<number> {
  const none = { target: '', related: 0, replace: false, room: 0 };
  const parameters = { class: infoClass, data, ...none };
  const request = { major: 'set_information', file: id, parameters } as const;
  return (await callDriver(io, device, request)).status;
}

function setPosition(file: FileObject, position: number): number {
  if (!Number.isSafeInteger(position) || position < 0) return Status.STATUS_INVALID_PARAMETER;
  file.position = position;
  return Status.STATUS_SUCCESS;
}

async function setBasic(io: IoContext, fcb: Fcb, data: Uint8Array): Promise<number> {
  const { attributes, created, accessed, written } = decodeBasic(data);
  const isDirectory = (attributes & nt.FILE_ATTRIBUTE_DIRECTORY) !== 0;
  if (attributes !== 0 && isDirectory && !fcb.directory) return Status.STATUS_INVALID_PARAMETER;
  const status = await setOnDisk(io, fcb, nt.FileBasicInformation, data);
  if (!NT_SUCCESS(status)) return status;
  // A time that was set on purpose stays, whatever was written before.
  if (written !== 0) fcb.modified = false;
  fcb.changed(
    (attributes === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_ATTRIBUTES) |
      (created === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_CREATION) |
      (accessed === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_LAST_ACCESS) |
      (written === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_LAST_WRITE),
  );
  return status;
}

function setDisposition(io: IoContext, fcb: Fcb, remove: boolean): Promise<number> {
  if (remove && (fcb.attributes & nt.FILE_ATTRIBUTE_READONLY) !== 0)
    return Promise.resolve(Status.STATUS_CANNOT_DELETE);
  if (remove && fcb.path === '') return Promise.resolve(Status.STATUS_CANNOT_DELETE);
  return fcb.volume.namespace.run(async () => {
    const data = encodeDisposition(remove);
    const status = await setOnDisk(io, fcb, nt.FileDispositionInformation, data);
    if (!NT_SUCCESS(status)) return status;
    fcb.deletePending = fcb.deleteTold = remove;
    if (remove) for (const { watch } of fcb.opens) watch?.watch.fail(Status.STATUS_DELETE_PENDING);
    return status;
  });
}

async function setSize(io: IoContext, fcb: Fcb, infoClass: number, size: number): Promise<number> {
  if (!Number.isSafeInteger(size) || size < 0) return Status.STATUS_INVALID_PARAMETER;
  if (size > 0xffff_ffff) return Status.STATUS_DISK_FULL;
  if (fcb.directory) return Status.STATUS_INVALID_PARAMETER;
  const before = fcb.cache.endOfFile;
  const status = await resize(io, fcb, infoClass, size);
  if (NT_SUCCESS(status)) fcb.touch(before);
  return status;
}
