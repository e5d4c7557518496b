/**
 * Naming an object that a process has made, and its first handle.
 *
 *   insertWithHandle(executive, caller, path, object, options)   neither or both
 *
 * A named object gets its descriptor here: what its maker asks for, what the directory hands on, or
 * the default of the maker's token. One without a name can be had through handles alone, and has
 * one only if it was asked for.
 */
import { decodeDescriptor, type SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ObNeeds } from './needs.ts';
import type { ObObject } from './types.ts';
import type { NtThread } from '../ps/types.ts';
import { ALL_ACCESS } from '../se/access.ts';
import { assignSecurity } from '../se/assign.ts';
import { mappingOf, securityOf } from '../se/check.ts';
import { effectiveToken, type Token } from '../se/token.ts';
import { chargeObject, markLasting } from './charge.ts';
import { Directory } from './directory.ts';

const SUCCESS = Status.STATUS_SUCCESS;

interface Options {
  /** The handle's rights. Default: all. */
  readonly access?: number;
  readonly inherit?: boolean;
  /** The name stays when the handle is closed. */
  readonly permanent?: boolean;
  /** Characters that the object keeps besides its name. */
  readonly text?: number;
  /** The descriptor that its maker asks for, as it came; absent or empty: none. */
  readonly descriptor?: Uint8Array | undefined;
}

/** Raises what decodeDescriptor does. */
function wished(descriptor: Uint8Array | undefined): SecurityDescriptor | undefined {
  return descriptor && descriptor.length > 0 ? decodeDescriptor(descriptor) : undefined;
}

function secure(token: Token, object: ObObject, explicit: SecurityDescriptor | undefined): number {
  const { directory } = object.header;
  if (!directory && !explicit) return SUCCESS;
  const { status, descriptor } = assignSecurity(token, mappingOf(object), {
    explicit,
    parent: directory && securityOf(directory),
    container: object instanceof Directory,
  });
  object.header.security = descriptor;
  return status;
}

/** `path` is '' for an object without a name. */
export function insertWithHandle(
  { ob }: ObNeeds,
  caller: NtThread,
  path: string,
  object: ObObject,
  options: Options = {},
): { status: number; handle?: number } {
  const { access = ALL_ACCESS, inherit = false, permanent = false, text = 0 } = options;
  const explicit = wished(options.descriptor);
  const token = effectiveToken(caller);
  const kept = path.length + text + Math.ceil((options.descriptor?.length ?? 0) / 2);
  const charged = chargeObject(caller.process, object, kept);
  if (charged !== SUCCESS) return { status: charged };
  ob.reference(object);
  try {
    if (path !== '') {
      const status = ob.insert(path, object, permanent, token);
      if (status !== SUCCESS) return { status };
    }
    const secured = secure(token, object, explicit);
    const made =
      secured === SUCCESS
        ? ob.createHandle(caller.process, object, access, false, inherit)
        : { status: secured, handle: 0 };
    if (made.handle === 0) ob.remove(object);
    else if (permanent && path !== '') markLasting(caller.process, object);
    return made;
  } finally {
    ob.dereference(object);
  }
}
