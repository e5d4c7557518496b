/**
 * Services on values.
 */
import * as reg from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { type Answer, answer, type Asked, callersBytes } from './answer.ts';
import { type Key, removeValue, setValue, type Value, valueOf } from './key.ts';
import { keyOf } from './keyobject.ts';
import { report } from './notify.ts';
import type { CmContext } from './context.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const INVALID = { status: Status.STATUS_INVALID_PARAMETER };
/** Names in one NtQueryMultipleValueKey. */
const MOST_NAMES = 256;
/** Of data in its answer: as much as a program can have memory. */
const MOST_BYTES = 16 << 20;

function describe(
  value: Value,
  infoClass: number,
): { bytes: Uint8Array; fixed: number } | undefined {
  switch (infoClass) {
    case reg.KeyValueBasicInformation:
      return { bytes: reg.encodeValueBasic(value), fixed: reg.VALUE_BASIC_SIZE };
    case reg.KeyValueFullInformation:
      return { bytes: reg.encodeValueFull(value), fixed: reg.VALUE_FULL_SIZE };
    case reg.KeyValuePartialInformation:
      return { bytes: reg.encodeValuePartial(value), fixed: reg.VALUE_PARTIAL_SIZE };
    default:
      return undefined;
  }
}

function queryValue(
  context: CmContext,
  caller: NtThread,
  value: Value | undefined,
  infoClass: number,
  asked: Asked,
): Answer {
  if (!value) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
  const found = describe(value, infoClass);
  return found ? answer(context, caller, found.bytes, found.fixed, asked) : INVALID;
}

/** The one value that a link has says where it leads, and no other key has such a value. */
function fitsLink(key: Key, name: string, type: number): boolean {
  const isTarget = name.toLowerCase() === reg.SYMBOLIC_LINK_VALUE.toLowerCase();
  return key.link ? isTarget && type === reg.REG_LINK : !isTarget;
}

function queryMany(
  context: CmContext,
  caller: NtThread,
  input: { handle: number; names: Uint8Array } & Asked,
): Answer & { entries?: Uint8Array } {
  const names = reg.decodeNames(input.names);
  if (!names || names.length > MOST_NAMES) return INVALID;
  const { status, key } = keyOf(context, caller, input.handle, reg.KEY_QUERY_VALUE);
  if (!key) return { status };
  const entries = new Uint8Array(12 * names.length);
  const parts: { at: number; data: Uint8Array }[] = [];
  let length = 0;
  for (const [index, name] of names.entries()) {
    const value = valueOf(key, name);
    if (!value) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
    const at = (length + 3) & ~3;
    [value.data.length, at, value.type].forEach((word, field) =>
      reg.viewOf(entries).setUint32(12 * index + 4 * field, word, true),
    );
    parts.push({ at, data: value.data });
    length = at + value.data.length;
  }
  if (length > Math.min(input.length, MOST_BYTES))
    return { status: Status.STATUS_BUFFER_OVERFLOW, needed: length, entries };
  const bytes = new Uint8Array(length);
  for (const { at, data } of parts) bytes.set(data, at);
  return { ...answer(context, caller, bytes, 0, input), entries };
}

export function registerValueServices(context: CmContext): void {
  const { ke } = context.needs;

  ke.register('NtSetValueKey', (caller, { handle, name, type, ...given }) => {
    const long = Math.max(given.data.length, given.address ? (given.length ?? 0) : 0);
    if (name.length > reg.MAX_VALUE_NAME || long > reg.MAX_VALUE_DATA) return INVALID;
    const { status, key } = keyOf(context, caller, handle, reg.KEY_SET_VALUE);
    if (!key) return { status };
    if (!fitsLink(key, name, type)) return { status: Status.STATUS_ACCESS_DENIED };
    const data = callersBytes(context, caller, given);
    if (!data) return { status: Status.STATUS_ACCESS_VIOLATION };
    const set = setValue(key, { name, type, data }, ke.systemTime());
    if (set === SUCCESS) report(key, reg.REG_NOTIFY_CHANGE_LAST_SET);
    return { status: set };
  });

  ke.register('NtQueryValueKey', (caller, { handle, name, class: infoClass, ...asked }) => {
    if (infoClass > reg.KeyValuePartialInformation) return INVALID;
    const { status, key } = keyOf(context, caller, handle, reg.KEY_QUERY_VALUE);
    if (!key) return { status };
    return queryValue(context, caller, valueOf(key, name), infoClass, asked);
  });

  ke.register('NtEnumerateValueKey', (caller, { handle, index, class: infoClass, ...asked }) => {
    if (infoClass > reg.KeyValuePartialInformation) return INVALID;
    const { status, key } = keyOf(context, caller, handle, reg.KEY_QUERY_VALUE);
    if (!key) return { status };
    let at = 0;
    for (const value of key.values.values())
      if (at++ === index) return queryValue(context, caller, value, infoClass, asked);
    return { status: Status.STATUS_NO_MORE_ENTRIES };
  });

  ke.register('NtDeleteValueKey', (caller, { handle, name }) => {
    const { status, key } = keyOf(context, caller, handle, reg.KEY_SET_VALUE);
    if (!key) return { status };
    const removed = removeValue(key, name, ke.systemTime());
    if (removed === SUCCESS) report(key, reg.REG_NOTIFY_CHANGE_LAST_SET);
    return { status: removed };
  });

  ke.register('NtQueryMultipleValueKey', (caller, input) => queryMany(context, caller, input));
}
