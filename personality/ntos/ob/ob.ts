/**
 * The object manager: the name space's root, names of objects, handles.
 *
 *   createOb(watch?)   the component; services.ts registers what processes may ask of it
 *
 * A handle's close: the entry goes first, so that no service can find it any more; then, if it was
 * the object's last handle, the type's `close` runs (it may wait: a file's CLEANUP), then the
 * reference goes. A process that ends closes all of its handles so.
 *
 * Watched, an object is made when it has its first name or handle, and gone when it has neither:
 * what a snapshot shows, then.
 */
import { DIRECTORY_CREATE_OBJECT, DIRECTORY_CREATE_SUBDIRECTORY } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { Process } from '../ps/types.ts';
import { isGranted } from '../se/access.ts';
import { permits } from '../se/check.ts';
import type { Token } from '../se/token.ts';
import { Directory, isValidComponent } from './directory.ts';
import type { HandleTableBody } from './handles.ts';
import { dereference, makeHeader, reference } from './header.ts';
import { lookup, open } from './lookup.ts';
import { Prefixes } from './prefixes.ts';
import type { Watch } from '../ex/watch.ts';
import type { HandleEntry, LookupResult, Ob, ObObject, ObType } from './types.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** By a name or a handle. */
const isReachable = ({ header }: ObObject): boolean =>
  header.handles > 0 || header.directory !== undefined;

