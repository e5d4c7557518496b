/**
 * The pages of all caches: one limit, one list by age of use.
 *
 *   take(owner, index, urgent)
 *                        a page with nothing valid in it, or undefined where every page is in use
 *                        or dirty
 *   touch(page)          it was used now
 *   pin, unpin           keeps the frame
 *   discard(page)        it is out of its set: the frame goes, at once or with the last pin
 *   release(count)       evicts clean pages, oldest first; how many went
 *
 * Invariant: `count` is the number of frames held, orphans included: at most the limit, SLACK pages
 * more, and URGENT_SLACK beyond that only urgent requests may take. Urgent is what write-back
 * waits for: a file system's look at its own metadata. So whoever fills the cache with dirty or
 * pinned pages cannot keep it from being written back. RAM for both is set aside at boot
 * (ps/quotatable.ts).
 */
import type { Mm } from '../mm/types.ts';
import type { PageSet } from './pageset.ts';
import type { Page } from './types.ts';

/** Pages by which the limit may be passed while dirty pages are on their way out. */
const SLACK = 32;
const URGENT_SLACK = 32;
/** By how much the cache may ever pass its limit. */
export const MOST_SLACK = SLACK + URGENT_SLACK;

export class PagePool {
  readonly limit: number;
  readonly #mm: Pick<Mm, 'allocatePages' | 'freePages'>;
  #count = 0;
  #newest: Page | undefined;
  #oldest: Page | undefined;
  /** Pages with dirty bits. */
  dirtyCount = 0;

  constructor(mm: Pick<Mm, 'allocatePages' | 'freePages'>, limit: number) {
    this.#mm = mm;
    this.limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  take(owner: PageSet, index: number, urgent = false): Page | undefined {
    const limit = this.limit + (urgent ? MOST_SLACK : SLACK);
    if (this.#count >= this.limit && this.release(1) === 0 && this.#count >= limit)
      return undefined;
    const address = this.#mm.allocatePages(1)?.[0];
    if (address === undefined) return undefined;
    this.#count++;
    const page: Page = {
      owner,
      index,
      address,
      valid: 0,
      dirty: 0,
      loading: 0,
      writing: 0,
      pins: 0,
      orphan: false,
      dirtySince: 0,
      newer: undefined,
      older: undefined,
      loaded: undefined,
    };
    this.#link(page);
    return page;
  }

  touch(page: Page): void {
    if (page === this.#newest || page.orphan) return;
    this.#unlink(page);
    this.#link(page);
  }

  pin(page: Page): void {
    page.pins++;
  }

  unpin(page: Page): void {
    page.pins--;
    if (page.pins === 0 && page.orphan) this.#free(page);
  }

  discard(page: Page): void {
    page.orphan = true;
    this.#unlink(page);
    if (page.pins === 0) this.#free(page);
  }

  release(count: number): number {
    let released = 0;
    for (let page = this.#oldest; page && released < count;) {
      const next: Page | undefined = page.newer;
      if (page.pins === 0 && page.dirty === 0 && page.loading === 0) {
        page.owner.drop(page);
        released++;
      }
      page = next;
    }
    return released;
  }

  #free(page: Page): void {
    this.#count--;
    this.#mm.freePages([page.address]);
  }

  #link(page: Page): void {
    page.older = this.#newest;
    page.newer = undefined;
    if (this.#newest) this.#newest.newer = page;
    else this.#oldest = page;
    this.#newest = page;
  }

  #unlink(page: Page): void {
    if (page.newer) page.newer.older = page.older;
    else if (this.#newest === page) this.#newest = page.older;
    if (page.older) page.older.newer = page.newer;
    else if (this.#oldest === page) this.#oldest = page.newer;
    page.newer = page.older = undefined;
  }
}
