/**
 * NtSetInformationFile: one table of classes. Checks come in NT's order: the class, the length, the
 * handle and its access; then what the class says.
 */
import { decodeWord } from '../../../rtl/fileinformation.ts';
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
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { Process } from '../../ps/types.ts';
import { isMeeting } from '../device/device.ts';
import { deleteFile } from '../file/closefcb.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState, isSynchronous } from '../file/fileobject.ts';
import { joinPort } from '../file/port.ts';
import { callDriver } from '../request/send.ts';
import { rename } from './rename.ts';
import type { IoContext } from '../context.ts';

/** Who sets what on which file. */
export interface Setting {
  readonly io: IoContext;
  readonly process: Process;
  readonly file: FileObject;
  readonly data: Uint8Array;
}

interface Row {
  readonly minimum: number;
  /** What the handle must allow. */
  readonly access: number;
}

export type SetClass =
  | (Row & { readonly of: 'file'; set(setting: Setting): Awaitable<number> })
  | (Row & { readonly of: 'volume'; set(fcb: Fcb, setting: Setting): Awaitable<number> })
  /** Of pipes and mailslots: their drivers know. */
  | (Row & { readonly of: 'driver' });

const WRITE_DATA = nt.FILE_WRITE_DATA;

export const setClasses: Readonly<Record<number, SetClass>> = {
  [nt.FilePositionInformation]: {
    of: 'file',
    minimum: 8,
    access: 0,
    set: ({ file, data }) => setPosition(file, decodeLarge(data)),
  },
  [nt.FileModeInformation]: {
    of: 'file',
    minimum: 4,
    access: 0,
    set: ({ file, data }) => setMode(file, decodeWord(data)),
  },
  [nt.FileCompletionInformation]: {
    of: 'file',
    minimum: 8,
    access: 0,
    set: ({ io, process, file, data }) => joinPort(io, process, file, decodeCompletionPort(data)),
  },
  [nt.FileBasicInformation]: {
    of: 'volume',
    minimum: 40,
    access: nt.FILE_WRITE_ATTRIBUTES,
    set: (fcb, { data }) => setBasic(fcb, data),
  },
  [nt.FileDispositionInformation]: {
    of: 'volume',
    minimum: 1,
    access: nt.DELETE,
    set: (fcb, { io, data }) => setDisposition(io, fcb, decodeDisposition(data)),
  },
  [nt.FileRenameInformation]: {
    of: 'volume',
    minimum: 16,
    access: nt.DELETE,
    set: (fcb, { io, process, file, data }) => rename(io, process, file, fcb, decodeRename(data)),
  },
  /** A file has one name, on every file system here. */
  [nt.FileLinkInformation]: {
    of: 'volume',
    minimum: 16,
    access: 0,
    set: () => Status.STATUS_NOT_SUPPORTED,
  },
  [nt.FileEndOfFileInformation]: {
    of: 'volume',
    minimum: 8,
    access: WRITE_DATA,
    set: (fcb, { data }) => setSize(fcb, nt.FileEndOfFileInformation, decodeLarge(data)),
  },
  [nt.FileAllocationInformation]: {
    of: 'volume',
    minimum: 8,
    access: WRITE_DATA,
    set: (fcb, { data }) => setSize(fcb, nt.FileAllocationInformation, decodeLarge(data)),
  },
  [FilePipeInformation]: { of: 'driver', minimum: 8, access: nt.FILE_WRITE_ATTRIBUTES },
  [FileMailslotSetInformation]: { of: 'driver', minimum: 8, access: nt.FILE_WRITE_ATTRIBUTES },
};

