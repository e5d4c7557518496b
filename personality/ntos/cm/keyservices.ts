/**
 * Services on keys: making, deleting, renaming, asking about them. Opening: openkey.ts.
 */
import { viewOf } from '../../rtl/registry.ts';
import * as reg from '../../rtl/registry.ts';
import { joinWords } from '../../rtl/marshal.ts';
import { DELETE } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { grantKeyAccess } from './access.ts';
import { type Answer, answer, type Asked } from './answer.ts';
import { addKey, childOf, type Key, pathOf, removeKey, renameKey, sortedKeys } from './key.ts';
import { keyOf } from './keyobject.ts';
import { report, reportDeleted } from './notify.ts';
import type { CmContext } from './context.ts';
import { type KeyInput, openHandle } from './openkey.ts';
import { findKey } from './walk.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const INVALID = { status: Status.STATUS_INVALID_PARAMETER };
const DENIED = { status: Status.STATUS_ACCESS_DENIED };
const OPTIONS = reg.REG_OPTION_VOLATILE | reg.REG_OPTION_CREATE_LINK;

async function createKey(
  context: CmContext,
  caller: NtThread,
  input: KeyInput & { className: string; options: number },
): Promise<{ status: number; handle?: number; disposition?: number }> {
  const { options, className, attributes } = input;
  if ((options & ~OPTIONS) !== 0 || className.length > reg.MAX_CLASS) return INVALID;
  const link = (options & reg.REG_OPTION_CREATE_LINK) !== 0;
  const openLink = link || (attributes & reg.OBJ_OPENLINK) !== 0;
  const found = await findKey(context, caller, input.name, input.root, openLink);
  if (found.key) {
    if (link) return { status: Status.STATUS_OBJECT_NAME_COLLISION };
    const opened = openHandle(context, caller, found.key, input);
    return { ...opened, disposition: reg.REG_OPENED_EXISTING_KEY };
  }
  const { parent, name = '' } = found;
  if (!parent) return { status: found.status };
  // The walk has ended before now: another caller may have made it in between.
  if (childOf(parent, name)) return createKey(context, caller, input);
  const needed = reg.KEY_CREATE_SUB_KEY | (link ? reg.KEY_CREATE_LINK : 0);
  if (grantKeyAccess(caller, parent, needed) === undefined) return DENIED;
  const { ke } = context.needs;
  const isVolatile = (options & reg.REG_OPTION_VOLATILE) !== 0;
  const made = addKey(parent, name, { className, link, volatile: isVolatile }, ke.systemTime());
  if (!made.key) return { status: made.status };
  const opened = openHandle(context, caller, made.key, input);
  // Nothing stays of what its maker got no handle to.
  if (opened.handle) report(parent, reg.REG_NOTIFY_CHANGE_NAME);
  else removeKey(made.key, ke.systemTime());
  return { ...opened, disposition: reg.REG_CREATED_NEW_KEY };
}

function largest<T>(all: Iterable<T>, of: (one: T) => number): number {
  let most = 0;
  for (const one of all) most = Math.max(most, of(one));
  return most;
}

function describe(key: Key, infoClass: number): { bytes: Uint8Array; fixed: number } | undefined {
  switch (infoClass) {
    case reg.KeyBasicInformation:
      return { bytes: reg.encodeKeyBasic(key), fixed: reg.KEY_BASIC_SIZE };
    case reg.KeyNodeInformation:
      return { bytes: reg.encodeKeyNode(key), fixed: reg.KEY_NODE_SIZE };
    case reg.KeyFullInformation:
      return { bytes: reg.encodeKeyFull(summary(key)), fixed: reg.KEY_FULL_SIZE };
    case reg.KeyNameInformation:
      return { bytes: reg.encodeKeyName(pathOf(key)), fixed: reg.KEY_NAME_SIZE };
    default:
      return undefined;
  }
}

function summary(key: Key): Omit<reg.KeyInformation, 'name'> {
  const { written, className } = key;
  const [keys, values] = [[...key.keys.values()], [...key.values.values()]];
  return {
    written,
    className,
    subKeys: keys.length,
    maxNameLength: largest(keys, ({ name }) => 2 * name.length),
    maxClassLength: largest(keys, (child) => 2 * child.className.length),
    values: values.length,
    maxValueNameLength: largest(values, ({ name }) => 2 * name.length),
    maxValueDataLength: largest(values, ({ data }) => data.length),
  };
}

function queryKey(
  context: CmContext,
  caller: NtThread,
  key: Key,
  infoClass: number,
  asked: Asked,
): Answer {
  const found = describe(key, infoClass);
  return found ? answer(context, caller, found.bytes, found.fixed, asked) : INVALID;
}

export function registerKeyServices(context: CmContext): void {
  const { ke } = context.needs;
  const now = (): number => ke.systemTime();

  ke.register('NtCreateKey', (caller, input) => createKey(context, caller, input));

  ke.register('NtDeleteKey', (caller, { handle }) => {
    const { status, key } = keyOf(context, caller, handle, DELETE);
    // One that is gone already needs nothing more.
    if (!key) return { status: status === Status.STATUS_KEY_DELETED ? SUCCESS : status };
    const { parent } = key;
    const deleted = removeKey(key, now());
    if (deleted === SUCCESS && parent) {
      report(parent, reg.REG_NOTIFY_CHANGE_NAME);
      reportDeleted(key);
    }
    return { status: deleted };
  });

  ke.register('NtRenameKey', (caller, { handle, name }) => {
    const { status, key } = keyOf(context, caller, handle, reg.KEY_WRITE);
    if (!key) return { status };
    const renamed = renameKey(key, name, now());
    if (renamed === SUCCESS && key.parent) report(key.parent, reg.REG_NOTIFY_CHANGE_NAME);
    return { status: renamed };
  });

  ke.register('NtQueryKey', (caller, { handle, class: infoClass, ...asked }) => {
    if (infoClass > reg.KeyNameInformation) return INVALID;
    // As in NT: the name may be asked for without any right.
    const access = infoClass === reg.KeyNameInformation ? 0 : reg.KEY_QUERY_VALUE;
    const { status, key } = keyOf(context, caller, handle, access);
    return key ? queryKey(context, caller, key, infoClass, asked) : { status };
  });

  ke.register('NtEnumerateKey', (caller, { handle, index, class: infoClass, ...asked }) => {
    if (infoClass > reg.KeyFullInformation) return INVALID;
    const { status, key } = keyOf(context, caller, handle, reg.KEY_ENUMERATE_SUB_KEYS);
    if (!key) return { status };
    const child = sortedKeys(key)[index];
    if (!child) return { status: Status.STATUS_NO_MORE_ENTRIES };
    return queryKey(context, caller, child, infoClass, asked);
  });

  ke.register('NtSetInformationKey', (caller, { handle, class: infoClass, data }) => {
    if (infoClass !== reg.KeyWriteTimeInformation)
      return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (data.length !== 8) return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
    const { status, key } = keyOf(context, caller, handle, reg.KEY_SET_VALUE);
    if (!key) return { status };
    const view = viewOf(data);
    const time = joinWords(view.getUint32(0, true), view.getUint32(4, true));
    if (time < 0) return INVALID;
    key.written = time;
    if (!key.volatile) key.hive.onChange?.();
    report(key, reg.REG_NOTIFY_CHANGE_ATTRIBUTES);
    return { status: SUCCESS };
  });

  ke.register('NtFlushKey', async (caller, { handle }) => {
    const { status, key } = keyOf(context, caller, handle, 0);
    if (!key) return { status };
    return { status: (await key.hive.flush?.()) ?? SUCCESS };
  });
}
