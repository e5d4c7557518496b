/**
 * The invariants of the derivation tree: 7, 9 to 12 and 14 of the list in invariants.ts.
 *
 * The tree is a list in pre-order, so what belongs together stands together: all capabilities of
 * one object, in them those of one badge, what lies in an untyped behind it, what was made of a
 * control behind that.
 *
 *   checkTree(heap)   throws Broken
 */
import * as layout from '../../kernel-as/layout.ts';
import { type Found, type Heap, must } from './heap.ts';

export function checkTree(heap: Heap): void {
  for (const cap of heap.caps) {
    checkLinks(heap, cap);
    checkMarks(heap, cap);
  }
  for (const list of lists(heap)) {
    checkFamilies(heap, list);
    checkBadges(heap, list);
  }
  checkControl(heap, layout.CAP_IRQ_CONTROL, layout.CAP_IRQ_HANDLER);
  checkControl(heap, layout.CAP_IOPORT_CONTROL, layout.CAP_IOPORT);
  checkEmptySlots(heap);
  checkUntypeds(heap);
}

function checkLinks(heap: Heap, { slot }: Found): void {
  const [next, prev] = [heap.next(slot), heap.prev(slot)];
  if (next) {
    must(heap.prev(next) === slot, 9, 'next', slot);
    must(heap.bySlot.has(next), 9, 'empty or unknown slot in the tree', next);
  }
  if (prev) must(heap.next(prev) === slot, 9, 'previous', slot);
  must(isHeld(heap, slot), 7, 'slot in no object', slot);
}

/** Zombies that lie in themselves hold their own slot. */
function isHeld(heap: Heap, slot: number): boolean {
  for (const [first, slots] of heap.holders) {
    if (slot >= first && slot < first + slots * layout.SLOT_SIZE) return true;
  }
  return false;
}

/** What is never a mere copy: each of these is the root of what is made of it. */
function isAlwaysOriginal({ type, high }: Found): boolean {
  return (
    type === layout.CAP_UNTYPED ||
    type === layout.CAP_IRQ_CONTROL ||
    type === layout.CAP_IOPORT_CONTROL ||
    (type === layout.CAP_REPLY && (high & 2) !== 0)
  );
}

function checkMarks(heap: Heap, cap: Found): void {
  const { slot } = cap;
  if (isAlwaysOriginal(cap)) must(heap.isRevocable(slot), 14, 'not revocable', slot);
  if (heap.isRevocable(slot)) must(heap.isFirstBadged(slot), 14, 'no first of its badge', slot);
}

function checkEmptySlots(heap: Heap): void {
  for (const [first, slots] of heap.holders) {
    const end = first + slots * layout.SLOT_SIZE;
    for (let slot = first; slot < end; slot += layout.SLOT_SIZE) {
      if (heap.at(slot) & 15) continue;
      const rest = heap.at(slot) | heap.at(slot + 4) | heap.at(slot + 8) | heap.at(slot + 12);
      must(rest === 0, 14, 'an empty slot that is not zero', slot);
    }
  }
}

/** Every list from its head. What no head leads to goes round in a ring. */
function lists(heap: Heap): Found[][] {
  const all: Found[][] = [];
  let left = heap.caps.length;
  for (const head of heap.caps) {
    if (heap.prev(head.slot)) continue;
    const list: Found[] = [];
    for (let at = head.slot; at; at = heap.next(at)) {
      list.push(heap.bySlot.get(at)!);
      must(left-- > 0, 9, 'cycle', at);
    }
    all.push(list);
  }
  must(left === 0, 9, 'cycle', 0);
  return all;
}

const BADGED: readonly number[] = [layout.CAP_ENDPOINT, layout.CAP_NOTIFICATION];
const badgeOf = ({ type, high }: Found) => (BADGED.includes(type) ? high >>> 4 : 0);

