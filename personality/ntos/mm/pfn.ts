/**
 * Which pages of RAM are free: a bitmap, and a lock count for each page in use.
 *
 * Memory below LOW_LIMIT is what ISA DMA reaches, so ordinary requests take pages from above while
 * there are any. Contiguous requests search from the bottom of the wanted zone, for a block that
 * does not cross the boundary asked for. No kernel here: this is arithmetic on page numbers.
 *
 * A single page is the lowest that is free: who frees pages and takes others touches the same ones.
 * A browser gives a page of this RAM real memory when it is first written, and never takes it back.
 *
 * The last pages of RAM are kept for contiguous requests, so that nobody can break all of RAM into
 * pieces by giving some of his pages back: short ones from the bottom of that zone, long ones from
 * its top. Where all of one kind have the same length, as here, each finds room as long as the sum
 * fits.
 *
 *   new PageAllocator(pageCount, kept)
 *   allocate(count, request)     page numbers, or undefined
 *   lock(page), unlock(page)     unlock frees at zero
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import type { PageRequest } from './types.ts';

export const LOW_LIMIT = 0x100_0000;
const LOW_PAGES = LOW_LIMIT / PAGE_SIZE;
/** Contiguous requests of so many pages or fewer are short. */
const SHORT = 8;
/** Lock count of a page that is no RAM: it may be locked and unlocked, and is never free. */
const WITHDRAWN = 0x8000;

export class PageAllocator {
  /** Lock count of each page; 0 is free. Pages that do not exist are locked for ever. */
  readonly #locks: Uint16Array;
  #free: number;
  /** In each zone, low and high, no page below this one is free. */
  readonly #lowest: [number, number];
  /** First of the pages that are kept for contiguous requests. */
  readonly #kept: number;

  constructor(pageCount: number, kept = 0) {
    this.#locks = new Uint16Array(pageCount);
    this.#free = pageCount;
    this.#kept = Math.max(0, pageCount - kept);
    this.#lowest = [0, LOW_PAGES];
  }

  get freeCount(): number {
    return this.#free;
  }

  get pageCount(): number {
    return this.#locks.length;
  }

  allocate(count: number, request: PageRequest = {}): number[] | undefined {
    if (!Number.isInteger(count) || count <= 0 || count > this.#free) return undefined;
    const pages = request.contiguous
      ? this.#findContiguous(count, request)
      : this.#findSingles(count, request.low ?? false);
    for (const page of pages ?? []) this.#locks[page] = 1;
    if (pages) this.#free -= count;
    return pages;
  }

  lock(page: number): void {
    this.#locks[page] = (this.#locks[page] ?? 0) + 1;
  }

  /** Whether the page became free. */
  unlock(page: number): boolean {
    const locks = this.#locks[page] ?? 0;
    if (locks === 0) throw new Error(`page ${page} is free already`);
    this.#locks[page] = locks - 1;
    if (locks > 1) return false;
    this.#free++;
    const zone = page < LOW_PAGES ? 0 : 1;
    this.#lowest[zone] = Math.min(this.#lowest[zone], page);
    return true;
  }

  /** Undefined for one that is never given out. */
  locksOf(page: number): number | undefined {
    const locks = this.#locks[page] ?? WITHDRAWN;
    return locks < WITHDRAWN ? locks : undefined;
  }

  isAllocated(page: number): boolean {
    return (this.#locks[page] ?? 0) > 0;
  }

  /** A page that is never given out: no frame can be made of it, or it is a device's. */
  withdraw(page: number): void {
    if (this.#locks[page] !== 0) return;
    this.#locks[page] = WITHDRAWN;
    this.#free--;
  }

  #findSingles(count: number, low: boolean): number[] | undefined {
    const pages: number[] = [];
    if (!low) this.#sweep(1, this.#kept, count, pages);
    this.#sweep(0, Math.min(LOW_PAGES, this.#kept), count, pages);
    return pages.length === count ? pages : undefined;
  }

  /** Adds free pages of a zone, the lowest first, until there are `count`. */
  #sweep(zone: 0 | 1, limit: number, count: number, pages: number[]): void {
    let page = this.#lowest[zone];
    for (; page < limit && pages.length < count; page++)
      if (this.#locks[page] === 0) pages.push(page);
  }

  #findContiguous(count: number, request: PageRequest): number[] | undefined {
    const window = (request.boundary ?? 0) / PAGE_SIZE;
    if (window > 0 && count > window) return undefined;
    const first = this.#findBlock(count, request, window);
    return first < 0 ? undefined : Array.from({ length: count }, (_, index) => first + index);
  }

  /** First page of a free block, or -1. */
  #findBlock(count: number, { low }: PageRequest, window: number): number {
    const end = this.#locks.length;
    const zones: [number, number][] = low
      ? [[0, Math.min(LOW_PAGES, end)]]
      : [
          [this.#kept, end],
          [LOW_PAGES, this.#kept],
          [0, Math.min(LOW_PAGES, this.#kept)],
        ];
    for (const [index, [start, limit]] of zones.entries()) {
      const fromTop = !low && index === 0 && count > SHORT;
      const found = fromTop
        ? this.#searchDown(start, limit, count, window)
        : this.#searchUp(start, limit, count, window);
      if (found >= 0) return found;
    }
    return -1;
  }

  #searchUp(start: number, limit: number, count: number, window: number): number {
    for (let first = start; first + count <= limit; first++) {
      if (crosses(first, count, window)) continue;
      let length = 0;
      while (length < count && this.#locks[first + length] === 0) length++;
      if (length === count) return first;
      first += length;
    }
    return -1;
  }

  #searchDown(start: number, limit: number, count: number, window: number): number {
    for (let first = limit - count; first >= start; first--) {
      if (crosses(first, count, window)) continue;
      let length = count;
      while (length > 0 && this.#locks[first + length - 1] === 0) length--;
      if (length === 0) return first;
      first -= count - length;
    }
    return -1;
  }
}

function crosses(first: number, count: number, window: number): boolean {
  return window > 0 && Math.floor(first / window) !== Math.floor((first + count - 1) / window);
}
