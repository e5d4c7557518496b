/** Synchronization objects as a client of the tests makes, uses and misuses them. */
import { assert } from 'chai';
import * as nt from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { SynchronizationEvent } from '../../personality/rtl/nt.ts';
import { MAXIMUM_ALLOWED, NotificationTimer, WaitAny } from '../../personality/rtl/objects.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { statusOf } from './core-client.ts';

export const ALL = { name: '', access: MAXIMUM_ALLOWED, attributes: 0 };
export const SECONDS = -50_000_000;
export const NOBODY = 0x7ffc;

export const wait = async (process: NtProcess, handle: number, timeout = SECONDS) =>
  statusOf(await nt.NtWaitForSingleObject(process, { handle, alertable: false, timeout }));
export const waitMany = async (
  process: NtProcess,
  handles: number[],
  type: number = WaitAny,
  timeout = SECONDS,
) =>
  (await nt.NtWaitForMultipleObjects(process, { handles, type, alertable: false, timeout })).status;
export const sleep = (process: NtProcess, interval: number) =>
  nt.NtDelayExecution(process, { alertable: false, interval });

export const event = async (
  process: NtProcess,
  type: number = SynchronizationEvent,
  initial = false,
) => (await nt.NtCreateEvent(process, { ...ALL, type, initial })).handle;
export const mutant = async (process: NtProcess, owned = false) =>
  (await nt.NtCreateMutant(process, { ...ALL, owned })).handle;
export const semaphore = async (process: NtProcess, initial: number, maximum: number) =>
  (await nt.NtCreateSemaphore(process, { ...ALL, initial, maximum })).handle;
export const timer = async (process: NtProcess, type: number = NotificationTimer) =>
  (await nt.NtCreateTimer(process, { ...ALL, type })).handle;

/** A thread that does `body`, and its handle. */
export const thread = async (process: NtProcess, body: (own: NtProcess) => Promise<unknown>) =>
  (
    await RtlCreateUserThread(process, async (own) => {
      await body(own);
      return 0;
    })
  ).handle;

export type Call = (handle: number) => Awaitable<{ status: number }>;

/** Each service with a handle to nothing, to another type, and without the right that it needs. */
export async function checkHandles(
  process: NtProcess,
  calls: readonly Call[],
  denied: number | undefined,
): Promise<void> {
  const { handle: directory } = await nt.NtOpenDirectoryObject(process, { name: '\\' });
  for (const [index, call] of calls.entries()) {
    assert.equal(statusOf(await call(NOBODY)), 'STATUS_INVALID_HANDLE', `call ${index}`);
    const mismatch = await call(directory);
    assert.equal(statusOf(mismatch), 'STATUS_OBJECT_TYPE_MISMATCH', `call ${index}`);
    if (denied !== undefined)
      assert.equal(statusOf(await call(denied)), 'STATUS_ACCESS_DENIED', `call ${index}`);
  }
}

export type Open = (given: typeof ALL) => Awaitable<{ status: number; handle: number }>;

/** A service that opens what has a name: wrong names, another type, rights that there are not. */
export async function checkNames(process: NtProcess, name: string, open: Open): Promise<void> {
  const wrong = '\\??\\Of another type';
  const type = SynchronizationEvent;
  const { handle } = await nt.NtCreateEvent(process, { ...ALL, name: wrong, type, initial: false });
  for (const [given, expected] of [
    [{ name: '\\??\\Nothing' }, 'STATUS_OBJECT_NAME_NOT_FOUND'],
    [{ name: '\\??\\No\\Thing' }, 'STATUS_OBJECT_PATH_NOT_FOUND'],
    [{ name: `${name}\\Thing` }, 'STATUS_OBJECT_PATH_NOT_FOUND'],
    [{ name: name.slice(1) }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
    [{ name: '' }, 'STATUS_OBJECT_NAME_INVALID'],
    [{ name: wrong }, 'STATUS_OBJECT_TYPE_MISMATCH'],
    [{ name: '\\??' }, 'STATUS_OBJECT_TYPE_MISMATCH'],
    [{ name, access: 4 }, 'STATUS_ACCESS_DENIED'],
  ] as const)
    assert.equal(statusOf(await open({ ...ALL, ...given })), expected, JSON.stringify(given));
  await nt.NtClose(process, { handle });
}
