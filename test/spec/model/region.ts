/**
 * Which capabilities speak of the same memory or authority.
 *
 *   sameRegionAs(a, b)    a covers b: b may descend from a
 *   sameObjectAs(a, b)    both name one object: neither is its last name
 *   isCapRevocable        whether a derived capability starts a family of its own
 *
 * Source: seL4 reference manual, section 3.1.4.
 */
import {
  seL4_EndpointBits,
  seL4_NotificationBits,
  seL4_PageBits,
  seL4_SlotBits,
  seL4_TCBBits,
} from '../../../kernel-as/abi.ts';
import type { Cap } from './caps.ts';

/** First byte and length of the memory that a capability speaks of; null if it speaks of none. */
export function regionOf(cap: Cap): { base: number; size: number } | null {
  switch (cap.type) {
    case 'untyped':
      return { base: cap.base, size: 2 ** cap.bits };
    case 'endpoint':
      return { base: cap.object.address, size: 1 << seL4_EndpointBits };
    case 'notification':
      return { base: cap.object.address, size: 1 << seL4_NotificationBits };
    case 'cnode':
      return { base: cap.object.address, size: cap.object.size << seL4_SlotBits };
    case 'thread':
      return { base: cap.object.address, size: 1 << seL4_TCBBits };
    case 'zombie': {
      const size = cap.object.kind === 'tcb' ? 1 << seL4_TCBBits : cap.object.size << seL4_SlotBits;
      return { base: cap.object.address, size };
    }
    case 'frame':
    case 'pageTable':
    case 'pageDirectory':
      return { base: cap.object.address, size: 1 << seL4_PageBits };
    default:
      return null;
  }
}

export function sameRegionAs(a: Cap, b: Cap): boolean {
  switch (a.type) {
    case 'null':
    case 'zombie':
      return false;
    case 'untyped': {
      const inner = regionOf(b);
      if (!inner) return false;
      return inner.base >= a.base && inner.base + inner.size <= a.base + 2 ** a.bits;
    }
    case 'irqControl':
      return b.type === 'irqControl' || b.type === 'irqHandler';
    case 'ioPortControl':
      return b.type === 'ioPortControl' || b.type === 'ioPort';
    case 'irqHandler':
      return b.type === 'irqHandler' && b.line === a.line;
    case 'ioPort':
      return b.type === 'ioPort' && b.first === a.first && b.last === a.last;
    case 'domain':
      return b.type === 'domain';
    case 'reply':
      return b.type === 'reply' && b.caller === a.caller;
    default:
      return b.type === a.type && b.object === a.object;
  }
}

export function sameObjectAs(a: Cap, b: Cap): boolean {
  if (a.type === 'untyped') return false;
  if (a.type === 'irqControl' && b.type === 'irqHandler') return false;
  if (a.type === 'ioPortControl' && b.type === 'ioPort') return false;
  return sameRegionAs(a, b);
}

export function isCapRevocable(derived: Cap, source: Cap): boolean {
  switch (derived.type) {
    case 'endpoint':
      return source.type === 'endpoint' && derived.badge !== source.badge;
    case 'notification':
      return source.type === 'notification' && derived.badge !== source.badge;
    case 'irqHandler':
      return source.type === 'irqControl';
    case 'ioPort':
      return source.type === 'ioPortControl';
    case 'untyped':
      return true;
    default:
      return false;
  }
}
