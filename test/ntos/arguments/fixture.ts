/**
 * What the tables of wrong arguments are about: for each service one right call, and calls that
 * differ from it in one thing, with the status that NT has for that.
 */
import * as native from '../../../personality/ntdll/native.ts';
import type { NtProcess } from '../../../personality/ntdll/process.ts';
import { PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import { PAGE_READWRITE, SEC_COMMIT } from '../../../personality/rtl/memory.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { MAXIMUM_ALLOWED } from '../../../personality/rtl/objects.ts';
import {
  CURRENT_PROCESS,
  type ServiceInput,
  type ServiceName,
} from '../../../personality/rtl/services.ts';
import type { Client } from '../io-client.ts';
import type { Awaitable } from '../../../personality/sel4/types.ts';

export type Wrong<N extends ServiceName> = readonly [Partial<ServiceInput<N>>, string];

export interface Case<N extends ServiceName> {
  /** A call with nothing wrong but what `wrong` changes. */
  readonly base: ServiceInput<N>;
  /** Fields that are handles of one type: no handle, and one of another type, are tried. */
  readonly typed?: readonly (keyof ServiceInput<N>)[];
  /** Handles of any type: no handle is tried. */
  readonly handles?: readonly (keyof ServiceInput<N>)[];
  readonly wrong?: readonly Wrong<N>[];
}

/** A reason: nothing that can be given is wrong. */
export type Table = { readonly [N in ServiceName]?: Case<N> | string };

export const NOBODY = 0x7ffc;
export const ALL = { name: '', access: MAXIMUM_ALLOWED, attributes: 0 };
/** Of none of the types that a table is about. */
export const [SUCCESS, DENIED, INVALID, CLASS, LENGTH, TYPE, VIOLATION] = [
  'STATUS_SUCCESS',
  'STATUS_ACCESS_DENIED',
  'STATUS_INVALID_PARAMETER',
  'STATUS_INVALID_INFO_CLASS',
  'STATUS_INFO_LENGTH_MISMATCH',
  'STATUS_OBJECT_TYPE_MISMATCH',
  'STATUS_ACCESS_VIOLATION',
] as const;

/** Names that lead nowhere, for a service that opens what has one. */
export function names(found: string): [{ name: string }, string][] {
  return [
    [{ name: '\\??\\Nothing' }, 'STATUS_OBJECT_NAME_NOT_FOUND'],
    [{ name: '\\??\\No\\Thing' }, 'STATUS_OBJECT_PATH_NOT_FOUND'],
    [{ name: 'Nothing' }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
    [{ name: found }, TYPE],
  ];
}

/** The same for one that makes it: `taken` is a name that there is. */
export function newNames(taken: string): [{ name: string }, string][] {
  return [
    [{ name: '\\??\\No\\Thing' }, 'STATUS_OBJECT_PATH_NOT_FOUND'],
    [{ name: 'Nothing' }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
    [{ name: taken }, 'STATUS_OBJECT_NAME_COLLISION'],
  ];
}

export async function makeFixture(client: Client) {
  const { process } = client;
  const made = async (answer: Awaitable<{ handle: number }>) => (await answer).handle;
  const notification = { ...ALL, type: nt.NotificationEvent, initial: false };
  const event = await made(native.NtCreateEvent(process, notification));
  const buffer = process.heap.allocate(PAGE_SIZE);
  const section = {
    ...ALL,
    size: PAGE_SIZE,
    protect: PAGE_READWRITE,
    allocation: SEC_COMMIT,
  };
  const key = { name: '\\Registry\\User\\.Default', root: 0, attributes: 0 };
  const [READ, WRITE] = [nt.FILE_READ_DATA, nt.FILE_WRITE_DATA];
  const access = MAXIMUM_ALLOWED;
  const token = await made(
    native.NtOpenProcessToken(process, { process: CURRENT_PROCESS, access }),
  );
  // Who has privileges is refused little.
  const none = { handle: token, disableAll: true, state: new Uint8Array() };
  await native.NtAdjustPrivilegesToken(process, none);
  return {
    event,
    /** A right to the same object, and no other. */
    weak: (source: number, access: number = nt.SYNCHRONIZE) => duplicate(process, source, access),
    mutant: await made(native.NtCreateMutant(process, { ...ALL, owned: false })),
    semaphore: await made(native.NtCreateSemaphore(process, { ...ALL, initial: 1, maximum: 1 })),
    timer: await made(native.NtCreateTimer(process, { ...ALL, type: 0 })),
    /** Of a type that nearly no service is about. */
    stranger: await made(native.NtOpenSymbolicLinkObject(process, { ...ALL, name: '\\??\\B:' })),
    keyed: await made(native.NtCreateKeyedEvent(process, { ...ALL, flags: 0 })),
    port: await made(native.NtCreateIoCompletion(process, ALL)),
    section: await made(native.NtCreateSection(process, { ...section, file: 0 })),
    directory: await made(native.NtOpenDirectoryObject(process, { name: '\\??' })),
    link: await made(native.NtOpenSymbolicLinkObject(process, { ...ALL, name: '\\??\\A:' })),
    key: await made(native.NtOpenKey(process, { ...key, access: MAXIMUM_ALLOWED })),
    token,
    file: await client.opened('A:\\FILE.BIN', {
      access: READ | WRITE | nt.DELETE | 0x198,
    }),
    reader: await client.opened('A:\\FILE.BIN', { access: READ }),
    writer: await client.opened('A:\\FILE.BIN', { access: WRITE }),
    folder: await client.opened('A:\\DIR', { access: nt.FILE_LIST_DIRECTORY }),
    pending: await client.opened('A:\\FILE.BIN', {
      access: READ | WRITE,
      asynchronous: true,
    }),
    address: buffer.address,
  };
}

export type Fixture = Awaited<ReturnType<typeof makeFixture>>;

async function duplicate(process: NtProcess, source: number, access: number): Promise<number> {
  const { handle, status } = await native.NtDuplicateObject(process, {
    sourceProcess: CURRENT_PROCESS,
    source,
    targetProcess: CURRENT_PROCESS,
    access,
    attributes: 0,
    options: 0,
  });
  if (status !== 0) throw new Error(`duplicate: ${status.toString(16)}`);
  return handle;
}
