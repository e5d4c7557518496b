/** Wrong arguments of services on the registry, LPC ports, tokens and descriptors. */
import { encodePortMessage, portMessage } from '../../../personality/rtl/lpc.ts';
import { encodePrivilegeSet } from '../../../personality/rtl/security/structures.ts';
import { CURRENT_PROCESS, CURRENT_THREAD } from '../../../personality/rtl/services.ts';
import {
  ALL,
  CLASS,
  DENIED,
  type Fixture,
  INVALID,
  LENGTH,
  newNames,
  NOBODY,
  type Table,
  VIOLATION,
} from './fixture.ts';

const MISSING = 'STATUS_OBJECT_NAME_NOT_FOUND';
const SMALL = 'STATUS_BUFFER_TOO_SMALL';
const PRIVILEGE = 'STATUS_PRIVILEGE_NOT_HELD';
const USER = '\\Registry\\User\\.Default';
const NOTIFY = 0x10;
const BEYOND = 0x4000_0000;

const badKeys: [{ name: string }, string][] = [
  [{ name: `${USER}\\None\\None` }, MISSING],
  [{ name: 'None' }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
  [{ name: '\\??' }, 'STATUS_OBJECT_TYPE_MISMATCH'],
];

export async function registry(f: Fixture): Promise<Table> {
  const weak = await f.weak(f.key, NOTIFY);
  const handle = f.key;
  const named = { ...ALL, name: USER, root: 0 };
  const bytes = new Uint8Array(4);
  const value = { handle, name: 'None', class: 2, length: 100 };
  const notify = { handle, filter: 1, tree: false, wait: false };
  const query = { handle, class: 0, length: 100 };
  return {
    NtCreateKey: {
      base: { ...named, className: '', options: 0 },
      typed: ['root'],
      wrong: [
        ...badKeys,
        [{ options: 0x80 }, INVALID],
        [{ name: '\\Registry\\Machine\\Software\\Mine' }, DENIED],
      ],
    },
    NtOpenKey: {
      base: named,
      typed: ['root'],
      wrong: [...badKeys, [{ name: `${USER}\\None` }, MISSING]],
    },
    NtDeleteKey: {
      base: { handle },
      typed: ['handle'],
      wrong: [
        [{ handle: weak }, DENIED],
        [{}, 'STATUS_CANNOT_DELETE'],
      ],
    },
    NtRenameKey: {
      base: { handle, name: 'New' },
      typed: ['handle'],
      wrong: [
        [{ handle: weak }, DENIED],
        [{ name: 'a\\b' }, INVALID],
        [{ name: '' }, INVALID],
      ],
    },
    NtFlushKey: { base: { handle }, typed: ['handle'] },
    NtQueryKey: {
      base: query,
      typed: ['handle'],
      wrong: [
        [{ class: 9 }, INVALID],
        [{ length: 3 }, SMALL],
        [{ handle: weak }, DENIED],
        [{ address: BEYOND }, VIOLATION],
      ],
    },
    NtEnumerateKey: {
      base: { ...query, index: 9999 },
      typed: ['handle'],
      wrong: [
        [{ class: 9 }, INVALID],
        [{}, 'STATUS_NO_MORE_ENTRIES'],
        [{ handle: weak }, DENIED],
      ],
    },
    NtSetInformationKey: {
      base: { handle, class: 0, data: new Uint8Array(8) },
      typed: ['handle'],
      wrong: [
        [{ class: 9 }, CLASS],
        [{ data: bytes }, LENGTH],
        [{ data: new Uint8Array(8).fill(0xff) }, INVALID],
        [{ handle: weak }, DENIED],
      ],
    },
    NtSetValueKey: {
      base: { handle, name: 'v', type: 3, data: bytes },
      typed: ['handle'],
      wrong: [
        [{ handle: weak }, DENIED],
        [{ address: BEYOND, length: 4 }, VIOLATION],
        [{ address: f.address, length: 2 << 20 }, INVALID],
        [{ name: 'SymbolicLinkValue', type: 6 }, DENIED],
      ],
    },
    NtQueryValueKey: {
      base: value,
      typed: ['handle'],
      wrong: [
        [{}, MISSING],
        [{ class: 9 }, INVALID],
        [{ handle: weak }, DENIED],
        [{ name: 'Here', length: 3 }, SMALL],
        [{ name: 'Here', length: 12 }, 'STATUS_BUFFER_OVERFLOW'],
      ],
    },
    NtEnumerateValueKey: {
      base: { ...query, index: 9999 },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_NO_MORE_ENTRIES'],
        [{ class: 9 }, INVALID],
        [{ handle: weak }, DENIED],
      ],
    },
    NtDeleteValueKey: {
      base: { handle, name: 'None' },
      typed: ['handle'],
      wrong: [
        [{}, MISSING],
        [{ handle: weak }, DENIED],
      ],
    },
    NtQueryMultipleValueKey: {
      base: { handle, names: new Uint8Array(), length: 100 },
      typed: ['handle'],
      wrong: [[{ names: Uint8Array.of(1) }, INVALID]],
    },
    NtNotifyChangeKey: {
      base: notify,
      typed: ['handle'],
      wrong: [
        [{ filter: 0 }, INVALID],
        [{ filter: 0x80 }, INVALID],
        [{ event: f.timer }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ event: NOBODY }, 'STATUS_INVALID_HANDLE'],
        [{ iosb: f.address + 1 }, 'STATUS_DATATYPE_MISALIGNMENT'],
        [{ iosb: BEYOND }, VIOLATION],
      ],
    },
    NtSaveKey: { base: { handle, file: f.file }, wrong: [[{}, PRIVILEGE]] },
    NtLoadKey: {
      base: {
        name: '\\Registry\\User\\X',
        root: 0,
        file: '\\??\\A:\\X',
        fileRoot: 0,
      },
      wrong: [[{}, PRIVILEGE]],
    },
    NtUnloadKey: {
      base: { name: '\\Registry\\User\\X', root: 0 },
      wrong: [[{}, PRIVILEGE]],
    },
    NtReplaceKey: {
      base: { handle, file: '\\??\\A:\\X', fileRoot: 0, old: f.file },
      wrong: [[{}, PRIVILEGE]],
    },
  };
}

