/** NtOpenKey, which every boot calls; and the handle that a key is opened or made with. */
import { OBJ_INHERIT } from '../../rtl/objects.ts';
import { OBJ_OPENLINK } from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { grantKeyAccess } from './access.ts';
import type { Key } from './key.ts';
import { KeyObject } from './keyobject.ts';
import type { CmContext } from './context.ts';
import { findKey } from './walk.ts';

export interface KeyInput {
  readonly name: string;
  readonly root: number;
  readonly access: number;
  readonly attributes: number;
}

export function openHandle(
  { needs: { ob } }: CmContext,
  caller: NtThread,
  key: Key,
  { access, attributes }: KeyInput,
): { status: number; handle?: number } {
  if (key.deleted) return { status: Status.STATUS_KEY_DELETED };
  const granted = grantKeyAccess(caller, key, access);
  if (granted === undefined) return { status: Status.STATUS_ACCESS_DENIED };
  const object = new KeyObject(key);
  ob.reference(object);
  const inherit = (attributes & OBJ_INHERIT) !== 0;
  const made = ob.createHandle(caller.process, object, granted, false, inherit);
  ob.dereference(object);
  return made;
}

export function registerOpenKey(context: CmContext): void {
  context.needs.ke.register('NtOpenKey', async (caller, input) => {
    const openLink = (input.attributes & OBJ_OPENLINK) !== 0;
    const { status, key } = await findKey(context, caller, input.name, input.root, openLink);
    return key ? openHandle(context, caller, key, input) : { status };
  });
}
