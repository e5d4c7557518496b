/**
 * Services on the registry: a part of services.ts.
 *
 * Structures are those of registry.ts. An answer comes in `data`, as much of it as `length` allows;
 * with `address` it is put there instead, in the caller's memory. `needed` is the length of the
 * whole answer. STATUS_BUFFER_TOO_SMALL: not even the fixed part fits; STATUS_BUFFER_OVERFLOW: what
 * fits is there.
 */
import { service } from './service.ts';

/** `root`: the handle of a key that `name` is relative to, or 0. */
const named = { name: 'str', root: 'u32', access: 'u32', attributes: 'u32' } as const;
const query = { class: 'u32', length: 'u32' } as const;
const answer = { data: 'bytes', needed: 'u32' } as const;
const elsewhere = { address: 'u32' } as const;

export const registryServices = {
  /** `options`: REG_OPTION_*; `disposition`: REG_CREATED_NEW_KEY or REG_OPENED_EXISTING_KEY. */
  NtCreateKey: service(
    180,
    { ...named, className: 'str', options: 'u32' },
    { handle: 'u32', disposition: 'u32' },
  ),
  NtOpenKey: service(181, named, { handle: 'u32' }),
  NtDeleteKey: service(182, { handle: 'u32' }, {}),
  /** Returns when all that was changed in the key's hive is kept. */
  NtFlushKey: service(183, { handle: 'u32' }, {}),
  NtQueryKey: service(184, { handle: 'u32', ...query }, answer, elsewhere),
  NtEnumerateKey: service(185, { handle: 'u32', index: 'u32', ...query }, answer, elsewhere),
  /** Class KeyWriteTimeInformation: a time of 8 bytes. */
  NtSetInformationKey: service(186, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  NtRenameKey: service(187, { handle: 'u32', name: 'str' }, {}),
  /** `data`; or where `address` is not 0, `length` bytes of the caller's memory. */
  NtSetValueKey: service(
    188,
    { handle: 'u32', name: 'str', type: 'u32', data: 'bytes' },
    {},
    { address: 'u32', length: 'u32' },
  ),
  NtQueryValueKey: service(189, { handle: 'u32', name: 'str', ...query }, answer, elsewhere),
  NtEnumerateValueKey: service(190, { handle: 'u32', index: 'u32', ...query }, answer, elsewhere),
  NtDeleteValueKey: service(191, { handle: 'u32', name: 'str' }, {}),
  /**
   * `names` as registry.ts encodes them. `entries`: for each a KEY_VALUE_ENTRY without its name's
   * address, three words: length, place in `data`, type.
   */
  NtQueryMultipleValueKey: service(
    192,
    { handle: 'u32', names: 'bytes', length: 'u32' },
    { entries: 'bytes', data: 'bytes', needed: 'u32' },
    elsewhere,
  ),
  /**
   * Ends with STATUS_NOTIFY_ENUM_DIR when something of `filter` (REG_NOTIFY_*) has changed since
   * the last such call on this handle, in the key or with `tree` anywhere below; with
   * STATUS_NOTIFY_CLEANUP when key or handle have gone. `wait`: the call waits for it; else it
   * answers STATUS_PENDING, and the end is told as for files (services-files.ts).
   */
  NtNotifyChangeKey: service(
    193,
    { handle: 'u32', filter: 'u32', tree: 'bool', wait: 'bool' },
    {},
    { event: 'u32', apc: 'u32', context: 'u32', iosb: 'u32' },
  ),
  /** The key and all below it, as a hive, into a file that is open for writing. */
  NtSaveKey: service(194, { handle: 'u32', file: 'u32' }, {}),
  /** The hive in the file `file` appears as the key `name`. */
  NtLoadKey: service(195, { name: 'str', root: 'u32', file: 'str', fileRoot: 'u32' }, {}),
  NtUnloadKey: service(196, { name: 'str', root: 'u32' }, {}),
  /**
   * From the next start on the hive whose first key that is holds what is in `file`. What it holds
   * now goes to `old`, a file that is open for writing; what is changed in it later is not kept.
   */
  NtReplaceKey: service(276, { handle: 'u32', file: 'str', fileRoot: 'u32', old: 'u32' }, {}),
} as const;
