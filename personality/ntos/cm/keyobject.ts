/**
 * Key objects: what handles to keys lead to. Each open is an object of its own, with its own watch.
 *
 * `\Registry` is one of them, in the name space. Names below it are walked here (walk.ts) and not
 * by Ob, because only who asks for a key may be given one: an open of a file whose name leads here
 * is STATUS_OBJECT_TYPE_MISMATCH.
 *
 *   new KeyObject(key)
 *   keyOf(context, caller, handle, access)   the key behind a handle
 */
import {
  KEY_ALL_ACCESS,
  KEY_CREATE_SUB_KEY,
  KEY_ENUMERATE_SUB_KEYS,
  KEY_NOTIFY,
  KEY_QUERY_VALUE,
  KEY_SET_VALUE,
} from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import { makeHeader } from '../ob/header.ts';
import { genericMapping } from '../se/access.ts';
import { type Key, pathOf } from './key.ts';
import type { Watch } from './notify.ts';
import type { CmContext } from './context.ts';

const READ = KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS | KEY_NOTIFY;

export const keyType: ObType = {
  name: 'Key',
  access: genericMapping(READ, KEY_SET_VALUE | KEY_CREATE_SUB_KEY, READ, KEY_ALL_ACCESS),
  charge: 'objects',
  parse: () => ({ stop: true }),
  open: () => ({ status: Status.STATUS_OBJECT_TYPE_MISMATCH }),
  close(object) {
    const body = object as KeyObject;
    body.watch?.close();
    body.watch = undefined;
  },
  delete: (object) => void (object as KeyObject).key.opens--,
  queryName: (object) => pathOf((object as KeyObject).key),
};

export class KeyObject implements ObObject {
  readonly header: ObHeader = makeHeader(keyType);
  readonly key: Key;
  watch: Watch | undefined;

  constructor(key: Key) {
    this.key = key;
    key.opens++;
  }
}

export function keyObject(
  { needs: { ob } }: CmContext,
  { process }: NtThread,
  handle: number,
  access: number,
): { status: number; object?: KeyObject } {
  const { status, object } = ob.referenceByHandle(process, handle, keyType, access);
  return object ? { status, object: object as KeyObject } : { status };
}

/** STATUS_KEY_DELETED: there is nothing behind the handle any more. */
export function keyOf(
  context: CmContext,
  caller: NtThread,
  handle: number,
  access: number,
): { status: number; key?: Key } {
  const { status, object } = keyObject(context, caller, handle, access);
  if (!object) return { status };
  if (object.key.deleted) return { status: Status.STATUS_KEY_DELETED };
  return { status, key: object.key };
}
