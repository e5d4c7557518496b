/**
 * Services of the object manager: NtClose, directories, symbolic links.
 *
 * Links and directories made here stay when their handles are closed, until NtMakeTemporaryObject
 * or the end of their maker's family; other named objects go with their last handle. What the
 * Executive itself put into the name space cannot be made temporary: a client must not be able to
 * take it away.
 */
import { DELETE } from '../../rtl/nt.ts';
import {
  DIRECTORY_QUERY,
  MAXIMUM_ALLOWED,
  OBJ_INHERIT,
  SYMBOLIC_LINK_QUERY,
} from '../../rtl/objects.ts';
import { SeCreatePermanentPrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import type { ObNeeds } from './needs.ts';
import { grantAccess } from '../se/access.ts';
import { mappingOf } from '../se/check.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { effectiveToken, type Token } from '../se/token.ts';
import { makePermanent } from './charge.ts';
import { Directory, directoryType } from './directory.ts';
import { insertWithHandle } from './insert.ts';
import { openObject } from './named.ts';
import { SymbolicLink, symbolicLinkType } from './symlink.ts';
import type { ObObject } from './types.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** The link itself, where `lookup` would follow it. */
function findLink(
  executive: ObNeeds,
  path: string,
  token: Token,
): { status: number; link?: SymbolicLink } {
  const end = path.lastIndexOf('\\');
  if (end < 0) return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
  const above = executive.ob.lookup(end === 0 ? '\\' : path.slice(0, end), token);
  const missing = above.status === Status.STATUS_OBJECT_NAME_NOT_FOUND;
  if (missing) return { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
  if (!above.object) return { status: above.status };
  if (!(above.object instanceof Directory)) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  const object = above.object.find(path.slice(end + 1));
  if (!object) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
  if (object.header.type !== symbolicLinkType)
    return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  return { status: SUCCESS, link: object as SymbolicLink };
}

interface Created {
  readonly name: string;
  readonly access?: number;
  readonly attributes?: number;
  readonly descriptor?: Uint8Array;
}

export function registerObServices(executive: ObNeeds): void {
  const { ke, ob } = executive;

  ke.register('NtClose', (caller, { handle }) => {
    const closing = ob.closeHandle(caller.process, handle, caller.request);
    return closing instanceof Promise
      ? closing.then((status) => ({ status }))
      : { status: closing };
  });

  /** What stays without a handle; who asks for no rights gets all. */
  function create(
    caller: NtThread,
    object: ObObject,
    { name, access = 0, attributes = 0, descriptor }: Created,
    text = 0,
  ) {
    const granted = grantAccess(access === 0 ? MAXIMUM_ALLOWED : access, mappingOf(object));
    if (granted === undefined) return { status: Status.STATUS_ACCESS_DENIED };
    const inherit = (attributes & OBJ_INHERIT) !== 0;
    const options = { access: granted, inherit, permanent: true, text, descriptor };
    return insertWithHandle(executive, caller, name, object, options);
  }

  ke.register('NtCreateDirectoryObject', (caller, input) => create(caller, new Directory(), input));

  ke.register('NtCreateSymbolicLinkObject', (caller, { target, ...input }) => {
    if (target[0] !== '\\') return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
    return create(caller, new SymbolicLink(target), input, target.length);
  });

  ke.register('NtOpenDirectoryObject', (caller, { name, access = 0, attributes = 0 }) => {
    const found = ob.lookup(name, effectiveToken(caller));
    if (!found.object) return { status: found.status };
    if (found.object.header.type !== directoryType)
      return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    const given = { access: access || MAXIMUM_ALLOWED, attributes };
    return openObject(executive, caller, found.object, given);
  });

  ke.register('NtQueryDirectoryObject', (caller, { handle, context }) => {
    const found = ob.referenceByHandle(caller.process, handle, directoryType, DIRECTORY_QUERY);
    if (!found.object) return { status: found.status };
    const member = (found.object as Directory).at(context);
    if (!member) return { status: Status.STATUS_NO_MORE_ENTRIES, context };
    const { name, type } = member.header;
    return { status: SUCCESS, name, type: type.name, context: context + 1 };
  });

  ke.register('NtOpenSymbolicLinkObject', (caller, { name, access, attributes }) => {
    const { status, link } = findLink(executive, name, effectiveToken(caller));
    return link ? openObject(executive, caller, link, { access, attributes }) : { status };
  });

  ke.register('NtQuerySymbolicLinkObject', (caller, { handle }) => {
    const { process } = caller;
    const found = ob.referenceByHandle(process, handle, symbolicLinkType, SYMBOLIC_LINK_QUERY);
    return { status: found.status, target: (found.object as SymbolicLink | undefined)?.target };
  });

  ke.register('NtMakePermanentObject', (caller, { handle }) => {
    const refused = lacksPrivilege(caller, SeCreatePermanentPrivilege);
    if (refused) return refused;
    const found = ob.referenceByHandle(caller.process, handle, undefined, 0);
    if (!found.object) return { status: found.status };
    makePermanent(caller.process, found.object);
    return { status: SUCCESS };
  });

  ke.register('NtMakeTemporaryObject', (caller, { handle }) => {
    const found = ob.referenceByHandle(caller.process, handle, undefined, DELETE);
    if (!found.object) return { status: found.status };
    if (found.object.header.permanent && !found.object.header.charge)
      return { status: Status.STATUS_ACCESS_DENIED };
    ob.makeTemporary(found.object);
    return { status: SUCCESS };
  });
}
