/**
 * Renaming: a file gets another path on its volume.
 *
 * The target is a full path, or one relative to a directory's handle. After it, names that were
 * known at or below either path mean something else, and are forgotten: open files keep their FCBs,
 * and the renamed one is known by its new name.
 */
import type { RenameInformation } from '../../../rtl/information.ts';
import {
  FILE_ACTION_ADDED,
  FILE_ACTION_REMOVED,
  FILE_ACTION_RENAMED_NEW_NAME,
  FILE_ACTION_RENAMED_OLD_NAME,
  FILE_NOTIFY_CHANGE_DIR_NAME,
  FILE_NOTIFY_CHANGE_FILE_NAME,
} from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { ObObject } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import type { Device } from '../device/device.ts';
import type { Fcb } from '../file/fcb.ts';
import type { FileObject } from '../file/fileobject.ts';
import { reportChanges } from '../file/notify.ts';
import { checkPath, foldPath, joinPath, parentPath, PATH_LIMIT } from '../file/paths.ts';
import { renamed } from '../file/learn.ts';
import { relativeTo } from '../file/relative.ts';
import { retireFcb } from '../file/retire.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

/** Somebody opens the file that is replaced each time when it is let go. */
const TURNS = 4;

export async function rename(
  io: IoContext,
  process: Process,
  file: FileObject,
  fcb: Fcb,
  info: RenameInformation,
): Promise<number> {
  if (fcb.path === '') return Status.STATUS_ACCESS_DENIED;
  for (let turn = 0; turn < TURNS; turn++) {
    const { status, path } = targetPath(io, process, file, fcb, info);
    if (!NT_SUCCESS(status)) return status;
    if (path === '') return Status.STATUS_OBJECT_NAME_INVALID;
    const inside = foldPath(path).startsWith(`${foldPath(fcb.path)}\\`);
    if (inside) return Status.STATUS_INVALID_PARAMETER;
    const parent = parentPath(fcb.path);
    const victim = knownFile(fcb.volume, path);
    if (victim && victim !== fcb) {
      if (!info.replace) return Status.STATUS_OBJECT_NAME_COLLISION;
      if (victim.opens.size > 0) return Status.STATUS_ACCESS_DENIED;
      // The file system must not find the one that is replaced open.
      await retireFcb(io, victim);
      if (!victim.gone) return Status.STATUS_ACCESS_DENIED;
    }
    const done = await fcb.volume.namespace.run(async () => {
      // Meanwhile a directory above may have been renamed, or the victim opened again.
      const stays = parentPath(fcb.path) === parent && isFree(fcb, path);
      return stays ? renameTo(fcb, path, info.replace, victim) : undefined;
    });
    if (done !== undefined) return done;
  }
  return Status.STATUS_ACCESS_DENIED;
}

function isFree(fcb: Fcb, path: string): boolean {
  const other = knownFile(fcb.volume, path);
  return !other || other === fcb;
}

/** Caller holds the namespace. Who opens the name meanwhile waits: it will be another file. */
async function renameTo(
  fcb: Fcb,
  path: string,
  replace: boolean,
  victim: Fcb | undefined,
): Promise<number> {
  const { status: short, related, path: target } = relativeTo(fcb.volume, path);
  if (!NT_SUCCESS(short)) return short;
  const found = fcb.volume.directories.find(path);
  const name = found.is === 'name' && found.name !== fcb.known ? found.name : undefined;
  if (name) name.leaving = true;
  const room = PATH_LIMIT - path.length;
  const { status, entry } = await fcb.renameOnDisk({ target, related, replace, room });
  if (name) name.leaving = false;
  if (!NT_SUCCESS(status)) return status;
  renamed(fcb, entry, path);
  if (victim?.gone) victim.named(FILE_ACTION_REMOVED);
  const before = fcb.path;
  moveNames(fcb, path);
  reportRename(fcb, before);
  return status;
}

/** By whatever name of it. */
function knownFile({ names, directories }: Volume, path: string): Fcb | undefined {
  const found = directories.find(path);
  return names.byPath(path) ?? (found.is === 'name' ? (found.name.live as Fcb) : undefined);
}

function moveNames(fcb: Fcb, path: string): void {
  const { names } = fcb.volume;
  const before = foldPath(fcb.path);
  names.forgetPaths(fcb.path);
  names.forgetPaths(path);
  for (const other of names.all())
    if (foldPath(other.path).startsWith(`${before}\\`))
      other.path = joinPath(path, other.path.slice(fcb.path.length + 1));
  fcb.path = path;
  names.add(fcb);
}

/** Within a directory it is renamed; from one to another it goes here and comes there. */
function reportRename(fcb: Fcb, before: string): void {
  const { volume, path, directory } = fcb;
  const filter = directory ? FILE_NOTIFY_CHANGE_DIR_NAME : FILE_NOTIFY_CHANGE_FILE_NAME;
  const stays = foldPath(parentPath(path)) === foldPath(parentPath(before));
  const [goes, comes] = stays
    ? [FILE_ACTION_RENAMED_OLD_NAME, FILE_ACTION_RENAMED_NEW_NAME]
    : [FILE_ACTION_REMOVED, FILE_ACTION_ADDED];
  reportChanges(volume, [
    { action: goes, path: before, filter },
    { action: comes, path, filter },
  ]);
}

function targetPath(
  io: IoContext,
  process: Process,
  file: FileObject,
  fcb: Fcb,
  { root, name }: RenameInformation,
): { status: number; path: string } {
  if (root !== 0) return belowRoot(io, process, fcb, root, name);
  if (!name.startsWith('\\')) return checkPath(joinPath(parentPath(fcb.path), name));
  return belowDevice(io, file, name);
}

function belowRoot(io: IoContext, process: Process, fcb: Fcb, root: number, name: string) {
  const type = [...fcb.opens][0]?.header.type;
  const found = io.executive.ob.referenceByHandle(process, root, type, 0);
  if (!found.object) return { status: found.status, path: '' };
  const directory = found.object as FileObject;
  if (directory.volume !== fcb.volume) return { status: Status.STATUS_NOT_SAME_DEVICE, path: '' };
  return checkPath(joinPath(directory.fcb?.path ?? '', name));
}

/**
 * \Device\Floppy0\..., or \??\A:\... through its link: the longest beginning that is a name of an
 * object must be our disk.
 */
function belowDevice(io: IoContext, file: FileObject, name: string) {
  for (let end = name.indexOf('\\', 1); end > 0; end = name.indexOf('\\', end + 1)) {
    const { object } = io.executive.ob.lookup(name.slice(0, end));
    if (!object || !isDevice(io, object)) continue;
    return object === (file.device as ObObject)
      ? checkPath(name.slice(end))
      : { status: Status.STATUS_NOT_SAME_DEVICE, path: '' };
  }
  return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND, path: '' };
}

function isDevice(io: IoContext, object: ObObject): boolean {
  return io.devices.get((object as Device).id) === object;
}
