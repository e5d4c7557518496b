/**
 * Services on objects, whatever their type, and on directories and links: a part of services.ts.
 */
import { service } from './service.ts';

export const objectServices = {
  NtClose: service(1, { handle: 'u32' }, {}),
  NtCreateSymbolicLinkObject: service(2, { name: 'str', target: 'str' }, { handle: 'u32' }),
  NtOpenDirectoryObject: service(3, { name: 'str' }, { handle: 'u32' }),
  /**
   * One entry a call; `context` goes in as it came out, 0 at first. STATUS_NO_MORE_ENTRIES at the
   * end.
   */
  NtQueryDirectoryObject: service(
    4,
    { handle: 'u32', context: 'u32' },
    { name: 'str', type: 'str', context: 'u32' },
  ),
  NtQuerySymbolicLinkObject: service(5, { name: 'str' }, { target: 'str' }),
  NtMakeTemporaryObject: service(6, { handle: 'u32' }, {}),
  NtCreateDirectoryObject: service(7, { name: 'str' }, { handle: 'u32' }),
} as const;
