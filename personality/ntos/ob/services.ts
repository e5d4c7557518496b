/**
 * Services of the object manager: NtClose, directories, symbolic links.
 *
 * Links and directories made here stay when their handles are closed, until NtMakeTemporaryObject
 * or the end of their maker's family; other named objects go with their last handle. What the
 * Executive itself put into the name space cannot be made temporary: a client must not be able to
 * take it away.
 */
import { SYMBOLIC_LINK_QUERY } from '../../rtl/objects.ts';
import { Status } from '../../rtl/status.ts';
import type { ObNeeds } from './needs.ts';
import { ALL_ACCESS } from '../se/access.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { makePermanent } from './charge.ts';
import { Directory, directoryType } from './directory.ts';
import { insertWithHandle } from './insert.ts';
import { openObject } from './named.ts';
import { SymbolicLink, symbolicLinkType } from './symlink.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** The link itself, where `lookup` would follow it. */
function findLink(executive: ObNeeds, path: string): { status: number; link?: SymbolicLink } {
  const end = path.lastIndexOf('\\');
  if (end < 0) return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
  const above = executive.ob.lookup(end === 0 ? '\\' : path.slice(0, end));
  if (!above.object) return { status: above.status };
  if (!(above.object instanceof Directory)) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  const object = above.object.find(path.slice(end + 1));
  if (!object) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
  if (object.header.type !== symbolicLinkType)
    return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  return { status: SUCCESS, link: object as SymbolicLink };
}

export function registerObServices(executive: ObNeeds): void {
  const { ke, ob } = executive;

  ke.register('NtClose', (caller, { handle }) => {
    const closing = ob.closeHandle(caller.process, handle);
    return closing instanceof Promise
      ? closing.then((status) => ({ status }))
      : { status: closing };
  });

  ke.register('NtCreateDirectoryObject', (caller, { name }) =>
    insertWithHandle(executive, caller, name, new Directory(), { permanent: true }),
  );

  ke.register('NtCreateSymbolicLinkObject', (caller, { name, target }) => {
    if (target[0] !== '\\') return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
    const link = new SymbolicLink(target);
    const more = { permanent: true, text: target.length };
    return insertWithHandle(executive, caller, name, link, more);
  });

  ke.register('NtOpenDirectoryObject', (caller, { name }) => {
    const found = ob.lookup(name);
    if (!found.object) return { status: found.status };
    if (found.object.header.type !== directoryType)
      return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    return ob.createHandle(caller.process, found.object, ALL_ACCESS);
  });

  ke.register('NtQueryDirectoryObject', (caller, { handle, context }) => {
    const found = ob.referenceByHandle(caller.process, handle, directoryType, 0);
    if (!found.object) return { status: found.status };
    const member = (found.object as Directory).at(context);
    if (!member) return { status: Status.STATUS_NO_MORE_ENTRIES, context };
    const { name, type } = member.header;
    return { status: SUCCESS, name, type: type.name, context: context + 1 };
  });

  ke.register('NtOpenSymbolicLinkObject', (caller, { name, access, attributes }) => {
    const { status, link } = findLink(executive, name);
    return link ? openObject(executive, caller, link, { access, attributes }) : { status };
  });

  ke.register('NtQuerySymbolicLinkObject', (caller, { handle }) => {
    const { process } = caller;
    const found = ob.referenceByHandle(process, handle, symbolicLinkType, SYMBOLIC_LINK_QUERY);
    return { status: found.status, target: (found.object as SymbolicLink | undefined)?.target };
  });

  ke.register('NtMakePermanentObject', (caller, { handle }) => {
    const refused = lacksPrivilege(caller);
    if (refused) return refused;
    const found = ob.referenceByHandle(caller.process, handle, undefined, 0);
    if (!found.object) return { status: found.status };
    makePermanent(caller.process, found.object);
    return { status: SUCCESS };
  });

  ke.register('NtMakeTemporaryObject', (caller, { handle }) => {
    const found = ob.referenceByHandle(caller.process, handle, undefined, 0);
    if (!found.object) return { status: found.status };
    if (found.object.header.permanent && !found.object.header.charge)
      return { status: Status.STATUS_ACCESS_DENIED };
    ob.makeTemporary(found.object);
    return { status: SUCCESS };
  });
}
