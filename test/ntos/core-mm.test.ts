/** Page allocation, ranges of addresses and probing, without a kernel. */
import { assert } from 'chai';
import fc from 'fast-check';
import { LOW_LIMIT, PageAllocator } from '../../personality/ntos/mm/pfn.ts';
import { pagesOf, probeBuffer } from '../../personality/ntos/mm/probe.ts';
import { Ranges } from '../../personality/ntos/mm/ranges.ts';
import { PAGE_SIZE, USER_LIMIT } from '../../personality/rtl/layout.ts';

const LOW_PAGES = LOW_LIMIT / PAGE_SIZE;

suite('ntos/mm', () => {
  test('ordinary pages come from above 16 MiB while there are any', () => {
    const pages = new PageAllocator(LOW_PAGES + 4);
    const first = pages.allocate(3)!;
    assert.isTrue(first.every((page) => page >= LOW_PAGES));
    const mixed = pages.allocate(3)!;
    assert.equal(mixed.filter((page) => page >= LOW_PAGES).length, 1);
    assert.isTrue(pages.allocate(2, { low: true })!.every((page) => page < LOW_PAGES));
    assert.equal(pages.freeCount, LOW_PAGES + 4 - 8);
  });

  test('contiguous blocks keep to their zone and their boundary', () => {
    const pages = new PageAllocator(LOW_PAGES + 64);
    pages.allocate(5, { low: true });
    const request = { low: true, contiguous: true, boundary: 0x10000 };
    const block = pages.allocate(16, request)!;
    assert.equal(block[0]! % 16, 0);
    block.forEach((page, index) => assert.equal(page, block[0]! + index));
    assert.isUndefined(pages.allocate(17, request));
    assert.isUndefined(pages.allocate(65, { contiguous: true, boundary: 0x10000 }));
  });

  test('a request that cannot be met takes nothing', () => {
    const pages = new PageAllocator(8);
    assert.isUndefined(pages.allocate(9));
    assert.isUndefined(pages.allocate(0));
    assert.isUndefined(pages.allocate(-1));
    assert.isUndefined(pages.allocate(1.5));
    assert.equal(pages.freeCount, 8);
  });

  test('a locked page is not free until the last lock goes', () => {
    const pages = new PageAllocator(4);
    const [page] = pages.allocate(1)!;
    pages.lock(page!);
    assert.isFalse(pages.unlock(page!));
    assert.equal(pages.freeCount, 3);
    assert.isTrue(pages.unlock(page!));
    assert.equal(pages.freeCount, 4);
    assert.throws(() => pages.unlock(page!));
  });

  test('pages that were freed are taken before any that never were', () => {
    const pages = new PageAllocator(LOW_PAGES + 64);
    const seen = new Set<number>();
    for (const low of [false, true])
      for (let round = 0; round < 40; round++) {
        const took = pages.allocate(8, { low })!;
        for (const page of took) seen.add(page);
        for (const page of round % 2 === 0 ? took : took.reverse()) pages.unlock(page);
      }
    assert.equal(seen.size, 16);
  });

  test('no page is given out twice', () => {
    const step = fc.record({
      take: fc.boolean(),
      count: fc.integer({ min: 1, max: 20 }),
      low: fc.boolean(),
      contiguous: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pages = new PageAllocator(LOW_PAGES + 100);
        const held: number[][] = [];
        for (const { take, count, low, contiguous } of steps) {
          const got = take ? pages.allocate(count, { low, contiguous }) : undefined;
          if (got) held.push(got);
          else for (const page of held.shift() ?? []) pages.unlock(page);
        }
        const all = held.flat();
        assert.equal(new Set(all).size, all.length);
        assert.equal(pages.freeCount, LOW_PAGES + 100 - all.length);
      }),
    );
  });

  test('ranges: what comes back can be taken as a whole again', () => {
    const order = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(order, fc.infiniteStream(fc.nat()), (lengths, dice) => {
        const ranges = new Ranges(100, 200);
        const held: [number, number][] = [];
        for (const length of lengths) {
          const start = ranges.take(length);
          if (start !== undefined) held.push([start, length]);
        }
        const cells = held.flatMap(([start, length]) =>
          Array.from({ length }, (_, index) => start + index),
        );
        assert.equal(new Set(cells).size, cells.length);
        while (held.length > 0) {
          const [start, length] = held.splice(dice.next().value % held.length, 1)[0]!;
          ranges.giveBack(start, length);
        }
        assert.equal(ranges.take(100), 100);
        assert.isUndefined(ranges.take(1));
      }),
    );
  });

  test('probe follows the pages, merges neighbours and refuses what is not there', () => {
    const mapped = new Map([
      [0x100, { slot: 1, page: 0x8000, writable: true }],
      [0x101, { slot: 2, page: 0x9000, writable: true }],
      [0x102, { slot: 3, page: 0x4000, writable: false }],
    ]);
    const space = { at: (address: number) => mapped.get(Math.floor(address / PAGE_SIZE)) };
    assert.deepEqual(probeBuffer(space, 0x100ff0, 0x1020, false), [
      { address: 0x8ff0, length: 0x1010 },
      { address: 0x4000, length: 0x10 },
    ]);
    assert.isUndefined(probeBuffer(space, 0x100ff0, 0x1020, true));
    assert.isUndefined(probeBuffer(space, 0x102ff0, 0x20, false));
    assert.isUndefined(probeBuffer(space, USER_LIMIT - 4, 8, false));
    assert.isUndefined(probeBuffer(space, 0xffff_ffff, 0xffff_ffff, false));
    assert.deepEqual(probeBuffer(space, 0x500000, 0, false), []);
    assert.deepEqual([...pagesOf([{ address: 0x8ff0, length: 0x1010 }])], [8, 9]);
  });
});
