/**
 * Which pages of RAM are free: a bitmap, and a lock count for each page in use.
 *
 * Memory below LOW_LIMIT is what ISA DMA reaches, so ordinary requests take pages from above while
 * there are any. Contiguous
 * requests search from the bottom of the wanted zone, for a block that does not cross the boundary
 * asked for. No kernel here:
 * this is arithmetic on page numbers.
 *
 *   new PageAllocator(pageCount)
 *   allocate(count, request)     page numbers, or undefined
 *   lock(page), unlock(page)     unlock frees at zero
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import type { PageRequest } from './types.ts';

export const LOW_LIMIT = 0x100_0000;
const LOW_PAGES = LOW_LIMIT / PAGE_SIZE;

export class PageAllocator {
  /** Lock count of each page; 0 is free. Pages that do not exist are locked for ever. */
  readonly #locks: Uint16Array;
  #free: number;
  /** Where the last search for a single page ended, for each zone: low, high. */
  readonly #hint: [number, number];

  constructor(pageCount: number) {
    this.#locks = new Uint16Array(pageCount);
    this.#free = pageCount;
    this.#hint = [0, Math.min(LOW_PAGES, pageCount)];
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
    return true;
  }

  isAllocated(page: number): boolean {
    return (this.#locks[page] ?? 0) > 0;
  }

  /** A page that is lost for good: where no frame can be made of it. */
  withdraw(page: number): void {
    if (this.#locks[page] !== 0) return;
    this.#locks[page] = 0xffff;
    this.#free--;
  }

  #findSingles(count: number, low: boolean): number[] | undefined {
    const pages: number[] = [];
    if (!low) this.#sweep(1, LOW_PAGES, this.#locks.length, count, pages);
    this.#sweep(0, 0, LOW_PAGES, count, pages);
    return pages.length === count ? pages : undefined;
  }

  /** Takes free pages of a zone, from where the last sweep of it ended, once around. */
  #sweep(zone: 0 | 1, first: number, end: number, count: number, pages: number[]): void {
    const limit = Math.min(end, this.#locks.length);
    let page = this.#hint[zone];
    for (let seen = first; seen < limit && pages.length < count; seen++) {
      if (page < first || page >= limit) page = first;
      if (this.#locks[page] === 0) pages.push(page);
      page++;
    }
    this.#hint[zone] = page;
  }

  #findContiguous(count: number, request: PageRequest): number[] | undefined {
    const limit = request.low ? Math.min(LOW_PAGES, this.#locks.length) : this.#locks.length;
    const zones = request.low ? [0] : [Math.min(LOW_PAGES, limit), 0];
    const window = (request.boundary ?? 0) / PAGE_SIZE;
    if (window > 0 && count > window) return undefined;
    for (const start of zones) {
      for (let first = start; first + count <= limit; first++) {
        if (window > 0 && Math.floor(first / window) !== Math.floor((first + count - 1) / window))
          continue;
        let length = 0;
        while (length < count && this.#locks[first + length] === 0) length++;
        if (length === count) return Array.from({ length }, (_, index) => first + index);
        first += length;
      }
    }
    return undefined;
  }
}