export function createOb(watch?: Watch): Ob {
  const root = new Directory();
  reference(root);
  root.header.permanent = true;
  const prefixes = new Prefixes();

  /** Says what it is called, too. */
  function numberOf(to: Watch, object: ObObject): number {
    const { type, name } = object.header;
    const number = to.objects.of(object);
    to.name('object', number, name === '' ? `a ${type.name}` : `${type.name} ${nameOf(object)}`);
    return number;
  }

  function handleOpened(to: Watch, process: Process, object: ObObject, handle: number): void {
    const number = numberOf(to, object);
    if (!isReachable(object)) to.mark('ob.made', number);
    to.mark('handle.opened', number, process.id, handle);
  }

  /** Objects that a directory can be asked to hold are of two sorts. */
  function mayMake(directory: Directory, object: ObObject, token: Token | undefined): boolean {
    const right =
      object instanceof Directory ? DIRECTORY_CREATE_SUBDIRECTORY : DIRECTORY_CREATE_OBJECT;
    return !token || permits(token, directory, right);
  }

  function insert(path: string, object: ObObject, permanent: boolean, token?: Token): number {
    const end = path.lastIndexOf('\\');
    const name = path.slice(end + 1);
    if (end < 0) return Status.STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (!isValidComponent(name)) return Status.STATUS_OBJECT_NAME_INVALID;
    if (object.header.directory) return Status.STATUS_INVALID_PARAMETER;
    const above =
      end === 0 ? { status: SUCCESS, object: root } : lookup(root, path.slice(0, end), token);
    if (above.status === Status.STATUS_OBJECT_NAME_NOT_FOUND)
      return Status.STATUS_OBJECT_PATH_NOT_FOUND;
    if (!above.object) return above.status;
    if (!(above.object instanceof Directory)) return Status.STATUS_OBJECT_TYPE_MISMATCH;
    if (above.object.find(name)) return Status.STATUS_OBJECT_NAME_COLLISION;
    if (!mayMake(above.object, object, token)) return Status.STATUS_ACCESS_DENIED;
    if (watch?.on && !isReachable(object)) watch.mark('ob.made', numberOf(watch, object));
    reference(object);
    above.object.add(name, object);
    object.header.permanent = permanent;
    return SUCCESS;
  }

  function remove(object: ObObject): void {
    const directory = object.header.directory;
    if (!(directory instanceof Directory)) return;
    directory.take(object);
    if (watch?.on && object.header.handles === 0) watch.mark('ob.gone', watch.objects.of(object));
    dereference(object);
  }

  function makeTemporary(object: ObObject): void {
    object.header.permanent = false;
    if (object.header.handles === 0) remove(object);
  }

  function createDirectory(path: string): ObObject {
    let at = '';
    let directory: ObObject = root;
    for (const part of path.split('\\').filter((component) => component !== '')) {
      at += `\\${part}`;
      const there = lookup(root, at).object;
      directory = there ?? new Directory();
      if (there) continue;
      const status = insert(at, directory, true);
      if (status !== SUCCESS) throw new Error(`directory ${at} cannot be made`);
    }
    return directory;
  }

  function nameOf(object: ObObject): string {
    if (object === root) return '\\';
    const above = object.header.directory;
    if (!above) return '';
    return above === root ? `\\${object.header.name}` : `${nameOf(above)}\\${object.header.name}`;
  }

  function reserveHandle(process: Process, type: ObType): number {
    return (process.handles as HandleTableBody).charge(type);
  }

  function checkHandle(process: Process, type: ObType): number {
    return (process.handles as HandleTableBody).check(type);
  }

  function cancelHandle(process: Process, type: ObType): void {
    (process.handles as HandleTableBody).uncharge(type);
  }

  function createHandle(
    process: Process,
    object: ObObject,
    access: number,
    reserved = false,
    inherit = false,
  ) {
    const { type } = object.header;
    if (process.state === 'ended') {
      if (reserved) cancelHandle(process, type);
      return { status: Status.STATUS_PROCESS_IS_TERMINATING, handle: 0 };
    }
    const status = reserved ? SUCCESS : reserveHandle(process, type);
    if (status !== SUCCESS) return { status, handle: 0 };
    const handle = (process.handles as HandleTableBody).add(object, access, inherit);
    if (watch?.on) handleOpened(watch, process, object, handle);
    reference(object);
    object.header.handles++;
    return { status, handle };
  }

  function inheritHandles(from: Process, to: Process): number {
    for (const [handle, entry] of from.handles.entries()) {
      if (!entry.inherit) continue;
      const { object } = entry;
      const status = reserveHandle(to, object.header.type);
      if (status !== SUCCESS) return status;
      (to.handles as HandleTableBody).put(handle, { ...entry });
      if (watch?.on) handleOpened(watch, to, object, handle);
      reference(object);
      object.header.handles++;
    }
    return SUCCESS;
  }

  function referenceByHandle(
    process: Process,
    handle: number,
    type: ObType | undefined,
    access: number,
  ): LookupResult {
    const entry = process.handles.get(handle);
    if (!entry) return { status: Status.STATUS_INVALID_HANDLE };
    if (type && entry.object.header.type !== type)
      return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    if (!isGranted(entry.access, access)) return { status: Status.STATUS_ACCESS_DENIED };
    return { status: SUCCESS, object: entry.object };
  }

  /** The handle's share in the object goes; a temporary object's name with its last handle. */
  function dropEntry(object: ObObject): void {
    const wasNameless = object.header.directory === undefined;
    const { header } = object;
    header.handles--;
    if (header.handles === 0 && !header.permanent) remove(object);
    if (watch?.on && wasNameless && header.handles === 0)
      watch.mark('ob.gone', watch.objects.of(object));
    dereference(object);
  }

  async function finishClose(closing: Promise<void>, object: ObObject): Promise<number> {
    try {
      await closing;
    } finally {
      dropEntry(object);
    }
    return SUCCESS;
  }

  function leave(process: Process, object: ObObject): void {
    const { type } = object.header;
    if (!type.leave) return;
    for (const [, entry] of process.handles.entries()) if (entry.object === object) return;
    type.leave(object, process);
  }

  function closeEntry(process: Process, entry: HandleEntry, request: number): Awaitable<number> {
    const { object } = entry;
    const last = object.header.handles === 1;
    if (!last) leave(process, object);
    const closing = last ? object.header.type.close?.(object, process, request) : undefined;
    if (closing instanceof Promise) return finishClose(closing, object);
    dropEntry(object);
    return SUCCESS;
  }

  function closeHandle(process: Process, handle: number, request = 0): Awaitable<number> {
    const handles = process.handles as HandleTableBody;
    const entry = handles.get(handle);
    if (!entry) return Status.STATUS_INVALID_HANDLE;
    if (entry.protect) return Status.STATUS_HANDLE_NOT_CLOSABLE;
    handles.remove(handle);
    if (watch?.on) watch.mark('handle.closed', numberOf(watch, entry.object), process.id, handle);
    return closeEntry(process, entry, request);
  }

  async function closeAllHandles(process: Process): Promise<void> {
    for (const [handle, entry] of [...process.handles.entries()]) {
      entry.protect = false;
      try {
        await closeHandle(process, handle);
      } catch {
        // One object's failure to close keeps no other open; its reference is gone all the same.
      }
    }
  }

  return {
    root,
    header: makeHeader,
    insert,
    remove,
    makeTemporary,
    createDirectory,
    lookup: (path, token) => lookup(root, path, token),
    open: (name, from, context) => open(root, prefixes, name, from, context),
    nameOf,
    reference,
    dereference,
    reserveHandle,
    checkHandle,
    cancelHandle,
    createHandle,
    inheritHandles,
    referenceByHandle,
    closeHandle,
    closeAllHandles,
  };
}
