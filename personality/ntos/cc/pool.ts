/**
 * The pages of all caches: one limit, and 2Q (Johnson and Shasha, VLDB 1994) to say who goes.
 *
 * A page that comes is *new*: new pages go in the order in which they came. A program that reads a
 * page in eight pieces wants it once: touches with no other page of the file between them are one
 * visit. One that is visited again, or is wanted soon after it went (`#gone` remembers which), is
 * *hot*: hot pages go by age of use, and only while there are few new ones. So a scan drives out
 * what it brought itself, and nothing that was used before it, in use meanwhile or not.
 *
 *   take(owner, index, urgent)
 *                        a page with nothing valid in it, or undefined where every page is in use
 *                        or dirty
 *   touch(page)          it was used now
 *   pin, unpin           keeps the frame
 *   discard(page)        it is out of its set: the frame goes, at once or with the last pin
 *   release(count)       evicts clean pages; how many went
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

/** New pages, of all that there may be, before hot ones are spared for them. */
const NEW_SHARE = 1 / 4;
/** Pages that went, of all that there may be, that are remembered. */
const GONE_SHARE = 1 / 2;
/** Pages by which the limit may be passed while dirty pages are on their way out. */
const SLACK = 32;
const URGENT_SLACK = 32;
/** By how much the cache may ever pass its limit. */
export const MOST_SLACK = SLACK + URGENT_SLACK;

/** Pages by age. */
class PageList {
  newest: Page | undefined;
  oldest: Page | undefined;
  count = 0;

  link(page: Page): void {
    this.count++;
    page.older = this.newest;
    page.newer = undefined;
    if (this.newest) this.newest.newer = page;
    else this.oldest = page;
    this.newest = page;
  }

  unlink(page: Page): void {
    this.count--;
    if (page.newer) page.newer.older = page.older;
    else if (this.newest === page) this.newest = page.older;
    if (page.older) page.older.newer = page.newer;
    else if (this.oldest === page) this.oldest = page.newer;
    page.newer = page.older = undefined;
  }
}

export class PagePool {
  readonly limit: number;
  /** Pages of the limit that something else takes: names (io/names/budget.ts). */
  #reserved = 0;
  readonly #mm: Pick<Mm, 'allocatePages' | 'freePages'>;
  #count = 0;
  /** Numbers of page sets. */
  nextSet = 1;
  readonly #new = new PageList();
  readonly #hot = new PageList();
  /** Pages that went because room was wanted, oldest first. */
  readonly #gone = new Set<string>();
  /** Pages with dirty bits. */
  dirtyCount = 0;

  constructor(mm: Pick<Mm, 'allocatePages' | 'freePages'>, limit: number) {
    this.#mm = mm;
    this.limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  reserve(pages: number): void {
    this.#reserved = pages;
    const over = this.#count - (this.limit - pages);
    if (over > 0) this.release(over);
  }

  take(owner: PageSet, index: number, urgent = false): Page | undefined {
    const most = this.limit - this.#reserved;
    const limit = most + (urgent ? MOST_SLACK : SLACK);
    if (this.#count >= most && this.release(1) === 0 && this.#count >= limit) return undefined;
    // Where ISA DMA reaches, or each transfer of it would be copied once more.
    const pages = this.#mm.allocatePages(1, { low: true }) ?? this.#mm.allocatePages(1);
    const address = pages?.[0];
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
      hot: this.#gone.delete(keyOf(owner, index)),
      visits: 0,
      dirtySince: 0,
      newer: undefined,
      older: undefined,
      loaded: undefined,
    };
    this.#listOf(page).link(page);
    return page;
  }

  touch(page: Page): void {
    const { owner } = page;
    if (owner.lastUsed !== page) {
      owner.lastUsed = page;
      page.visits++;
    }
    if (!page.hot || page === this.#hot.newest || page.orphan) return;
    this.#hot.unlink(page);
    this.#hot.link(page);
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
    this.#listOf(page).unlink(page);
    if (page.pins === 0) this.#free(page);
  }

  release(count: number): number {
    const spared = this.#new.count > this.limit * NEW_SHARE;
    const [first, then] = spared ? [this.#new, this.#hot] : [this.#hot, this.#new];
    const released = this.#releaseFrom(first, count);
    return released < count ? released + this.#releaseFrom(then, count - released) : released;
  }

  #releaseFrom(list: PageList, count: number): number {
    let released = 0;
    for (let page = list.oldest; page && released < count;) {
      const next: Page | undefined = page.newer;
      if (!page.hot && page.visits > 1) this.#warm(page);
      else if (page.pins === 0 && page.dirty === 0 && page.loading === 0) {
        if (!page.hot) this.#remember(page);
        page.owner.drop(page);
        released++;
      }
      page = next;
    }
    return released;
  }

  #warm(page: Page): void {
    this.#new.unlink(page);
    page.hot = true;
    this.#hot.link(page);
  }

  #remember({ owner, index }: Page): void {
    this.#gone.add(keyOf(owner, index));
    if (this.#gone.size <= this.limit * GONE_SHARE) return;
    for (const oldest of this.#gone) {
      this.#gone.delete(oldest);
      return;
    }
  }

  #listOf({ hot }: Page): PageList {
    return hot ? this.#hot : this.#new;
  }

  #free(page: Page): void {
    this.#count--;
    this.#mm.freePages([page.address]);
  }
}

function keyOf({ id }: PageSet, index: number): string {
  return `${id}:${index}`;
}
