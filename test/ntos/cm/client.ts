/** The registry as a client of the tests uses it. */
import { assert } from 'chai';
import * as nt from '../../../personality/ntdll/native.ts';
import type { NtProcess } from '../../../personality/ntdll/process.ts';
import { MAXIMUM_ALLOWED } from '../../../personality/rtl/objects.ts';
import * as reg from '../../../personality/rtl/registry.ts';

export const USER = '\\Registry\\User\\.Default';

export const open = (process: NtProcess, name: string, more: object = {}) =>
  nt.NtOpenKey(process, { name, root: 0, access: MAXIMUM_ALLOWED, attributes: 0, ...more });

export const create = (process: NtProcess, name: string, more: object = {}) =>
  nt.NtCreateKey(process, {
    name,
    root: 0,
    access: MAXIMUM_ALLOWED,
    attributes: 0,
    className: '',
    options: 0,
    ...more,
  });

/** A handle to a new key. */
export async function made(process: NtProcess, name: string, more: object = {}): Promise<number> {
  const { status, handle, disposition } = await create(process, name, more);
  assert.equal(status, 0, name);
  assert.equal(disposition, reg.REG_CREATED_NEW_KEY, name);
  return handle;
}

export const set = (
  process: NtProcess,
  handle: number,
  name: string,
  data: Uint8Array,
  type: number = reg.REG_BINARY,
) => nt.NtSetValueKey(process, { handle, name, type, data });

export const query = (process: NtProcess, handle: number, name: string, length = 0x3000) =>
  nt.NtQueryValueKey(process, {
    handle,
    name,
    class: reg.KeyValuePartialInformation,
    length,
  });

/** Names of the subkeys, in order. */
export async function subKeys(process: NtProcess, handle: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; ; index++) {
    const input = { handle, index, class: reg.KeyBasicInformation, length: 1000 };
    const { status, data } = await nt.NtEnumerateKey(process, input);
    if (status !== 0) return names;
    names.push(reg.decodeKeyBasic(data).name);
  }
}