export function ports(): Table {
  const message = encodePortMessage(portMessage(new Uint8Array()));
  const handle = 0;
  const junk = Uint8Array.of(1, 2, 3);
  const create = {
    name: '',
    attributes: 0,
    maximumConnectionInformation: 0,
    maximumMessage: 100,
    maximumPool: 0,
  };
  const sends = { base: { handle, message }, typed: ['handle'] } as const;
  const bad = { ...sends, wrong: [[{ message: junk }, INVALID]] } as const;
  const copy = { handle, message, index: 0, address: 0, length: 0 };
  const creating = {
    base: create,
    wrong: [
      ...newNames('\\SessionReady'),
      [{ maximumConnectionInformation: 99_999 }, 'STATUS_INVALID_PARAMETER_3'],
      [{ maximumMessage: 99_999 }, 'STATUS_INVALID_PARAMETER_4'],
    ] as [Partial<typeof create>, string][],
  };
  return {
    NtCreatePort: creating,
    NtCreateWaitablePort: creating,
    NtConnectPort: {
      base: { name: '\\??\\None', section: 0, information: new Uint8Array() },
      wrong: [
        [{}, MISSING],
        [{ name: '\\SessionReady' }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ name: 'None' }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
      ],
    },
    NtListenPort: { base: { handle }, typed: ['handle'] },
    NtAcceptConnectPort: {
      base: { context: 0, message, accept: true, section: 0 },
      wrong: [
        [{ message: junk }, INVALID],
        [{}, 'STATUS_REPLY_MESSAGE_MISMATCH'],
      ],
    },
    NtCompleteConnectPort: { base: { handle }, typed: ['handle'] },
    NtRequestPort: bad,
    NtRequestWaitReplyPort: bad,
    NtReplyPort: sends,
    NtReplyWaitReplyPort: sends,
    NtReplyWaitReceivePort: {
      base: { handle, reply: new Uint8Array() },
      typed: ['handle'],
    },
    NtReplyWaitReceivePortEx: {
      base: { handle, reply: new Uint8Array(), timeout: 0 },
      typed: ['handle'],
    },
    NtReadRequestData: { base: copy, typed: ['handle'] },
    NtWriteRequestData: { base: copy, typed: ['handle'] },
    NtImpersonateClientOfPort: sends,
    NtRegisterThreadTerminatePort: { base: { handle }, typed: ['handle'] },
    NtQueryInformationPort: {
      base: { handle, class: 0, length: 0 },
      typed: ['handle'],
    },
  };
}

