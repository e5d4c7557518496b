/** Which pages go when room is wanted. */
import { assert } from 'chai';
import type { PageSet } from '../../personality/ntos/cc/pageset.ts';
import { PagePool } from '../../personality/ntos/cc/pool.ts';
import type { Page } from '../../personality/ntos/cc/types.ts';

const LIMIT = 64;

/** A file of pages, as far as the pool sees it. */
class Pages {
  readonly pool: PagePool;
  readonly there = new Map<number, Page>();
  readonly id: number;
  misses = 0;

  constructor(pool: PagePool) {
    this.pool = pool;
    this.id = pool.nextSet++;
  }

  drop(page: Page): void {
    this.there.delete(page.index);
    this.pool.discard(page);
  }

  read(index: number, touches = 1): void {
    let page = this.there.get(index);
    if (!page) {
      this.misses++;
      page = this.pool.take(this as unknown as PageSet, index)!;
      this.there.set(index, page);
    }
    for (let i = 0; i < touches; i++) this.pool.touch(page);
  }

  /** All of it, in small pieces. */
  scan(count: number): void {
    for (let index = 0; index < count; index++) this.read(index, 8);
  }
}

function makePool(): PagePool {
  const mm = { allocatePages: () => [0], freePages: () => undefined };
  return new PagePool(mm as unknown as ConstructorParameters<typeof PagePool>[0], LIMIT);
}

suite('ntos/cc pool', () => {
  test('a scan drives out what it brought itself, and not what is wanted again and again', () => {
    const pool = makePool();
    const often = new Pages(pool);
    // Wanted again soon after it went: hot.
    for (let turn = 0; turn < 3; turn++) {
      often.scan(16);
      new Pages(pool).scan(LIMIT - 8);
    }
    const before = often.misses;
    new Pages(pool).scan(1000);
    often.scan(16);
    assert.equal(often.misses, before);
    assert.isAtMost(pool.count, LIMIT);
  });

  test('what is wanted no more goes in the end, hot or not', () => {
    const pool = makePool();
    const [old, now] = [new Pages(pool), new Pages(pool)];
    for (let turn = 0; turn < 3; turn++) {
      old.scan(40);
      now.scan(LIMIT + turn);
    }
    for (let turn = 0; turn < 6; turn++) now.scan(60);
    assert.isBelow(old.there.size, 20);
  });

  test('pinned and dirty pages stay; room for names is room taken from pages', () => {
    const pool = makePool();
    const pages = new Pages(pool);
    pages.scan(10);
    pool.pin(pages.there.get(0)!);
    pages.there.get(1)!.dirty = 1;
    pool.reserve(LIMIT / 2);
    const others = new Pages(pool);
    others.scan(300);
    assert.isAtMost(pool.count, LIMIT / 2);
    assert.sameMembers([...pages.there.keys()], [0, 1]);
  });
});
