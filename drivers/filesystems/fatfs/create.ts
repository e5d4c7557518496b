/**
 * CREATE: opens what a path names, or makes it.
 *
 * Sharing and the rights of handles are the Executive's business; what the disk says is ours:
 * read-only files, directories and files, names.
 */
import type { IrpParameters, IrpResult } from '../../../personality/rtl/irp.ts';
import { dosDeviceOf, isValidName } from '../../../personality/rtl/names.ts';
import {
  FILE_APPEND_DATA,
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_READONLY,
  FILE_ATTRIBUTE_SYSTEM,
  FILE_CREATE,
  FILE_CREATED,
  FILE_DELETE_ON_CLOSE,
  FILE_DIRECTORY_FILE,
  FILE_NON_DIRECTORY_FILE,
  FILE_OPEN,
  FILE_OPENED,
  FILE_OPEN_IF,
  FILE_OVERWRITE,
  FILE_OVERWRITE_IF,
  FILE_OVERWRITTEN,
  FILE_SUPERSEDE,
  FILE_SUPERSEDED,
  FILE_WRITE_DATA,
  GENERIC_WRITE,
} from '../../../personality/rtl/nt.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { KeQuerySystemTime } from '../../../personality/wdm/index.ts';
import { addEntry, initialise } from './directory.ts';
import { saveEntry } from './entry.ts';
import type { Fcb } from './fcb.ts';
import { fileOf, splitPath, startOf, walk, type Walked } from './path.ts';
import { ROOT, type Volume } from './volume.ts';

const SETTABLE =
  FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE;
const WRITING = FILE_WRITE_DATA | FILE_APPEND_DATA | GENERIC_WRITE;

export interface Opened {
  file: Fcb;
  information: number;
  result: IrpResult<'create'>;
}

export async function createFile(
  volume: Volume,
  request: IrpParameters<'create'>,
): Promise<Opened> {
  const components = splitPath(request.path);
  const start = startOf(volume, request.related);
  const walked = components.length === 0 ? undefined : await walk(volume, start, components);
  const existing = walked ? fileOf(volume, walked) : start;
  checkOptions(request);
  const information = existing
    ? await openExisting(existing, request)
    : judgeMissing(walked!.name, request);
  const file = existing ?? (await make(volume, walked!, request));
  // A damaged chain raises here: the file is not open then.
  const result = { fcb: file.number, ...file.facts() };
  file.opens++;
  return { file, information, result };
}

/** What the request does with a file that is there; raises what forbids it. */
async function openExisting(file: Fcb, request: IrpParameters<'create'>): Promise<number> {
  const { disposition, options, access } = request;
  if (file.deletePending) throw new NtException(Status.STATUS_DELETE_PENDING);
  if (disposition === FILE_CREATE) throw new NtException(Status.STATUS_OBJECT_NAME_COLLISION);
  if (file.isDirectory && options & FILE_NON_DIRECTORY_FILE)
    throw new NtException(Status.STATUS_FILE_IS_A_DIRECTORY);
  if (!file.isDirectory && options & FILE_DIRECTORY_FILE)
    throw new NtException(Status.STATUS_NOT_A_DIRECTORY);
  const replaces =
    disposition === FILE_OVERWRITE ||
    disposition === FILE_OVERWRITE_IF ||
    disposition === FILE_SUPERSEDE;
  const readOnly = (file.entry.attributes & FILE_ATTRIBUTE_READONLY) !== 0;
  if (readOnly && !file.isDirectory && (replaces || access & WRITING))
    throw new NtException(Status.STATUS_ACCESS_DENIED);
  if (options & FILE_DELETE_ON_CLOSE) checkDeletable(file);
  if (file.isDirectory && !file.isRoot && file.entry.firstCluster === ROOT)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  if (!replaces) return FILE_OPENED;
  if (file.isDirectory) throw new NtException(Status.STATUS_FILE_IS_A_DIRECTORY);
  await replace(file, request.attributes);
  return disposition === FILE_SUPERSEDE ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
}

async function replace(file: Fcb, attributes: number): Promise<void> {
  file.shrink(0);
  file.entry.size = 0;
  file.entry.attributes = (attributes & SETTABLE) | FILE_ATTRIBUTE_ARCHIVE;
  file.entry.written = await KeQuerySystemTime(file.volume.driver);
  await saveEntry(file);
}

function checkOptions({ options, disposition }: IrpParameters<'create'>): void {
  const directory = (options & FILE_DIRECTORY_FILE) !== 0;
  const opens = [FILE_CREATE, FILE_OPEN, FILE_OPEN_IF] as number[];
  const sound = !directory || (!(options & FILE_NON_DIRECTORY_FILE) && opens.includes(disposition));
  if (!sound || disposition > FILE_OVERWRITE_IF)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
}

/** What the request does where there is no such file: makes it, or raises what forbids that. */
function judgeMissing(name: string, request: IrpParameters<'create'>): number {
  const { disposition, options, attributes } = request;
  if (!isValidName(name)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  if (disposition === FILE_OPEN || disposition === FILE_OVERWRITE)
    throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
  // What is on an old disk can be opened; nobody makes another.
  if (dosDeviceOf(name)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  if (options & FILE_DELETE_ON_CLOSE && attributes & FILE_ATTRIBUTE_READONLY)
    throw new NtException(Status.STATUS_CANNOT_DELETE);
  return FILE_CREATED;
}

async function make(
  volume: Volume,
  { parent, name }: Walked,
  request: IrpParameters<'create'>,
): Promise<Fcb> {
  const now = await KeQuerySystemTime(volume.driver);
  const isDirectory = (request.options & FILE_DIRECTORY_FILE) !== 0;
  const attributes =
    (request.attributes & SETTABLE) |
    (isDirectory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE);
  const times = { created: now, accessed: now, written: now };
  const room = isDirectory ? 1 : Math.max(0, request.allocation);
  const clusters = volume.fat.allocate(Math.ceil(room / volume.geometry.bytesPerCluster));
  try {
    const [firstCluster = 0] = clusters;
    const facts = { attributes, size: 0, firstCluster, ...times };
    if (isDirectory) await initialise(volume, firstCluster, parent, facts);
    const added = await addEntry(volume, parent, name, facts);
    return volume.fileAt(parent, added.slot, added.entry, name);
  } catch (error) {
    volume.fat.truncate(clusters, 0);
    throw error;
  }
}

/** STATUS_CANNOT_DELETE for the root and read-only files. */
export function checkDeletable(file: Fcb): void {
  if (file.isRoot || (file.entry.attributes & FILE_ATTRIBUTE_READONLY) !== 0)
    throw new NtException(Status.STATUS_CANNOT_DELETE);
}