export async function tokens(f: Fixture): Promise<Table> {
  const handle = f.token;
  const none = new Uint8Array();
  const junk = Uint8Array.of(9, 9, 9);
  const copy = {
    handle,
    access: 0,
    attributes: 0,
    effectiveOnly: false,
    type: 2,
    level: 2,
  };
  const filter = {
    handle,
    flags: 0,
    disable: none,
    remove: none,
    restrict: none,
  };
  const rights = { read: 1, write: 2, execute: 4, all: 7 };
  const privileges = encodePrivilegeSet({ control: 0, privileges: [] });
  const create = {
    access: 0,
    attributes: 0,
    type: 1,
    level: 0,
    authenticationId: 0,
    user: none,
    groups: none,
    privileges: none,
    owner: none,
    primaryGroup: none,
    defaultDacl: none,
    source: none,
  };
  return {
    NtOpenProcessToken: {
      base: { process: CURRENT_PROCESS, access: 8 },
      typed: ['process'],
      wrong: [[{ access: 0x8000 }, DENIED]],
    },
    NtOpenThreadToken: {
      base: { thread: CURRENT_THREAD, access: 8, openAsSelf: true },
      typed: ['thread'],
      wrong: [[{}, 'STATUS_NO_TOKEN']],
    },
    NtDuplicateToken: {
      base: copy,
      typed: ['handle'],
      wrong: [
        [{ type: 3 }, INVALID],
        [{ level: 4 }, INVALID],
        [{ access: 0x8000 }, DENIED],
      ],
    },
    NtFilterToken: {
      base: filter,
      typed: ['handle'],
      wrong: [
        [{ flags: 0x80 }, INVALID],
        [{ disable: junk }, INVALID],
        [{ restrict: junk }, INVALID],
      ],
    },
    NtAdjustPrivilegesToken: {
      base: { handle, disableAll: false, state: none },
      typed: ['handle'],
      wrong: [[{ state: junk }, INVALID]],
    },
    NtAdjustGroupsToken: {
      base: { handle, reset: false, state: none },
      typed: ['handle'],
      wrong: [[{ state: junk }, INVALID]],
    },
    NtQueryInformationToken: {
      base: { handle, class: 1, length: 0 },
      typed: ['handle'],
      wrong: [
        [{}, SMALL],
        [{ class: 99 }, CLASS],
      ],
    },
    NtSetInformationToken: {
      base: { handle, class: 4, data: none },
      typed: ['handle'],
      wrong: [[{ class: 99 }, CLASS]],
    },
    NtCreateToken: { base: create, wrong: [[{}, PRIVILEGE]] },
    NtAccessCheck: {
      base: { token: handle, access: 1, ...rights, descriptor: none },
      typed: ['token'],
      wrong: [[{}, 'STATUS_NO_IMPERSONATION_TOKEN']],
    },
    NtPrivilegeCheck: {
      base: { token: handle, privileges },
      typed: ['token'],
      wrong: [[{ privileges: junk }, INVALID]],
    },
    NtQuerySecurityObject: {
      base: { handle: f.event, information: 7, length: 0 },
      handles: ['handle'],
      wrong: [
        [{}, SMALL],
        [{ handle: await f.weak(f.event) }, DENIED],
      ],
    },
    NtSetSecurityObject: {
      base: { handle: f.event, information: 4, descriptor: junk },
      handles: ['handle'],
      wrong: [
        [{ information: 0 }, INVALID],
        [{ handle: await f.weak(f.event) }, DENIED],
        [{}, 'STATUS_INVALID_SECURITY_DESCR'],
      ],
    },
    NtImpersonateThread: {
      base: {
        server: CURRENT_THREAD,
        client: CURRENT_THREAD,
        level: 2,
        effectiveOnly: false,
      },
      typed: ['server', 'client'],
      wrong: [[{ level: 4 }, INVALID]],
    },
    NtAllocateLocallyUniqueId: 'it has no arguments',
  };
}
