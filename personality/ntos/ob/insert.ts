/**
 * Naming an object that a process has made, and its first handle.
 *
 *   insertWithHandle(executive, caller, path, object, options)   neither or both
 */
import { Status } from '../../rtl/status.ts';
import type { ObNeeds } from './needs.ts';
import type { ObObject } from './types.ts';
import type { NtThread } from '../ps/types.ts';
import { ALL_ACCESS } from '../se/access.ts';
import { chargeObject, markLasting } from './charge.ts';

const SUCCESS = Status.STATUS_SUCCESS;

interface Options {
  /** The handle's rights. Default: all. */
  readonly access?: number;
  readonly inherit?: boolean;
  /** The name stays when the handle is closed. */
  readonly permanent?: boolean;
  /** Characters that the object keeps besides its name. */
  readonly text?: number;
}

/** `path` is '' for an object without a name. */
export function insertWithHandle(
  { ob }: ObNeeds,
  caller: NtThread,
  path: string,
  object: ObObject,
  { access = ALL_ACCESS, inherit = false, permanent = false, text = 0 }: Options = {},
): { status: number; handle?: number } {
  const charged = chargeObject(caller.process, object, path.length + text);
  if (charged !== SUCCESS) return { status: charged };
  ob.reference(object);
  try {
    if (path !== '') {
      const status = ob.insert(path, object, permanent);
      if (status !== SUCCESS) return { status };
    }
    const made = ob.createHandle(caller.process, object, access, false, inherit);
    if (made.handle === 0) ob.remove(object);
    else if (permanent && path !== '') markLasting(caller.process, object);
    return made;
  } finally {
    ob.dereference(object);
  }
}
