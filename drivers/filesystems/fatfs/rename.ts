/**
 * Rename: the same file under another entry.
 *
 * A directory is never moved below itself. Where the target exists it must be a file that nobody
 * has open, and `replace` be asked for; another case of the same name is no other name.
 */
import { isValidName } from '../../../personality/rtl/names.ts';
import { FILE_ATTRIBUTE_READONLY } from '../../../personality/rtl/nt.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { addEntry, setParent } from './directory.ts';
import type { Fcb } from './fcb.ts';
import { fileOf, splitPath, walk } from './path.ts';
import { removeFile, removeNames } from './remove.ts';

export async function renameFile(file: Fcb, target: string, replace: boolean): Promise<void> {
  const { volume } = file;
  const components = splitPath(target);
  if (file.isRoot || components.length === 0)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const walked = await walk(volume, components);
  const { parent, name, way } = walked;
  if (!isValidName(name)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  if (file.isDirectory && way.includes(file.entry.firstCluster))
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const other = fileOf(volume, walked);
  if (other && other !== file) await makeWay(other, replace);
  await moveEntry(file, parent, name);
}

async function makeWay(other: Fcb, replace: boolean): Promise<void> {
  if (!replace) throw new NtException(Status.STATUS_OBJECT_NAME_COLLISION);
  const readOnly = (other.entry.attributes & FILE_ATTRIBUTE_READONLY) !== 0;
  if (other.isDirectory || readOnly || other.opens > 0)
    throw new NtException(Status.STATUS_ACCESS_DENIED);
  await removeFile(other);
}

/**
 * The old name goes first, so that a full directory can still rename; it comes back where the new
 * one does not fit.
 */
async function moveEntry(file: Fcb, parent: number, name: string): Promise<void> {
  const { volume } = file;
  const { attributes, firstCluster, size, created, accessed, written } = file.entry;
  const facts = {
    attributes,
    firstCluster,
    size: file.isDirectory ? 0 : size,
    created,
    accessed,
    written,
  };
  const before = file.parent;
  await removeNames(file);
  let added;
  try {
    added = await addEntry(volume, parent, name, facts);
  } catch (error) {
    const back = await addEntry(volume, before, file.name, facts);
    volume.moved(file, before, back.slot);
    throw error;
  }
  volume.moved(file, parent, added.slot);
  file.name = name;
  file.entry = {
    ...file.entry,
    shortBytes: added.entry.shortBytes,
    shortName: added.entry.shortName,
  };
  if (file.isDirectory && parent !== before) await setParent(volume, firstCluster, parent);
}
