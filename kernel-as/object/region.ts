/**
 * Which capabilities speak of the same memory or authority.
 *
 * sameRegionAs(a, b): a covers b, so that revoking a may have to delete b.
 * sameObjectAs(a, b): both are capabilities to one object, so that neither is the last one.
 */
import {
  CAP_CNODE, CAP_DOMAIN, CAP_ENDPOINT, CAP_FRAME, CAP_IOPORT, CAP_IOPORT_CONTROL, CAP_IRQ_CONTROL,
  CAP_IRQ_HANDLER, CAP_NOTIFICATION, CAP_PAGE_DIRECTORY, CAP_PAGE_TABLE, CAP_REPLY, CAP_THREAD,
  CAP_UNTYPED, CAP_ZOMBIE, SLOT_SIZE,
} from '../layout.ts';
import {
  seL4_EndpointBits, seL4_NotificationBits, seL4_PageBits, seL4_SlotBits, seL4_TCBBits,
} from '../abi.ts';
import {
  ZOMBIE_TCB, capPage, capPtr, capType, capWord, cnodeRadix, untypedSizeBits, zombieKind,
} from './cap.ts';

export function sameRegionAs(a: u64, b: u64): bool {
  const type = capType(b);
  switch (capType(a)) {
    case CAP_UNTYPED:
      return untypedCovers(a, b);
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
    case CAP_THREAD:
      return type == capType(a) && capPtr(a) == capPtr(b);
    case CAP_CNODE:
      return type == CAP_CNODE && capPtr(a) == capPtr(b) && cnodeRadix(a) == cnodeRadix(b);
    case CAP_DOMAIN:
      return type == CAP_DOMAIN;
    case CAP_IRQ_CONTROL:
      return type == CAP_IRQ_CONTROL || type == CAP_IRQ_HANDLER;
    case CAP_IRQ_HANDLER:
    case CAP_IOPORT:
      return type == capType(a) && capWord(a) == capWord(b);
    case CAP_IOPORT_CONTROL:
      return type == CAP_IOPORT_CONTROL || type == CAP_IOPORT;
    case CAP_FRAME:
    case CAP_PAGE_TABLE:
    case CAP_PAGE_DIRECTORY:
      return type == capType(a) && capPage(a) == capPage(b);
    default:
      return false;
  }
}

/** A control capability is not the same object as what was issued from it; untypeds never are. */
export function sameObjectAs(a: u64, b: u64): bool {
  const type = capType(a);
  if (type == CAP_UNTYPED) return false;
  if (type == CAP_IRQ_CONTROL || type == CAP_IOPORT_CONTROL) return capType(b) == type;
  return sameRegionAs(a, b);
}

/** Log2 of the size of the object in memory; 0: it has none. */
export function capSizeBits(cap: u64): u32 {
  switch (capType(cap)) {
    case CAP_UNTYPED:
      return untypedSizeBits(cap);
    case CAP_ENDPOINT:
      return seL4_EndpointBits;
    case CAP_NOTIFICATION:
      return seL4_NotificationBits;
    case CAP_CNODE:
      return cnodeRadix(cap) + seL4_SlotBits;
    case CAP_THREAD:
      return seL4_TCBBits;
    case CAP_ZOMBIE:
      return zombieKind(cap) == ZOMBIE_TCB ? seL4_TCBBits : zombieKind(cap) + seL4_SlotBits;
    case CAP_FRAME:
    case CAP_PAGE_TABLE:
    case CAP_PAGE_DIRECTORY:
      return seL4_PageBits;
    default:
      return 0;
  }
}

function untypedCovers(untyped: u64, cap: u64): bool {
  const bits = capSizeBits(cap);
  if (!bits) return false;
  const base = capPtr(untyped);
  const last: u32 = base + (((<u32>1) << untypedSizeBits(untyped)) - 1);
  const ptr = bits >= <u32>seL4_PageBits && isPage(cap) ? capPage(cap) : capPtr(cap);
  return base <= ptr && ptr + (((<u32>1) << bits) - 1) <= last;
}

function isPage(cap: u64): bool {
  const type = capType(cap);
  return type == CAP_FRAME || type == CAP_PAGE_TABLE || type == CAP_PAGE_DIRECTORY;
}

/** Address of slot `index` of a CNode or zombie. */
export function slotAt(ptr: u32, index: u32): u32 {
  return ptr + index * SLOT_SIZE;
}
