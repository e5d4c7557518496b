/**
 * Services on objects, whatever their type, and on directories and links: a part of services.ts.
 */
import { service } from './service.ts';

/** OBJECT_ATTRIBUTES' security descriptor, self-relative, of services that make something. */
const secured = { descriptor: 'bytes' } as const;
const opening = { access: 'u32', attributes: 'u32' } as const;
const named = { name: 'str', access: 'u32', attributes: 'u32' } as const;

export const objectServices = {
  NtClose: service(1, { handle: 'u32' }, {}),
  NtCreateSymbolicLinkObject: service(
    2,
    { name: 'str', target: 'str' },
    { handle: 'u32' },
    { ...opening, ...secured },
  ),
  /** Without the rights that are wanted: all that may be had. */
  NtOpenDirectoryObject: service(3, { name: 'str' }, { handle: 'u32' }, opening),
  /**
   * One entry a call; `context` goes in as it came out, 0 at first. STATUS_NO_MORE_ENTRIES at the
   * end.
   */
  NtQueryDirectoryObject: service(
    4,
    { handle: 'u32', context: 'u32' },
    { name: 'str', type: 'str', context: 'u32' },
  ),
  /** The link itself, which other services follow. */
  NtOpenSymbolicLinkObject: service(8, named, { handle: 'u32' }),
  NtQuerySymbolicLinkObject: service(5, { handle: 'u32' }, { target: 'str' }),
  NtMakeTemporaryObject: service(6, { handle: 'u32' }, {}),
  NtMakePermanentObject: service(11, { handle: 'u32' }, {}),
  NtCreateDirectoryObject: service(
    7,
    { name: 'str' },
    { handle: 'u32' },
    { ...opening, ...secured },
  ),
  /** Classes of objects.ts; structures of objectinformation.ts. `needed`: the answer's length. */
  NtQueryObject: service(
    9,
    { handle: 'u32', class: 'u32', length: 'u32' },
    { data: 'bytes', needed: 'u32' },
  ),
  /** Class ObjectHandleFlagInformation. */
  NtSetInformationObject: service(12, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  /** `options`: DUPLICATE_*. The new handle is the target's. */
  NtDuplicateObject: service(
    10,
    {
      sourceProcess: 'u32',
      source: 'u32',
      targetProcess: 'u32',
      access: 'u32',
      attributes: 'u32',
      options: 'u32',
    },
    { handle: 'u32' },
  ),
} as const;
