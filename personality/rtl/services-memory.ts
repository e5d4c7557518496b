/**
 * Services on memory: a part of services.ts.
 *
 * The WdmMdl services are for drivers. An MDL is named by the id of the IRP that it belongs to, or
 * by the id that WdmCreateMdl gave (OWN_IRP is set in it).
 */
import { service } from './service.ts';

const named = { name: 'str', access: 'u32', attributes: 'u32' } as const;
const range = { process: 'u32', address: 'u32', length: 'u32' } as const;

export const memoryServices = {
  // Virtual memory
  /** Absent: own process, where there is room, reserved and committed, readable and writable. */
  NtAllocateVirtualMemory: service(
    52,
    { length: 'u32' },
    { address: 'u32', length: 'u32' },
    { process: 'u32', address: 'u32', zeroBits: 'u32', type: 'u32', protect: 'u32' },
  ),
  /** Absent: own process, all of the allocation is released. */
  NtFreeVirtualMemory: service(
    53,
    { address: 'u32' },
    { address: 'u32', length: 'u32' },
    { process: 'u32', length: 'u32', type: 'u32' },
  ),
  NtProtectVirtualMemory: service(
    214,
    { ...range, protect: 'u32' },
    { address: 'u32', length: 'u32', old: 'u32' },
  ),
  /** MemoryBasicInformation (memory.ts). */
  NtQueryVirtualMemory: service(
    215,
    { process: 'u32', address: 'u32', class: 'u32', length: 'u32' },
    { data: 'bytes' },
  ),
  /** `buffer` is the caller's, `moved` what was copied: STATUS_PARTIAL_COPY. */
  NtReadVirtualMemory: service(216, { ...range, buffer: 'u32' }, { moved: 'u32' }),
  NtWriteVirtualMemory: service(217, { ...range, buffer: 'u32' }, { moved: 'u32' }),

  /** Of a file's view: those pages are written back; `length` 0: to its end. */
  NtFlushVirtualMemory: service(218, range, { address: 'u32', length: 'u32' }),

  // Sections
  /** `file` 0: over memory. `allocation`: SEC_COMMIT. */
  NtCreateSection: service(
    219,
    { ...named, size: 'i64', protect: 'u32', allocation: 'u32', file: 'u32' },
    { handle: 'u32' },
  ),
  NtOpenSection: service(220, named, { handle: 'u32' }),
  /** `address` 0: where there is room; `length` 0: to the end of the section. */
  NtMapViewOfSection: service(
    221,
    {
      section: 'u32',
      process: 'u32',
      address: 'u32',
      zeroBits: 'u32',
      offset: 'i64',
      length: 'u32',
      inherit: 'u32',
      type: 'u32',
      protect: 'u32',
    },
    { address: 'u32', length: 'u32' },
  ),
  NtUnmapViewOfSection: service(222, { process: 'u32', address: 'u32' }, {}),
  NtExtendSection: service(223, { section: 'u32', size: 'i64' }, { size: 'i64' }),
  /** SectionBasicInformation. */
  NtQuerySection: service(224, { section: 'u32', class: 'u32', length: 'u32' }, { data: 'bytes' }),

  // MDLs
  /**
   * Into the caller's address space, with the request's rights, until the IRP leaves the driver:
   * where the first page is. Mapped already: the same address.
   */
  WdmMapMdl: service(210, { mdl: 'u32' }, { address: 'u32' }),
  WdmUnmapMdl: service(211, { mdl: 'u32' }, {}),
  /**
   * Locks memory of the driver's own, which must be writable if `write`; `address` 0: new pages, of
   * which `length` bytes are wanted, and which belong to the MDL.
   */
  WdmCreateMdl: service(212, { address: 'u32', length: 'u32', write: 'bool' }, { mdl: 'u32' }),
  WdmDeleteMdl: service(213, { mdl: 'u32' }, {}),
} as const;
