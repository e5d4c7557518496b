/**
 * What Retype makes: an object in memory that is zero, and its first capability.
 *
 * All zero is the right beginning of every object but a thread (which is listed with its processor)
 * and a page directory (which is marked as live). New capabilities have all rights and no badge.
 */
import {
  seL4_AllRights, seL4_CanRead, seL4_CanWrite, seL4_CapTableObject, seL4_EndpointObject,
  seL4_NotificationObject, seL4_TCBObject, seL4_UntypedObject, seL4_X86_4K,
  seL4_X86_PageTableObject,
} from '../abi.ts';
import {
  cnodeCap, endpointCap, frameCap, notificationCap, pageDirectoryCap, pageTableCap, threadCap,
  untypedCap,
} from './cap.ts';
import { createThread } from './tcb.ts';
import { markDirectory } from './vspace.ts';

export function createObject(type: u32, ptr: u32, sizeBits: u32, device: bool): u64 {
  switch (type) {
    case seL4_UntypedObject:
      return untypedCap(ptr, sizeBits, device, 0);
    case seL4_TCBObject:
      createThread(ptr);
      return threadCap(ptr);
    case seL4_EndpointObject:
      return endpointCap(ptr, 0, seL4_AllRights);
    case seL4_NotificationObject:
      return notificationCap(ptr, 0, seL4_CanRead | seL4_CanWrite);
    case seL4_CapTableObject:
      return cnodeCap(ptr, sizeBits, 0, 0);
    case seL4_X86_4K:
      return frameCap(ptr, seL4_CanRead | seL4_CanWrite);
    case seL4_X86_PageTableObject:
      return pageTableCap(ptr);
    default:
      markDirectory(ptr, true);
      return pageDirectoryCap(ptr);
  }
}
