/**
 * What differs by capability type: deriving, masking rights, badges, and what happens at the end.
 *
 *   deriveCap      a copy that may be given away, in RESULT_CAP; null if none may be
 *   maskCapRights, updateCapData
 *   finaliseCap    undoes what the capability did; RESULT_CAP: what stays in the slot (null, or a
 *                  zombie), RESULT_CLEANUP: what to do once the slot is empty
 */
import { seL4_AllRights, seL4_CanGrant, seL4_WordBits } from '../abi.ts';
import {
  CAP_CNODE, CAP_ENDPOINT, CAP_FRAME, CAP_IOPORT, CAP_IOPORT_CONTROL, CAP_IRQ_CONTROL,
  CAP_IRQ_HANDLER, CAP_NOTIFICATION, CAP_PAGE_DIRECTORY, CAP_PAGE_TABLE, CAP_REPLY, CAP_THREAD,
  CAP_UNTYPED, CAP_ZOMBIE, CNODE_DATA_GUARD_SHIFT, CNODE_DATA_SIZE_SHIFT, RESULT_CAP,
  RESULT_CLEANUP, TCB_SLOTS,
} from '../layout.ts';
import { NONE, illegalOperation } from '../model/status.ts';
import {
  ZOMBIE_TCB, capBadge, capPtr, capType, capWord, cnodeCap, cnodeRadix, frameRights,
  mappedDirectory, withBadge, withFrameRights, withMapping, withWord, zombieCap,
} from './cap.ts';
import { cancelAllIPC } from './endpoint.ts';
import { deletedIRQHandler, deletingIRQHandler } from './interrupt.ts';
import { freePortRange } from './ioport.ts';
import { ensureNoChildren } from './mdb.ts';
import { cancelAllSignals, unbindMaybeNotification } from './notification.ts';
import { finaliseThread } from './tcb.ts';
import { maskVmRights, releaseDirectory, unmapFrame, unmapTable } from './vspace.ts';

export function deriveCap(slot: u32, cap: u64): u32 {
  store<u64>(RESULT_CAP, 0);
  switch (capType(cap)) {
    case CAP_ZOMBIE:
    case CAP_IRQ_CONTROL:
    case CAP_IOPORT_CONTROL:
    case CAP_REPLY:
      return NONE;
    case CAP_UNTYPED: {
      const status = ensureNoChildren(slot);
      if (status != NONE) return status;
      break;
    }
    case CAP_PAGE_TABLE:
      if (!mappedDirectory(cap)) return illegalOperation();
      break;
    case CAP_FRAME:
      cap = withMapping(cap, 0, 0);
      break;
    default:
      break;
  }
  store<u64>(RESULT_CAP, cap);
  return NONE;
}

export function maskCapRights(rights: u32, cap: u64): u64 {
  switch (capType(cap)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
      return withWord(cap, capWord(cap) & (~seL4_AllRights | rights));
    case CAP_REPLY:
      return rights & seL4_CanGrant ? cap : withWord(cap, capWord(cap) & ~1);
    case CAP_FRAME:
      return withFrameRights(cap, maskVmRights(frameRights(cap), rights));
    default:
      return cap;
  }
}

/** Applies a badge or guard. `preserve`: the capability moves, so its badge must stay. */
export function updateCapData(preserve: bool, data: u32, cap: u64): u64 {
  switch (capType(cap)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
      return !preserve && capBadge(cap) == 0 ? withBadge(cap, data) : 0;
    case CAP_CNODE: {
      const size: u32 = (data >> CNODE_DATA_SIZE_SHIFT) & 31;
      if (size + cnodeRadix(cap) > <u32>seL4_WordBits) return 0;
      const mask: u32 = (1 << size) - 1;
      const guard: u32 = (data >> CNODE_DATA_GUARD_SHIFT) & 0x3ffff & mask;
      return cnodeCap(capPtr(cap), cnodeRadix(cap), size, guard);
    }
    default:
      return cap;
  }
}

export function finaliseCap(cap: u64, final: bool): void {
  const remainder = finalise(cap, final);
  store<u64>(RESULT_CAP, remainder);
  store<u64>(RESULT_CLEANUP, needsCleanup(cap, final) ? cap : 0);
}

function finalise(cap: u64, final: bool): u64 {
  const type = capType(cap);
  if (type == CAP_ZOMBIE) return cap;
  // Each frame capability owns its mapping, whether or not it is the last one.
  if (type == CAP_FRAME) unmapFrame(cap);
  if (!final) return 0;
  const ptr = capPtr(cap);
  switch (type) {
    case CAP_ENDPOINT:
      cancelAllIPC(ptr);
      return 0;
    case CAP_NOTIFICATION:
      unbindMaybeNotification(ptr);
      cancelAllSignals(ptr);
      return 0;
    case CAP_CNODE:
      return zombieCap(ptr, cnodeRadix(cap), <u32>1 << cnodeRadix(cap));
    case CAP_THREAD:
      finaliseThread(ptr);
      return zombieCap(ptr, ZOMBIE_TCB, TCB_SLOTS);
    case CAP_IRQ_HANDLER:
      deletingIRQHandler(capWord(cap));
      return 0;
    case CAP_PAGE_TABLE:
      unmapTable(cap);
      return 0;
    case CAP_PAGE_DIRECTORY:
      releaseDirectory(cap);
      return 0;
    default:
      return 0;
  }
}

function needsCleanup(cap: u64, final: bool): bool {
  return final && (capType(cap) == CAP_IRQ_HANDLER || capType(cap) == CAP_IOPORT);
}

/** The slot of `cap` is empty now: what it stood for may be issued again. */
export function postCapDeletion(cap: u64): void {
  if (capType(cap) == CAP_IRQ_HANDLER) deletedIRQHandler(capWord(cap));
  else if (capType(cap) == CAP_IOPORT) freePortRange(cap);
}
