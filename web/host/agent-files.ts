/**
 * What the agent does with files beside reading, writing and listing them: a sequence of Nt* calls
 * each, many of them the shell's own.
 *
 *   performOnFiles(process, request)
 *   fullName(path)      the NT name of a path as people write it
 *   shellOf(process)    a shell of its own: no echo, no prompt, its own current directories
 */
import {
  attributesOf,
  check,
  deleteFile,
  openFile,
  querySystem,
  renameFile,
  withFile,
  writeAt,
} from '../../personality/ntdll/files.ts';
import { NtClose, NtSetInformationFile } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { removeDirectory, removeTree } from '../../personality/ntcmd/commands/directories.ts';
import { BufferConsole } from '../../personality/ntcmd/console.ts';
import type { Shell } from '../../personality/ntcmd/context.ts';
import { Directories, ntPath } from '../../personality/ntcmd/path.ts';
import { CommandPrompt } from '../../personality/ntcmd/shell.ts';
import { copyFile } from '../../personality/ntcmd/transfer.ts';
import { volumeFacts } from '../../personality/ntcmd/volume.ts';
import { encodeBasic, encodeDisposition } from '../../personality/rtl/information.ts';
import {
  DELETE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_NORMAL,
  FILE_CREATE,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_NON_DIRECTORY_FILE,
  FILE_OPEN,
  FILE_OVERWRITE_IF,
  FILE_WRITE_ATTRIBUTES,
  FILE_WRITE_DATA,
  FileBasicInformation,
  FileDispositionInformation,
  SYNCHRONIZE,
  SystemVolumeInformation,
} from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { RtlTimeFieldsToTime } from '../../personality/rtl/time.ts';
import type { AgentRequest, DriveEntry, VolumeEntry } from './agent-protocol.ts';

type Op =
  | 'writePart'
  | 'rename'
  | 'copyFile'
  | 'remove'
  | 'createFolder'
  | 'setAttributes'
  | 'volumes'
  | 'volume';
export type FileRequest = Extract<AgentRequest, { op: Op }>;
type Of<O extends Op> = Extract<AgentRequest, { op: O }>;

export function performOnFiles(process: NtProcess, request: FileRequest): Promise<unknown> {
  switch (request.op) {
    case 'writePart':
      return writePart(process, request);
    case 'rename':
      return renameFile(process, fullName(request.from), fullName(request.to), request.replace);
    case 'copyFile':
      return copy(process, request);
    case 'remove':
      return remove(process, request);
    case 'createFolder':
      return createFolder(process, request.path);
    case 'setAttributes':
      return setAttributes(process, request);
    case 'volumes':
      return volumes(process);
    case 'volume':
      return volume(process, request.drive);
  }
}

export function fullName(path: string): string {
  return ntPath(new Directories().resolve(path));
}

export function shellOf(process: NtProcess): Shell {
  return new CommandPrompt(process, new BufferConsole());
}

/** A file whose first piece cannot be written is not left behind. */
async function writePart(process: NtProcess, request: Of<'writePart'>): Promise<void> {
  const { path, data, offset, total, replace } = request;
  const first = offset === 0;
  const options = {
    access: FILE_WRITE_DATA | SYNCHRONIZE | (first ? DELETE : 0),
    share: 0,
    disposition: first ? (replace ? FILE_OVERWRITE_IF : FILE_CREATE) : FILE_OPEN,
    options: FILE_NON_DIRECTORY_FILE,
    allocation: first ? total : 0,
  };
  await withFile(process, fullName(path), options, async (handle) => {
    try {
      await writeAt(process, handle, offset, data);
    } catch (error) {
      const deletion = { handle, class: FileDispositionInformation, data: encodeDisposition(true) };
      if (first) await NtSetInformationFile(process, deletion);
      throw error;
    }
  });
}

async function copy(process: NtProcess, { from, to, replace }: Of<'copyFile'>): Promise<void> {
  const shell = shellOf(process);
  const target = shell.directories.resolve(to);
  if (!replace && (await isThere(process, ntPath(target))))
    throw new NtException(Status.STATUS_OBJECT_NAME_COLLISION);
  await copyFile(shell, shell.directories.resolve(from), target);
}

async function isThere(process: NtProcess, name: string): Promise<boolean> {
  try {
    await attributesOf(process, name);
    return true;
  } catch (error) {
    if ((error as NtException).status === Status.STATUS_OBJECT_NAME_NOT_FOUND) return false;
    throw error;
  }
}

async function remove(process: NtProcess, { path, tree }: Of<'remove'>): Promise<void> {
  const shell = shellOf(process);
  const full = shell.directories.resolve(path);
  // The root is the disk: to clear it is `format`.
  if (full.parts.length === 0) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const isFolder = (await attributesOf(process, ntPath(full))) & FILE_ATTRIBUTE_DIRECTORY;
  if (!isFolder) await deleteFile(process, ntPath(full));
  else await (tree ? removeTree : removeDirectory)(shell, full);
}

async function createFolder(process: NtProcess, path: string): Promise<void> {
  const handle = await openFile(process, fullName(path), {
    access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
    disposition: FILE_CREATE,
    options: FILE_DIRECTORY_FILE,
  });
  await NtClose(process, { handle });
}

async function setAttributes(process: NtProcess, request: Of<'setAttributes'>): Promise<void> {
  const { path, on, off, modified } = request;
  const name = fullName(path);
  const kept = ((await attributesOf(process, name)) & ~off & ~FILE_ATTRIBUTE_DIRECTORY) | on;
  const attributes = on || off ? kept || FILE_ATTRIBUTE_NORMAL : 0;
  const written = modified === 0 ? 0 : diskTime(new Date(modified));
  const data = encodeBasic({ created: 0, accessed: 0, written, changed: 0, attributes });
  const options = { access: FILE_WRITE_ATTRIBUTES | SYNCHRONIZE };
  await withFile(process, name, options, async (handle) => {
    check(await NtSetInformationFile(process, { handle, class: FileBasicInformation, data }));
  });
}

/** This browser's local time as the disk's clock reading; FAT's years are 1980 to 2107. */
function diskTime(date: Date): number {
  const year = date.getFullYear();
  if (!(year >= 1980)) return diskTime(new Date(1980, 0, 1));
  if (year > 2107) return diskTime(new Date(2107, 11, 31, 23, 59, 58));
  return RtlTimeFieldsToTime({
    year,
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    milliseconds: date.getMilliseconds(),
  });
}

async function volumes(process: NtProcess): Promise<DriveEntry[]> {
  const all = (await querySystem(process, SystemVolumeInformation)) as {
    letter?: string;
    mounted: boolean;
  }[];
  return all.flatMap(({ letter, mounted }) => (letter ? [{ drive: letter, mounted }] : []));
}

async function volume(process: NtProcess, drive: string): Promise<VolumeEntry> {
  return { drive, ...(await volumeFacts(process, drive)) };
}
