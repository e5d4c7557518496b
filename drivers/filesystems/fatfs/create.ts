/**
 * CREATE: opens what a path names, or makes it.
 *
 * What an open may do is the I/O manager's to judge, with the facts that come back: sharing,
 * rights, attributes, directories and files, deletion, overwriting. It asks with FILE_OPEN,
 * FILE_CREATE or FILE_OPEN_IF. Ours is whether there is such a file, and what may be a name.
 */
import type { IrpParameters, IrpResult } from '../../../personality/rtl/irp.ts';
import { dosDeviceOf, isValidName } from '../../../personality/rtl/names.ts';
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_READONLY,
  FILE_ATTRIBUTE_SYSTEM,
  FILE_CREATE,
  FILE_CREATED,
  FILE_DIRECTORY_FILE,
  FILE_OPEN,
  FILE_OPEN_BY_FILE_ID,
  FILE_OPENED,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { KeQuerySystemTime } from '../../../personality/wdm/index.ts';
import { addEntry, initialise } from './directory.ts';
import { promiseIn } from './promise.ts';
import type { Fcb } from './fcb.ts';
import { entryOf, fileById } from './names.ts';
import { fileOf, splitPath, startOf, walk, type Walked } from './path.ts';
import { ROOT, type Volume } from './volume.ts';

const SETTABLE =
  FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE;

/** Triples in one answer. */
const EXTENT_LIMIT = 256;
const NO_PROMISE = { extents: [], promise: [] };

export interface Opened {
  file: Fcb;
  information: number;
  result: IrpResult<'create'>;
}

export async function createFile(
  volume: Volume,
  request: IrpParameters<'create'>,
  withLength = false,
): Promise<Opened> {
  if ((request.options & FILE_OPEN_BY_FILE_ID) !== 0)
    return open(await fileById(volume, request.path), FILE_OPENED);
  const components = splitPath(request.path);
  const start = startOf(volume, request.related);
  const walked = components.length === 0 ? undefined : await walk(volume, start, components);
  const existing = walked ? fileOf(volume, walked) : start;
  const information = existing
    ? judgeExisting(existing, request)
    : judgeMissing(walked!.name, request);
  if (existing) return open(existing, information);
  const opened = await open(await make(volume, walked!, request, withLength), information);
  const { file, result } = opened;
  const promise = await promiseIn(volume, file.parent);
  return { ...opened, result: { ...result, extents: file.extents(0, EXTENT_LIMIT), promise } };
}

/** A damaged chain raises here: the file is not open then. */
async function open(file: Fcb, information: number): Promise<Opened> {
  await file.load();
  const entry = await entryOf(file);
  const result = { fcb: file.number, ...file.facts(), entry, ...NO_PROMISE };
  file.opens++;
  return { file, information, result };
}

function judgeExisting(file: Fcb, { disposition }: IrpParameters<'create'>): number {
  if (disposition === FILE_CREATE) throw new NtException(Status.STATUS_OBJECT_NAME_COLLISION);
  if (file.isDirectory && !file.isRoot && file.entry.firstCluster === ROOT)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return FILE_OPENED;
}

/** What the request does where there is no such file: makes it, or raises what forbids that. */
function judgeMissing(name: string, request: IrpParameters<'create'>): number {
  if (!isValidName(name)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  if (request.disposition === FILE_OPEN) throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
  // What is on an old disk can be opened; nobody makes another.
  if (dosDeviceOf(name)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  return FILE_CREATED;
}

async function make(
  volume: Volume,
  { parent, name }: Walked,
  request: IrpParameters<'create'>,
  withLength: boolean,
): Promise<Fcb> {
  const now = await KeQuerySystemTime(volume.driver);
  const isDirectory = (request.options & FILE_DIRECTORY_FILE) !== 0;
  const attributes =
    (request.attributes & SETTABLE) |
    (isDirectory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE);
  const times = { created: now, accessed: now, written: now };
  const room = isDirectory ? 1 : Math.max(0, request.allocation);
  const clusters = await volume.fat.allocate(Math.ceil(room / volume.geometry.bytesPerCluster));
  try {
    const firstCluster = clusters.first ?? 0;
    const size = withLength && !isDirectory ? room : 0;
    const facts = { attributes, size, firstCluster, ...times };
    if (isDirectory) await initialise(volume, firstCluster, parent, facts);
    const added = await addEntry(volume, parent, name, facts, !withLength);
    return volume.fileAt(parent, added.slot, added.entry, name);
  } catch (error) {
    await volume.fat.truncate(clusters, 0);
    throw error;
  }
}

/** STATUS_CANNOT_DELETE for the root and read-only files. */
export function checkDeletable(file: Fcb): void {
  if (file.isRoot || (file.entry.attributes & FILE_ATTRIBUTE_READONLY) !== 0)
    throw new NtException(Status.STATUS_CANNOT_DELETE);
}
