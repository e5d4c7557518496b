/** Wrong arguments of services on files, pipes and completion ports. */
import { encodeFsLabel } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { CURRENT_THREAD } from '../../../personality/rtl/services.ts';
import {
  ALL,
  CLASS,
  DENIED,
  type Fixture,
  INVALID,
  LENGTH,
  names,
  newNames,
  type Table,
  VIOLATION,
} from './fixture.ts';

const ALIGNMENT = 'STATUS_DATATYPE_MISALIGNMENT';
const DIRECTORY = 'STATUS_FILE_IS_A_DIRECTORY';
const MISSING = 'STATUS_OBJECT_NAME_NOT_FOUND';
const NO_PATH = 'STATUS_OBJECT_PATH_NOT_FOUND';
const BEYOND = 0x4000_0000;
const BAD_CODE = 0x22_0000;

const open = {
  name: '\\??\\A:\\FILE.BIN',
  root: 0,
  access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
  attributes: 0,
  share: 7,
  disposition: nt.FILE_OPEN,
  options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
  allocation: 0,
};

const pipe = {
  name: '\\Device\\NamedPipe\\arguments',
  root: 0,
  access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
  share: 3,
  disposition: nt.FILE_CREATE,
  options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
  type: 0,
  readMode: 0,
  completionMode: 0,
  maximumInstances: 1,
  inboundQuota: 100,
  outboundQuota: 100,
  timeout: -1000,
};

const slot = {
  name: '\\Device\\Mailslot\\arguments',
  root: 0,
  access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
  options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
  quota: 100,
  maximumMessage: 0,
  timeout: 0,
};

