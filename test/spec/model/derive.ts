/**
 * What may become of a capability when it is copied: rights lost, badge set, guard set.
 *
 *   deriveCap       the copy that may be given away; null if none may. Throws RevokeFirst for an
 *                   untyped with children, IllegalOperation for a page table that is not mapped
 *   maskCapRights   never adds a right
 *   updateCapData   a badge (once, never again) or a guard; null if that may not be
 *
 * Source: seL4 reference manual, sections 3.1.2 to 3.1.4.
 */
import { seL4_BadgeBits, seL4_WordBits } from '../../../kernel-as/abi.ts';
import { CNODE_DATA_GUARD_SHIFT, CNODE_DATA_SIZE_SHIFT } from '../../../kernel-as/layout.ts';
import { type Cap, NULL_CAP, type Rights, intersect } from './caps.ts';
import { ensureNoChildren } from './mdb.ts';
import { illegalOperation } from './refusal.ts';
import type { Slot } from './state.ts';

const BADGE_MASK = 2 ** seL4_BadgeBits - 1;

export function deriveCap(slot: Slot, cap: Cap): Cap {
  switch (cap.type) {
    case 'zombie':
    case 'irqControl':
    case 'ioPortControl':
    case 'reply':
      return NULL_CAP;
    case 'untyped':
      ensureNoChildren(slot);
      return cap;
    case 'frame':
      return { ...cap, mapped: null };
    case 'pageTable':
      if (!cap.mapped) throw illegalOperation();
      return cap;
    default:
      return cap;
  }
}

export function maskCapRights(rights: Rights, cap: Cap): Cap {
  switch (cap.type) {
    case 'endpoint':
    case 'notification':
      return { ...cap, rights: intersect(cap.rights, rights) };
    case 'reply':
      return { ...cap, grant: cap.grant && rights.grant };
    case 'frame':
      // There are no pages that can only be written.
      return {
        ...cap,
        read: cap.read && rights.read,
        write: cap.write && rights.write && rights.read,
      };
    default:
      return cap;
  }
}

export function updateCapData(preserve: boolean, data: number, cap: Cap): Cap {
  switch (cap.type) {
    case 'endpoint':
    case 'notification':
      if (preserve || cap.badge !== 0) return NULL_CAP;
      return { ...cap, badge: data & BADGE_MASK };
    case 'cnode': {
      const guardSize = (data >>> CNODE_DATA_SIZE_SHIFT) & 31;
      const guard = (data >>> CNODE_DATA_GUARD_SHIFT) & (2 ** Math.min(guardSize, 18) - 1);
      if (guardSize + cap.object.radix > seL4_WordBits) return NULL_CAP;
      return { ...cap, guard, guardSize };
    }
    default:
      return cap;
  }
}
