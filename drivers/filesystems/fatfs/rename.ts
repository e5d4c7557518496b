/**
 * Rename: the same file under another entry.
 *
 * A directory is never moved below itself, nor to where a path below it would be longer than can
 * be opened. Where the target exists it must be a file that nobody
 * has open, and `replace` be asked for; another case of the same name is no other name.
 *
 * On the disk the new name comes before the old one goes: a power failure between the two leaves
 * the file under one name or the other.
 *
 * Old names go first, so that a full directory can still rename. Where the new name does not fit
 * after all they come back into their slots, and nothing has changed.
 */
import { dosDeviceOf, isValidName } from '../../../personality/rtl/names.ts';
import { FILE_ATTRIBUTE_READONLY } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { addEntry, type FoundEntry, removeEntry, restoreEntry, setParent } from './directory.ts';
import type { Fcb } from './fcb.ts';
import { fileOf, isBelow, reaches, splitPath, startOf, walk } from './path.ts';
import { releaseFile } from './remove.ts';

export interface Target {
  target: string;
  related: number;
  replace: boolean;
  room: number;
}

export async function renameFile(file: Fcb, request: Target): Promise<void> {
  const { volume } = file;
  const { replace, related } = request;
  const components = splitPath(request.target);
  if (file.isRoot || components.length === 0)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const walked = await walk(volume, startOf(volume, related), components);
  const { parent, name } = walked;
  if (!isValidName(name) || dosDeviceOf(name))
    throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  if (file.isDirectory) await checkPlace(file, parent, request.room);
  const found = fileOf(volume, walked);
  const other = found === file ? undefined : found;
  if (other) await checkReplaceable(other, replace);
  const before = file.parent;
  const added = await exchangeNames(other ? [file, other] : [file], parent, name);
  if (other) await releaseFile(other);
  volume.moved(file, parent, added.slot);
  file.name = name;
  const { shortBytes, shortName } = added.entry;
  file.entry = { ...file.entry, shortBytes, shortName };
  if (file.isDirectory && parent !== before)
    await setParent(volume, file.entry.firstCluster, parent);
}

async function checkPlace(file: Fcb, parent: number, room: number): Promise<void> {
  const { volume } = file;
  const { firstCluster } = file.entry;
  if (await isBelow(volume, parent, firstCluster))
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  if (await reaches(volume, firstCluster, room)) throw new NtException(Status.STATUS_NAME_TOO_LONG);
}

async function checkReplaceable(other: Fcb, replace: boolean): Promise<void> {
  if (!replace) throw new NtException(Status.STATUS_OBJECT_NAME_COLLISION);
  const readOnly = (other.entry.attributes & FILE_ATTRIBUTE_READONLY) !== 0;
  if (other.isDirectory || readOnly || other.opens > 0)
    throw new NtException(Status.STATUS_ACCESS_DENIED);
  await other.checkChain();
}

/** All of `files` lose their names, the first one gets a new one; or nothing happens. */
async function exchangeNames(
  files: readonly Fcb[],
  parent: number,
  name: string,
): Promise<FoundEntry> {
  const file = files[0]!;
  const { volume } = file;
  const undo: (() => Promise<void>)[] = [];
  volume.moving = true;
  try {
    for (const each of files) {
      const { parent: directory, slot } = each;
      const removed = await removeEntry(volume, directory, slot, each === file);
      undo.push(() => restoreEntry(volume, directory, removed));
    }
    const size = file.isDirectory ? 0 : file.entry.size;
    return await addEntry(volume, parent, name, { ...file.entry, size });
  } catch (error) {
    for (const back of undo) await back();
    throw error;
  } finally {
    volume.moving = false;
  }
}
