/**
 * Services on files: a part of services.ts.
 *
 * A file that was opened without FILE_SYNCHRONOUS_IO_* is asynchronous: what cannot be done at once
 * answers STATUS_PENDING, and its end is told as the caller asked (`completion`). Offsets must be
 * given then.
 */
import { service } from './service.ts';

/**
 * How the end of a request is told: an event is set; an APC, by its routine's number, is queued to
 * the calling thread with `context`, the status block's address and 0; the status block, two words
 * in the caller's memory, gets status and information. 0: not wanted. A file with a completion port
 * has it told there, where `context` is not 0.
 */
const completion = { event: 'u32', apc: 'u32', context: 'u32', iosb: 'u32' } as const;
/** The same; `address` is where the answer goes, which else comes with the reply. */
const answering = { ...completion, address: 'u32' } as const;
const transfer = { handle: 'u32', address: 'u32', length: 'u32', offset: 'i64' } as const;
const control = { handle: 'u32', code: 'u32', input: 'bytes', outputLength: 'u32' } as const;

export const fileServices = {
  // Files. `root` is the handle of a directory that `name` is relative to, or 0.
  NtCreateFile: service(
    16,
    {
      name: 'str',
      root: 'u32',
      access: 'u32',
      attributes: 'u32',
      share: 'u32',
      disposition: 'u32',
      options: 'u32',
      allocation: 'i64',
    },
    { handle: 'u32', information: 'u32' },
    // SECURITY_QUALITY_OF_SERVICE (security/quality.ts), for who opens a pipe; empty: the default.
    { quality: 'bytes' },
  ),
  /**
   * `offset` -1: at the file's current position. `address` and `length` are a buffer in the
   * caller's heap. `key`: that of the byte-range locks that it goes under.
   */
  NtReadFile: service(17, transfer, { information: 'u32' }, { ...completion, key: 'u32' }),
  NtWriteFile: service(18, transfer, { information: 'u32' }, { ...completion, key: 'u32' }),
  NtFlushBuffersFile: service(19, { handle: 'u32' }, {}),
  NtQueryInformationFile: service(
    20,
    { handle: 'u32', class: 'u32', length: 'u32' },
    { data: 'bytes' },
  ),
  NtSetInformationFile: service(21, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  /**
   * As many entries as fit into `length`, of the classes of directoryinformation.ts, whose names
   * match `pattern` (FsRtlIsNameInExpression): that of the first call, or of one that restarts.
   * `information`: bytes of them, wherever they went.
   */
  NtQueryDirectoryFile: service(
    22,
    { handle: 'u32', class: 'u32', length: 'u32', pattern: 'str', restart: 'bool', single: 'bool' },
    { data: 'bytes', information: 'u32' },
    answering,
  ),
  /**
   * What has happened in a directory since the last answer, or the next thing that does: as
   * FILE_NOTIFY_INFORMATION (notify.ts). The handle's first request says what: `filter` is
   * FILE_NOTIFY_CHANGE_*, `tree` what happens below its directories, too. STATUS_NOTIFY_ENUM_DIR:
   * more than fits.
   */
  NtNotifyChangeDirectoryFile: service(
    247,
    { handle: 'u32', length: 'u32', filter: 'u32', tree: 'bool' },
    { data: 'bytes' },
    answering,
  ),
  NtQueryVolumeInformationFile: service(
    23,
    { handle: 'u32', class: 'u32', length: 'u32' },
    { data: 'bytes' },
  ),
  NtSetVolumeInformationFile: service(24, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  /**
   * By the code's method: METHOD_BUFFERED as above; with the DIRECT ones `address` and
   * `outputLength` are memory that the driver is given itself; with METHOD_NEITHER the input is
   * memory, too (`inputAddress`, `inputLength`), and `input` is empty.
   */
  NtDeviceIoControlFile: service(
    25,
    control,
    { output: 'bytes', information: 'u32' },
    { ...answering, inputAddress: 'u32', inputLength: 'u32' },
  ),
  NtFsControlFile: service(26, control, { output: 'bytes' }, answering),
  NtQueryAttributesFile: service(27, { name: 'str', root: 'u32' }, { data: 'bytes' }),
  /** FILE_NETWORK_OPEN_INFORMATION. */
  NtQueryFullAttributesFile: service(248, { name: 'str', root: 'u32' }, { data: 'bytes' }),
  /** There are none on FAT: STATUS_EAS_NOT_SUPPORTED. */
  NtQueryEaFile: service(249, { handle: 'u32', length: 'u32' }, { data: 'bytes' }),
  NtSetEaFile: service(250, { handle: 'u32', data: 'bytes' }, {}),
  NtDeleteFile: service(28, { name: 'str', root: 'u32' }, {}),
  /** What the calling thread has asked of the file; returns when all of it has ended. */
  NtCancelIoFile: service(29, { handle: 'u32' }, {}),
  /**
   * What any thread of the process has asked: all of it, or where `iosb` is not 0 what was asked
   * with that status block. Does not wait. STATUS_NOT_FOUND: nothing is pending.
   */
  NtCancelIoFileEx: service(30, { handle: 'u32', iosb: 'u32' }, {}),
  /** What a thread waits for that opened its file for synchronous I/O. */
  NtCancelSynchronousIoFile: service(31, { thread: 'u32' }, {}),

  // Byte-range locks. Offset and length are exact below 2^53.
  /**
   * Shared with other readers, or `exclusive`. What is locked already is waited for, unless
   * `failImmediately`. The end of a wait is told as that of a read.
   */
  NtLockFile: service(
    245,
    {
      handle: 'u32',
      offset: 'i64',
      length: 'i64',
      key: 'u32',
      failImmediately: 'bool',
      exclusive: 'bool',
    },
    {},
    completion,
  ),
  /** One lock, of exactly this range and key. */
  NtUnlockFile: service(246, { handle: 'u32', offset: 'i64', length: 'i64', key: 'u32' }, {}),

  // I/O completion ports
  NtCreateIoCompletion: service(
    32,
    { name: 'str', access: 'u32', attributes: 'u32' },
    { handle: 'u32' },
    { descriptor: 'bytes' },
  ),
  NtOpenIoCompletion: service(
    33,
    { name: 'str', access: 'u32', attributes: 'u32' },
    { handle: 'u32' },
  ),
  NtQueryIoCompletion: service(34, { handle: 'u32' }, { depth: 'u32' }),
  NtSetIoCompletion: service(
    35,
    { handle: 'u32', key: 'u32', context: 'u32', status: 'u32', information: 'u32' },
    {},
  ),
  /** `key` is the file's, `context` the request's; `outcome` its status. STATUS_TIMEOUT. */
  NtRemoveIoCompletion: service(
    36,
    { handle: 'u32', timeout: 'i64' },
    { key: 'u32', context: 'u32', outcome: 'u32', information: 'u32' },
  ),
  /** NtCreateFile with FILE_OPEN. */
  NtOpenFile: service(
    304,
    { name: 'str', root: 'u32', access: 'u32', share: 'u32', options: 'u32' },
    { handle: 'u32', information: 'u32' },
  ),
  /** Up to `count` at once (completion.ts), as many as are there; waits for the first. */
  NtRemoveIoCompletionEx: service(
    303,
    { handle: 'u32', count: 'u32', timeout: 'i64', alertable: 'bool' },
    { packets: 'bytes' },
  ),
} as const;
