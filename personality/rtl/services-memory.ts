/**
 * Services on memory: a part of services.ts.
 *
 * The WdmMdl services are for drivers. An MDL is named by the id of the IRP that it belongs to, or
 * by the id that WdmCreateMdl gave (OWN_IRP is set in it).
 */
import { service } from './service.ts';

export const memoryServices = {
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
