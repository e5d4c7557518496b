/**
 * VADs: which addresses of a process are taken, and by what (NT: virtual address descriptors).
 *
 * A VAD is a stretch of whole pages that was reserved in one piece, or mapped as a view. Its pages
 * are committed one by one. Reservations begin at multiples of 64 KiB. No kernel here: arithmetic
 * on addresses.
 *
 *   find(address)                   the VAD that holds it
 *   reserve(vad parts)              at a place that is asked for, or where there is room
 *   release(vad, start, end)        a part of one goes: it shrinks, or becomes two
 *   freeUntil(address)              where the next VAD begins, or the range ends
 *
 * Invariants: VADs are in the order of their addresses and do not overlap; the committed pages of
 * each lie inside it.
 */
import {
  HEAP_BASE,
  HEAP_INITIAL,
  HEAP_LIMIT,
  PAGE_SIZE,
  USER_LIMIT,
  VIRTUAL_BASE,
} from '../../rtl/layout.ts';

import type { Awaitable } from '../../sel4/types.ts';

export const GRANULARITY = 0x1_0000;
/** Where memory may be reserved; the first is preferred, as buffers were always there. */
const AREAS: readonly (readonly [number, number])[] = [
  [HEAP_BASE + HEAP_INITIAL, HEAP_LIMIT],
  [VIRTUAL_BASE, USER_LIMIT],
];

/** A page that is there. */
export interface Committed {
  /** Physical. */
  readonly page: number;
  /** PAGE_* */
  protect: number;
}

/** Of a section's view. */
export interface MappedView {
  readonly isFile: boolean;
  /** It goes. */
  unmapped(): void;
  /** Pages of the view, counted from its first one. */
  flush(first: number, count: number): Awaitable<number>;
}

export interface Vad {
  start: number;
  /** Behind its last byte. */
  end: number;
  /** Where the reservation began that it is a part of. */
  readonly base: number;
  /** PAGE_* that it was made with. */
  readonly protect: number;
  /** By page number. */
  readonly pages: Map<number, Committed>;
  /** Absent: private memory. */
  readonly view: MappedView | undefined;
}

const up = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
const down = (value: number, unit: number): number => Math.floor(value / unit) * unit;

export class VadMap {
  #vads: Vad[] = [];

  get size(): number {
    return this.#vads.length;
  }

  [Symbol.iterator](): IterableIterator<Vad> {
    return this.#vads.values();
  }

  find(address: number): Vad | undefined {
    return this.#vads.find(({ start, end }) => start <= address && address < end);
  }

  /** Whether all of it may be reserved by somebody. */
  isInside(start: number, end: number): boolean {
    return AREAS.some(([first, last]) => first <= start && start < end && end <= last);
  }

  isFree(start: number, end: number): boolean {
    return !this.#vads.some((vad) => vad.start < end && start < vad.end);
  }

  /** `address` 0: where there is room, from the top if `topDown`. Undefined: nowhere. */
  reserve(
    address: number,
    length: number,
    parts: Pick<Vad, 'protect' | 'view'>,
    topDown = false,
  ): Vad | undefined {
    const start = address === 0 ? this.#room(length, topDown) : down(address, GRANULARITY);
    if (start === undefined) return undefined;
    const end = address === 0 ? start + up(length, PAGE_SIZE) : up(address + length, PAGE_SIZE);
    if (!this.isInside(start, end) || !this.isFree(start, end)) return undefined;
    const vad: Vad = { start, end, base: start, pages: new Map(), ...parts };
    this.#insert(vad);
    return vad;
  }

  /** What was committed in it, and goes with it. */
  release(vad: Vad, start = vad.start, end = vad.end): Committed[] {
    const gone: Committed[] = [];
    for (const [number, committed] of [...vad.pages]) {
      if (number * PAGE_SIZE < start || number * PAGE_SIZE >= end) continue;
      vad.pages.delete(number);
      gone.push(committed);
    }
    const behind = vad.end;
    if (start > vad.start) vad.end = start;
    else this.#vads.splice(this.#vads.indexOf(vad), 1);
    if (end < behind) {
      const pages = new Map([...vad.pages].filter(([number]) => number * PAGE_SIZE >= end));
      for (const number of pages.keys()) vad.pages.delete(number);
      const { base, protect, view } = vad;
      this.#insert({ start: end, end: behind, base, protect, view, pages });
    }
    return gone;
  }

  freeUntil(address: number): number {
    return this.#vads.find(({ start }) => start > address)?.start ?? USER_LIMIT;
  }

  clear(): Vad[] {
    const all = this.#vads;
    this.#vads = [];
    return all;
  }

  #insert(vad: Vad): void {
    const at = this.#vads.findIndex(({ start }) => start > vad.start);
    this.#vads.splice(at < 0 ? this.#vads.length : at, 0, vad);
  }

  #room(length: number, topDown: boolean): number | undefined {
    const size = up(length, PAGE_SIZE);
    if (topDown) return this.#roomBelow(size);
    for (const [first, last] of AREAS) {
      let start = up(first, GRANULARITY);
      for (const vad of this.#vads) {
        if (vad.end <= start || vad.start >= start + size) continue;
        start = up(vad.end, GRANULARITY);
      }
      if (start + size <= last) return start;
    }
    return undefined;
  }

  #roomBelow(size: number): number | undefined {
    for (const [first, last] of [...AREAS].reverse()) {
      let start = down(last - size, GRANULARITY);
      for (const vad of [...this.#vads].reverse()) {
        if (vad.end <= start || vad.start >= start + size) continue;
        start = down(vad.start - size, GRANULARITY);
      }
      if (start >= first) return start;
    }
    return undefined;
  }
}