/** The class and length are known to be good, and so is the handle's access. */
export function setInformation(infoClass: number, setting: Setting): Awaitable<number> {
  const state = fileState(setting.file);
  if (state !== Status.STATUS_SUCCESS) return state;
  const row = setClasses[infoClass];
  if (!row) return Status.STATUS_INVALID_INFO_CLASS;
  if (row.of === 'file') return row.set(setting);
  const { io, file, data } = setting;
  if (isMeeting(file.device)) return setByDriver(io, file, infoClass, data);
  if (!file.fcb || row.of === 'driver') return Status.STATUS_INVALID_DEVICE_REQUEST;
  return row.set(file.fcb, setting);
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

const ALERT = nt.FILE_SYNCHRONOUS_IO_ALERT;
const NONALERT = nt.FILE_SYNCHRONOUS_IO_NONALERT;
const SETTABLE = nt.FILE_WRITE_THROUGH | nt.FILE_SEQUENTIAL_ONLY | ALERT | NONALERT;

/** A file stays synchronous or asynchronous; whether its waits are alertable may change. */
function setMode(file: FileObject, mode: number): number {
  const waits = mode & (ALERT | NONALERT);
  const fits = isSynchronous(file) ? waits === ALERT || waits === NONALERT : waits === 0;
  if ((mode & ~SETTABLE) !== 0 || !fits) return Status.STATUS_INVALID_PARAMETER;
  file.options = (file.options & ~SETTABLE) | mode;
  return Status.STATUS_SUCCESS;
}

async function setBasic(fcb: Fcb, data: Uint8Array): Promise<number> {
  const { attributes, created, accessed, written } = decodeBasic(data);
  const { modified } = fcb;
  const isDirectory = (attributes & nt.FILE_ATTRIBUTE_DIRECTORY) !== 0;
  if (attributes !== 0 && isDirectory && !fcb.directory) return Status.STATUS_INVALID_PARAMETER;
  // A time that was set on purpose stays, whatever was written before; what is from now on counts.
  if (written !== 0) fcb.modified = false;
  if (attributes !== 0) fcb.changing++;
  const status = await fcb.setOnDisk(nt.FileBasicInformation, data);
  if (attributes !== 0) fcb.changing--;
  if (!NT_SUCCESS(status)) {
    fcb.modified ||= modified;
    return status;
  }
  fcb.changed(
    (attributes === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_ATTRIBUTES) |
      (created === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_CREATION) |
      (accessed === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_LAST_ACCESS) |
      (written === 0 ? 0 : nt.FILE_NOTIFY_CHANGE_LAST_WRITE),
  );
  return status;
}

function mayGo({ attributes, cache, path }: Fcb): boolean {
  const readOnly = (attributes & nt.FILE_ATTRIBUTE_READONLY) !== 0;
  return !readOnly && cache.sections === 0 && path !== '';
}

/** For who opened it for that alone: if nobody else has it open, its file system is asked once. */
export function deleteOpened(io: IoContext, process: Process, file: FileObject): Awaitable<number> {
  const { fcb } = file;
  // By its number it is opened again, should it stay.
  const alone = fcb?.opens.size === 1 && fcb.id !== 0 && fileState(file) === Status.STATUS_SUCCESS;
  if (!alone) {
    const data = encodeDisposition(true);
    return setInformation(nt.FileDispositionInformation, { io, process, file, data });
  }
  if (!mayGo(fcb)) return Status.STATUS_CANNOT_DELETE;
  fcb.deletePending = true;
  return deleteFile(io, fcb, file);
}

async function setDisposition(io: IoContext, fcb: Fcb, remove: boolean): Promise<number> {
  if (remove && !mayGo(fcb)) return Status.STATUS_CANNOT_DELETE;
  const status = await fcb.volume.namespace.run(async () => {
    if (remove && !mayGo(fcb)) return Status.STATUS_CANNOT_DELETE;
    const data = encodeDisposition(remove);
    if (remove && fcb.directory && fcb.volume.births.isAbove(fcb.path))
      return Status.STATUS_DIRECTORY_NOT_EMPTY;
    // Of a file that could not be made its file system knows nothing.
    const refused = fcb.volume.births.isRefused(fcb);
    const status = refused
      ? Status.STATUS_SUCCESS
      : await fcb.setOnDisk(nt.FileDispositionInformation, data);
    if (!NT_SUCCESS(status)) return status;
    fcb.deletePending = remove;
    fcb.deleteTold = remove && !refused;
    if (remove) for (const { watch } of fcb.opens) watch?.watch.fail(Status.STATUS_DELETE_PENDING);
    return status;
  });
  // Its last handle was closed meanwhile, when it was not to be deleted yet.
  if (NT_SUCCESS(status) && remove && fcb.opens.size === 0 && !fcb.gone) await deleteFile(io, fcb);
  return status;
}

async function setSize(fcb: Fcb, infoClass: number, size: number): Promise<number> {
  if (!Number.isSafeInteger(size) || size < 0) return Status.STATUS_INVALID_PARAMETER;
  if (size > 0xffff_ffff) return Status.STATUS_DISK_FULL;
  if (fcb.directory) return Status.STATUS_INVALID_PARAMETER;
  const before = fcb.cache.endOfFile;
  const status = await fcb.resize(infoClass, size);
  if (NT_SUCCESS(status)) fcb.touch(before);
  return status;
}