/** What makes two capabilities relatives; null where each stands for itself. */
function familyOf({ type, high, object, size }: Found): string | null {
  if (type === layout.CAP_UNTYPED) return null;
  if (size > 0) return `object ${object}`;
  if (type === layout.CAP_IRQ_HANDLER) return `line ${high}`;
  if (type === layout.CAP_IOPORT) return `ports ${high}`;
  return type === layout.CAP_REPLY ? `reply ${object}` : null;
}

/** Relatives stand together, and the original of an object before all others. */
function checkFamilies(heap: Heap, list: readonly Found[]): void {
  const seen = new Set<string>();
  let last: string | null = null;
  for (const cap of list) {
    const family = familyOf(cap);
    const isFirst = family !== last;
    if (family && isFirst) {
      must(!seen.has(family), 9, `${family} at two places of the tree`, cap.slot);
      seen.add(family);
    }
    const isOriginal = heap.isRevocable(cap.slot) && badgeOf(cap) === 0;
    if (family && isOriginal) must(isFirst, 14, 'an original behind its copies', cap.slot);
    last = family;
  }
}

/** A badge that starts no family of its own continues the one before it. */
function checkBadges(heap: Heap, list: readonly Found[]): void {
  list.forEach((cap, i) => {
    const badge = badgeOf(cap);
    if (badge === 0) return;
    const before = list[i - 1];
    const continues = before?.object === cap.object && badgeOf(before) === badge;
    must(heap.isFirstBadged(cap.slot) || continues, 9, 'badge without its family', cap.slot);
  });
}

/** As long as the control is there, all that it gave out follows it. */
function checkControl(heap: Heap, control: number, made: number): void {
  const source = heap.caps.find(({ type }) => type === control);
  if (!source) return;
  let behind = 0;
  for (let at = heap.next(source.slot); at; at = heap.next(at), behind++) {
    if (heap.bySlot.get(at)!.type !== made) break;
  }
  const all = heap.caps.filter(({ type }) => type === made).length;
  must(behind === all, 10, 'not a descendant of its control', source.slot);
}

const isPhysical = (cap: Found) => cap.size > 0;

/** What lies in an untyped descends from it, lies below its watermark, and follows it directly. */
function checkUntypeds(heap: Heap): void {
  for (const untyped of heap.caps) {
    if (untyped.type !== layout.CAP_UNTYPED) continue;
    const { object: base, size, high, slot } = untyped;
    const end = base + size;
    const used = (high >>> 6) << 4;
    must(used <= size, 12, 'watermark', slot);
    let inside = 0;
    for (const cap of heap.caps) {
      if (cap === untyped || !isPhysical(cap)) continue;
      if (cap.object + cap.size <= base || cap.object >= end) continue;
      if (cap.type === layout.CAP_UNTYPED && cap.size > size) continue;
      must(cap.object >= base && cap.object + cap.size <= end, 11, 'not nested', cap.slot);
      const equal = cap.type === layout.CAP_UNTYPED && cap.size === size;
      if (equal && !isBehind(heap, slot, cap.slot)) continue;
      must(cap.object + cap.size <= base + used, 12, 'above the watermark', cap.slot);
      inside++;
    }
    must(countBehind(heap, untyped) === inside, 10, 'not a descendant of its untyped', slot);
  }
}

function isBehind(heap: Heap, from: number, slot: number): boolean {
  for (let at = heap.next(from); at; at = heap.next(at)) if (at === slot) return true;
  return false;
}

/** Physical capabilities that follow an untyped's as long as they lie in it. */
function countBehind(heap: Heap, untyped: Found): number {
  let count = 0;
  for (let at = heap.next(untyped.slot); at; at = heap.next(at)) {
    const cap = heap.bySlot.get(at)!;
    const inside = cap.object >= untyped.object;
    if (!isPhysical(cap) || !inside) break;
    if (cap.object + cap.size > untyped.object + untyped.size) break;
    count++;
  }
  return count;
}