export function files(f: Fixture): Table {
  const { file: handle, address } = f;
  const transfer = { handle, address, length: 16, offset: 0 };
  const named = { name: '\\??\\A:\\FILE.BIN', root: 0 };
  const range = { handle, offset: 0, length: 1, key: 0 };
  const lock = { ...range, failImmediately: true, exclusive: false };
  const control = {
    handle,
    code: 0x9_0028,
    input: new Uint8Array(),
    outputLength: 0,
  };
  const list = {
    handle: f.folder,
    class: 12,
    length: 500,
    pattern: '*',
    restart: true,
  };
  const notify = { handle: f.folder, length: 100, filter: 1, tree: false };
  const badNames: [{ name: string }, string][] = [
    [{ name: '\\??\\A:\\NONE.BIN' }, MISSING],
    [{ name: '\\??\\A:\\NONE\\X' }, NO_PATH],
    [{ name: '\\??\\A:\\a*b' }, 'STATUS_OBJECT_NAME_INVALID'],
    [{ name: '\\??\\Y:\\X' }, NO_PATH],
    [{ name: 'X' }, 'STATUS_OBJECT_PATH_SYNTAX_BAD'],
    [{ name: '' }, 'STATUS_OBJECT_NAME_INVALID'],
  ];
  return {
    NtCreateFile: {
      base: open,
      handles: ['root'],
      wrong: [
        ...badNames,
        [{ disposition: 6 }, INVALID],
        [{ share: 8 }, INVALID],
        [{ options: 0x8000_0000 }, INVALID],
        [{ options: nt.FILE_DIRECTORY_FILE | nt.FILE_NON_DIRECTORY_FILE }, INVALID],
        [{ options: nt.FILE_DELETE_ON_CLOSE }, INVALID],
        [{ options: 0x30 }, INVALID],
        [{ access: nt.FILE_READ_DATA }, INVALID],
        [{ allocation: -1 }, INVALID],
        [{ options: nt.FILE_DIRECTORY_FILE }, 'STATUS_NOT_A_DIRECTORY'],
        [{ name: '\\??\\A:\\DIR', options: nt.FILE_NON_DIRECTORY_FILE }, DIRECTORY],
        [{ disposition: nt.FILE_CREATE }, 'STATUS_OBJECT_NAME_COLLISION'],
        [{ share: 0 }, 'STATUS_SHARING_VIOLATION'],
        [{ name: '\\??\\A:\\FIXED.BIN', access: 2 | nt.SYNCHRONIZE }, DENIED],
      ],
    },
    NtOpenFile: {
      base: open,
      handles: ['root'],
      wrong: [
        ...badNames,
        [{ share: 8 }, INVALID],
        [{ options: nt.FILE_DELETE_ON_CLOSE }, INVALID],
        [{ access: nt.FILE_READ_DATA }, INVALID],
        [{ name: '\\??\\A:\\NOT.BIN' }, 'STATUS_OBJECT_NAME_NOT_FOUND'],
        [{ options: nt.FILE_DIRECTORY_FILE }, 'STATUS_NOT_A_DIRECTORY'],
        [{ share: 0 }, 'STATUS_SHARING_VIOLATION'],
      ],
    },
    NtReadFile: {
      base: transfer,
      typed: ['handle'],
      wrong: [
        [{ handle: f.writer }, DENIED],
        [{ offset: -2 }, INVALID],
        [{ address: BEYOND }, VIOLATION],
        [{ offset: 5000 }, 'STATUS_END_OF_FILE'],
        [{ iosb: address + 1 }, ALIGNMENT],
        [{ iosb: BEYOND }, VIOLATION],
        [{ event: f.timer }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ handle: f.pending, offset: -1 }, INVALID],
      ],
    },
    NtWriteFile: {
      base: transfer,
      typed: ['handle'],
      wrong: [
        [{ handle: f.reader }, DENIED],
        [{ offset: -2 }, INVALID],
        [{ address: BEYOND }, VIOLATION],
        [{ iosb: address + 1 }, ALIGNMENT],
        [{ event: f.timer }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ handle: f.pending, offset: -1 }, INVALID],
      ],
    },
    NtFlushBuffersFile: {
      base: { handle },
      typed: ['handle'],
      wrong: [[{ handle: f.reader }, DENIED]],
    },
    NtQueryInformationFile: {
      base: { handle, class: nt.FileStandardInformation, length: 24 },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 0 }, LENGTH],
        [{ length: 23 }, LENGTH],
        [{ class: nt.FileBasicInformation, length: 40, handle: f.reader }, DENIED],
      ],
    },
    NtSetInformationFile: {
      base: {
        handle,
        class: nt.FileEndOfFileInformation,
        data: new Uint8Array(8),
      },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ data: new Uint8Array(7) }, LENGTH],
        [{ handle: f.reader }, DENIED],
        [{ data: new Uint8Array(8).fill(0xff) }, INVALID],
      ],
    },
    NtQueryDirectoryFile: {
      base: { ...list, single: false },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 3 }, LENGTH],
        [{ pattern: 'NONE' }, 'STATUS_NO_SUCH_FILE'],
        [{ handle: f.reader }, INVALID],
        [{ handle: f.writer }, DENIED],
      ],
    },
    NtNotifyChangeDirectoryFile: {
      base: notify,
      typed: ['handle'],
      wrong: [
        [{ filter: 0 }, INVALID],
        [{ filter: 0x8000_0000 }, INVALID],
        [{ handle: f.reader }, INVALID],
        [{ handle: f.writer }, DENIED],
        [{ address: address + 1 }, ALIGNMENT],
        [{ address: BEYOND }, VIOLATION],
      ],
    },
    NtQueryVolumeInformationFile: {
      base: { handle, class: 3, length: 24 },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ length: 23 }, LENGTH],
      ],
    },
    NtSetVolumeInformationFile: {
      base: { handle, class: 2, data: encodeFsLabel('X') },
      typed: ['handle'],
      wrong: [
        [{ class: 99 }, CLASS],
        [{ data: new Uint8Array(1) }, LENGTH],
        [{ handle: f.reader }, DENIED],
      ],
    },
    NtDeviceIoControlFile: {
      base: { ...control, code: BAD_CODE },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_INVALID_DEVICE_REQUEST'],
        [{ code: BAD_CODE | 0x8000, handle: f.reader }, DENIED],
        [{ iosb: address + 1 }, ALIGNMENT],
        // The direct methods, and METHOD_NEITHER, whose bytes have no address.
        [{ code: BAD_CODE | 1, outputLength: 4 }, 'STATUS_ACCESS_VIOLATION'],
        [{ code: BAD_CODE | 2, outputLength: 4, address: 0x10 }, 'STATUS_ACCESS_VIOLATION'],
        [{ code: BAD_CODE | 2, outputLength: 4, address }, 'STATUS_INVALID_DEVICE_REQUEST'],
        [{ code: BAD_CODE | 3, input: new Uint8Array(1) }, 'STATUS_INVALID_PARAMETER'],
        [{ code: BAD_CODE | 3 }, 'STATUS_INVALID_DEVICE_REQUEST'],
      ],
    },
    NtFsControlFile: {
      base: { ...control, code: BAD_CODE },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_INVALID_DEVICE_REQUEST'],
        [{ code: BAD_CODE | 0x8000, handle: f.reader }, DENIED],
      ],
    },
    NtQueryAttributesFile: { base: named, handles: ['root'], wrong: badNames },
    NtQueryFullAttributesFile: {
      base: named,
      handles: ['root'],
      wrong: badNames,
    },
    NtDeleteFile: {
      base: { ...named, name: '\\??\\A:\\NONE' },
      handles: ['root'],
      wrong: [...badNames, [{ name: '\\??\\A:\\FIXED.BIN' }, 'STATUS_CANNOT_DELETE']],
    },
    NtQueryEaFile: {
      base: { handle, length: 100 },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_EAS_NOT_SUPPORTED'],
        [{ handle: f.reader }, DENIED],
      ],
    },
    NtSetEaFile: {
      base: { handle, data: new Uint8Array(8) },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_EAS_NOT_SUPPORTED'],
        [{ handle: f.reader }, DENIED],
      ],
    },
    NtCancelIoFile: { base: { handle }, typed: ['handle'] },
    NtCancelIoFileEx: {
      base: { handle, iosb: 0 },
      typed: ['handle'],
      wrong: [[{}, 'STATUS_NOT_FOUND']],
    },
    NtCancelSynchronousIoFile: {
      base: { thread: CURRENT_THREAD },
      typed: ['thread'],
      wrong: [[{}, 'STATUS_NOT_FOUND']],
    },
    NtLockFile: {
      base: lock,
      typed: ['handle'],
      wrong: [
        [{ offset: -1 }, 'STATUS_INVALID_LOCK_RANGE'],
        [{ length: -1 }, 'STATUS_INVALID_LOCK_RANGE'],
        [{ handle: f.folder }, INVALID],
      ],
    },
    NtUnlockFile: {
      base: { ...range, offset: 77 },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_RANGE_NOT_LOCKED'],
        [{ offset: -1 }, 'STATUS_INVALID_LOCK_RANGE'],
        [{ handle: f.folder }, INVALID],
      ],
    },
    NtCreateNamedPipeFile: {
      base: pipe,
      wrong: [
        [{ disposition: nt.FILE_SUPERSEDE }, INVALID],
        [{ share: 4 }, INVALID],
        [{ maximumInstances: 0 }, INVALID],
        [{ timeout: 1 }, INVALID],
        [{ type: 0, readMode: 1 }, INVALID],
        [{ disposition: nt.FILE_OPEN }, MISSING],
        [{ name: '\\Device\\NamedPipe' }, 'STATUS_OBJECT_NAME_INVALID'],
      ],
    },
    NtCreateMailslotFile: {
      base: slot,
      wrong: [
        [{ options: nt.FILE_DIRECTORY_FILE }, INVALID],
        [{ timeout: 1 }, INVALID],
        [{ name: '\\Device\\Mailslot' }, 'STATUS_OBJECT_NAME_INVALID'],
      ],
    },
    NtCreateIoCompletion: { base: ALL, wrong: newNames('\\SessionReady') },
    NtOpenIoCompletion: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtQueryIoCompletion: { base: { handle: f.port }, typed: ['handle'] },
    NtSetIoCompletion: {
      base: { handle: f.port, key: 0, context: 0, status: 0, information: 0 },
      typed: ['handle'],
    },
    NtRemoveIoCompletionEx: {
      base: { handle: f.port, count: 1, timeout: 0, alertable: false },
      typed: ['handle'],
      wrong: [
        [{}, 'STATUS_TIMEOUT'],
        [{ count: 0 }, 'STATUS_INVALID_PARAMETER'],
        [{ count: 257 }, 'STATUS_INVALID_PARAMETER'],
      ],
    },
    NtRemoveIoCompletion: {
      base: { handle: f.port, timeout: 0 },
      typed: ['handle'],
      wrong: [[{}, 'STATUS_TIMEOUT']],
    },
  };
}
