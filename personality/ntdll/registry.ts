/**
 * Whole operations on the registry, as clients want them: sequences of Nt* calls and nothing else.
 * Each raises NtException with the status of the call that failed, and closes what it opened.
 *
 *   withKey, withNewKey                    handles
 *   subKeysOf, valuesOf, valueAt, setValueAt
 */
import { MAXIMUM_ALLOWED } from '../rtl/objects.ts';
import * as reg from '../rtl/registry.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { Awaitable } from '../sel4/types.ts';
import { check } from './files.ts';
import {
  NtClose,
  NtCreateKey,
  NtEnumerateKey,
  NtEnumerateValueKey,
  NtOpenKey,
  NtQueryValueKey,
  NtSetValueKey,
} from './native.ts';
import type { NtProcess } from './types.ts';

/** Room for an answer in the message; what is longer comes by the heap. */
const SHORT = 0x2000;

async function closing<T>(
  process: NtProcess,
  handle: number,
  body: (handle: number) => Promise<T>,
): Promise<T> {
  try {
    return await body(handle);
  } finally {
    await NtClose(process, { handle });
  }
}

export async function withKey<T>(
  process: NtProcess,
  name: string,
  body: (handle: number) => Promise<T>,
  access: number = reg.KEY_READ,
  root = 0,
): Promise<T> {
  const opened = await NtOpenKey(process, { name, root, access, attributes: 0 });
  return closing(process, check(opened).handle, body);
}

/** Makes it and those above it that are not there, all below a key that is. */
export async function withNewKey<T>(
  process: NtProcess,
  name: string,
  body: (handle: number, isNew: boolean) => Promise<T>,
): Promise<T> {
  const ask = { root: 0, access: MAXIMUM_ALLOWED, attributes: 0, className: '', options: 0 };
  let made = await NtCreateKey(process, { ...ask, name });
  const above = name.slice(0, name.lastIndexOf('\\'));
  if (made.status === Status.STATUS_OBJECT_NAME_NOT_FOUND && above !== '') {
    await withNewKey(process, above, () => Promise.resolve());
    made = await NtCreateKey(process, { ...ask, name });
  }
  const isNew = made.disposition === reg.REG_CREATED_NEW_KEY;
  return closing(process, check(made).handle, (handle) => body(handle, isNew));
}

type Ask = { class: number; length: number; address?: number };
type Answer = { status: number; data: Uint8Array; needed: number };

/** An answer of any length. */
async function whole(
  process: NtProcess,
  infoClass: number,
  call: (ask: Ask) => Awaitable<Answer>,
): Promise<Answer> {
  const first = await call({ class: infoClass, length: SHORT });
  if (first.status !== Status.STATUS_BUFFER_OVERFLOW) return first;
  const buffer = process.heap.allocate(first.needed);
  try {
    const { address } = buffer;
    const answer = await call({ class: infoClass, length: first.needed, address });
    return { ...answer, data: buffer.memory.read(0, Math.min(answer.needed, first.needed)) };
  } finally {
    process.heap.free(buffer);
  }
}

/** One after the other until there are no more. */
async function all<T>(
  call: (index: number) => Awaitable<Answer>,
  decode: (data: Uint8Array) => T,
): Promise<T[]> {
  const found: T[] = [];
  for (let index = 0; ; index++) {
    const answer = await call(index);
    if (answer.status === Status.STATUS_NO_MORE_ENTRIES) return found;
    found.push(decode(check(answer).data));
  }
}

export function subKeysOf(process: NtProcess, handle: number): Promise<string[]> {
  return all(
    (index) =>
      NtEnumerateKey(process, { handle, index, class: reg.KeyBasicInformation, length: SHORT }),
    (data) => reg.decodeKeyBasic(data).name,
  );
}

export function valuesOf(process: NtProcess, handle: number): Promise<reg.ValueInformation[]> {
  return all(
    (index) =>
      whole(process, reg.KeyValueFullInformation, (ask) =>
        NtEnumerateValueKey(process, { handle, index, ...ask }),
      ),
    reg.decodeValueFull,
  );
}

export async function valueAt(
  process: NtProcess,
  handle: number,
  name: string,
): Promise<{ type: number; data: Uint8Array }> {
  const answer = await whole(process, reg.KeyValuePartialInformation, (ask) =>
    NtQueryValueKey(process, { handle, name, ...ask }),
  );
  return reg.decodeValuePartial(check(answer).data);
}

export async function setValueAt(
  process: NtProcess,
  handle: number,
  { name, type, data }: reg.ValueInformation,
): Promise<void> {
  if (data.length <= SHORT)
    return void check(await NtSetValueKey(process, { handle, name, type, data }));
  const buffer = process.heap.allocate(data.length);
  try {
    buffer.memory.write(0, data);
    const { address } = buffer;
    const none = new Uint8Array();
    const input = { handle, name, type, data: none, address, length: data.length };
    check(await NtSetValueKey(process, input));
  } finally {
    process.heap.free(buffer);
  }
}
