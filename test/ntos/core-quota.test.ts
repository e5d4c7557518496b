/**
 * Quota blocks and their table, numbers that come again, and what is kept contiguous: no kernel.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import type { ExecutiveOptions } from '../../personality/ntos/options.ts';
import type { Fcb } from '../../personality/ntos/io/file/fcb.ts';
import { ALIAS_LIMIT, FileNames } from '../../personality/ntos/io/file/names.ts';
import { createKe } from '../../personality/ntos/ke/ke.ts';
import { RateLimit } from '../../personality/ntos/ex/ratelimit.ts';
import { Ids } from '../../personality/ntos/ke/ids.ts';
import { PageAllocator } from '../../personality/ntos/mm/pfn.ts';
import { Quotas } from '../../personality/ntos/ps/family.ts';
import { QuotaBlock } from '../../personality/ntos/ps/quota.ts';
import {
  amounts,
  BLOCK_BYTES,
  cacheLimit,
  contiguousPages,
  nothing,
  quotaTable,
  reservePages,
  resources,
  ROOTS,
  unlimited,
} from '../../personality/ntos/ps/quotatable.ts';
import { MOST_SLACK } from '../../personality/ntos/cc/pool.ts';
import { MAP_REGISTERS } from '../../personality/ntos/hal/dma/mapregisters.ts';
import { PACKETS_SIZE, PAGE_SIZE, SERVICE_BUFFER_SIZE } from '../../personality/rtl/layout.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Platform, Thread } from '../../personality/sel4/types.ts';
import { MAX_PROCESSORS } from '../../personality/sel4/index.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const RAM = 32 << 20;
const PAGES = RAM / PAGE_SIZE;
/** Processors that are no process's: the Executive's and the machine's. */
const TAKEN = 2;

suite('ntos/quotas', () => {
  test('the table: what all may have together fits into what there is', () => {
    const clients = amounts('clients', RAM);
    const systems = amounts('systems', RAM);
    const reserve = reservePages(RAM);
    const cache = cacheLimit(Infinity, RAM);
    const given = clients.pagefile + systems.pagefile + systems.disk + cache;
    assert.isAtMost(given + reserve, PAGES);
    const kept = contiguousPages(PACKETS_SIZE);
    assert.isAtMost(
      MOST_SLACK + MAP_REGISTERS + kept,
      reserve,
      'urgent pages, DMA, contiguous pages',
    );
    assert.isAtMost(clients.processes + systems.processes + TAKEN, MAX_PROCESSORS);
    // 16 MiB of kernel memory, of which the root CNode and the Executive's own take some.
    assert.isAtMost(clients.nonPagedPool + systems.nonPagedPool, 10 << 20);
    // 2^16 slots, of which each page of RAM has one.
    assert.isAtMost(clients.slots + systems.slots, (1 << 16) - PAGES - 4096);
    assert.isAtMost(systems.views, 0.75 * cache);
  });

  test('the table: bases of roots fit, limits fit into what they are part of', () => {
    const [base, client, family, clients] = (['base', 'client', 'family', 'clients'] as const).map(
      (column) => amounts(column, RAM),
    );
    const systems = amounts('systems', RAM);
    const [driver, system] = [amounts('driver', RAM), amounts('system', RAM)];
    for (const name of resources) {
      assert.isAtMost(base![name], client![name], name);
      assert.isAtMost(client![name], family![name], name);
      // One family leaves room for processes that others make.
      const left = clients![name] - family![name] - ROOTS * base![name];
      assert.isAtLeast(left, 2 * base![name], name);
      const members = clients!.processes * base![name];
      assert.isAtMost(members, clients![name], `${name}: each client's base`);
      if (name === 'views' || name === 'disk') continue;
      const all = 10 * driver[name] + 2 * system[name];
      assert.isAtMost(all, systems[name], `${name}: every system process and driver`);
    }
    assert.isAtLeast(client!.nonPagedPool, BLOCK_BYTES);
  });

  test('a charge is made in the whole chain, or nowhere', () => {
    const all = new QuotaBlock({ limits: { ...unlimited, pagefile: 10 } });
    const family = new QuotaBlock({ limits: { ...unlimited, pagefile: 8 }, parent: all });
    const one = new QuotaBlock({ limits: { ...unlimited, pagefile: 5 }, parent: family });
    const two = new QuotaBlock({ limits: unlimited, parent: family });
    const other = new QuotaBlock({ limits: unlimited, parent: all });
    assert.equal(one.charge('pagefile', 5), SUCCESS);
    assert.equal(one.charge('pagefile', 1), Status.STATUS_QUOTA_EXCEEDED);
    assert.equal(two.charge('pagefile', 4), Status.STATUS_QUOTA_EXCEEDED);
    assert.equal(two.charge('pagefile', 3), SUCCESS);
    assert.equal(other.charge('pagefile', 3), Status.STATUS_COMMITMENT_LIMIT);
    assert.equal(other.charge('pagefile', 2), SUCCESS);
    assert.deepEqual(
      [all, family, one, two, other].map((block) => block.usage.pagefile),
      [10, 8, 5, 3, 2],
    );
    one.giveBack('pagefile', 5);
    assert.deepEqual([all.usage.pagefile, family.usage.pagefile], [5, 3]);
    assert.equal(all.peak.pagefile, 10);
    assert.throws(() => one.giveBack('pagefile', 1));
  });

  test('a base is paid for in advance, and what is reserved is for roots alone', () => {
    const limits = { ...unlimited, handles: 10 };
    const all = new QuotaBlock({ limits, reserved: { ...nothing, handles: 4 } });
    const make = () =>
      new QuotaBlock({ limits: unlimited, parent: all, base: { ...nothing, handles: 4 } });
    const [first, second, root] = [make(), make(), make()];
    assert.equal(first.takeBase(false), SUCCESS);
    assert.equal(first.charge('handles', 6), SUCCESS);
    assert.equal(all.usage.handles, 6);
    assert.equal(second.takeBase(false), Status.STATUS_INSUFFICIENT_RESOURCES);
    assert.deepEqual(all.usage, { ...nothing, handles: 6 });
    assert.equal(root.takeBase(true), SUCCESS);
    assert.equal(first.charge('handles', 1), Status.STATUS_INSUFFICIENT_RESOURCES);
    assert.equal(root.charge('handles', 4), SUCCESS, 'nobody can take what it is sure of');
    assert.equal(root.charge('handles', 1), Status.STATUS_INSUFFICIENT_RESOURCES);
    root.dropBase();
    assert.equal(all.usage.handles, 10, 'it still has them');
    root.giveBack('handles', 4);
    first.giveBack('handles', 6);
    assert.equal(all.usage.handles, 4);
    first.dropBase();
    assert.equal(all.usage.handles, 0);
  });

  test('whatever is charged and given back, in any order: parents hold the sum', () => {
    const step = fc.record({
      who: fc.nat(3),
      what: fc.constantFrom('charge', 'giveBack', 'take', 'drop'),
      resource: fc.constantFrom('pagefile' as const, 'objects' as const),
      amount: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const all = new QuotaBlock({ limits: { ...unlimited, pagefile: 90, objects: 60 } });
        const base = { ...nothing, pagefile: 10, objects: 5 };
        const blocks = [0, 1, 2, 3].map(
          () => new QuotaBlock({ limits: { ...unlimited, objects: 50 }, parent: all, base }),
        );
        const taken = [false, false, false, false];
        for (const { who, what, resource, amount } of steps) {
          const block = blocks[who]!;
          if (what === 'charge') {
            const would = block.check(resource, amount);
            assert.equal(would, block.charge(resource, amount));
          }
          if (what === 'giveBack')
            block.giveBack(resource, Math.min(amount, block.usage[resource]));
          else if (what === 'take' && !taken[who]) taken[who] = block.takeBase(false) === SUCCESS;
          else if (what === 'drop') {
            block.dropBase();
            taken[who] = false;
          }
          for (const name of resources) {
            const sum = blocks.reduce(
              (total, { usage }, index) =>
                total + Math.max(usage[name], taken[index] ? base[name] : 0),
              0,
            );
            assert.equal(all.usage[name], sum, name);
            assert.isAtMost(sum, all.limits[name]);
          }
        }
      }),
    );
  });

  test('families: forking, and the forks of forks, get no more than one family', () => {
    const quotas = new Quotas(RAM);
    const session = quotas.enter('system', undefined).member!;
    const shell = quotas.enter('client', session).member!;
    const members = [shell];
    let status: number = SUCCESS;
    for (let turn = 0; status === SUCCESS; turn++) {
      const { member, ...refused } = quotas.enter('client', members[turn >> 1]);
      status = refused.status;
      if (member) members.push(member);
    }
    assert.equal(status, Status.STATUS_QUOTA_EXCEEDED);
    assert.equal(members.length, quotaTable.processes.family);
    // Another family fills what clients may have; the system starts a shell all the same.
    const other = [quotas.enter('client', session).member!];
    for (let next = quotas.enter('client', other[0]); next.member;) {
      other.push(next.member);
      next = quotas.enter('client', other[0]);
    }
    for (let root = 0; root < ROOTS; root++)
      assert.equal(quotas.enter('client', session).status, SUCCESS, `root ${root}`);
    assert.equal(quotas.enter('client', session).status, Status.STATUS_INSUFFICIENT_RESOURCES);
    for (let driver = 0; driver < 10; driver++)
      assert.equal(quotas.enter('driver', undefined).status, SUCCESS, `driver ${driver}`);
  });

  test('numbers come again only when all others have been used, and never twice at once', () => {
    const ids = new Ids(12, 4);
    const used = new Set<number>([8]);
    assert.equal(
      ids.next((id) => used.has(id)),
      4,
    );
    assert.equal(
      ids.next((id) => used.has(id)),
      12,
    );
    assert.equal(
      ids.next((id) => used.has(id)),
      4,
    );
    used.add(4).add(12);
    assert.isUndefined(ids.next((id) => used.has(id)));
    used.delete(8);
    assert.equal(
      ids.next((id) => used.has(id)),
      8,
    );
  });

  test('a driver can be loaded in RAM that clients have broken into single pages', () => {
    const kept = contiguousPages(PACKETS_SIZE);
    const pages = new PageAllocator(PAGES, kept);
    // All of it is taken in single pages, and every second one given back.
    const singles = pages.allocate(PAGES - kept)!;
    assert.isUndefined(pages.allocate(1), 'what is kept is for contiguous requests');
    singles.forEach((page, index) => index % 2 === 0 && pages.unlock(page));
    const buffer = SERVICE_BUFFER_SIZE / PAGE_SIZE;
    const packets = PACKETS_SIZE / PAGE_SIZE;
    const threads = quotaTable.threads.clients + quotaTable.threads.systems;
    const blocks: number[][] = [];
    const take = (count: number) => blocks.push(pages.allocate(count, { contiguous: true })!);
    // Any order, with some given back in between.
    for (let thread = 0; thread < threads; thread++) take(buffer);
    for (let turn = 0; turn < 3; turn++) {
      for (let driver = 0; driver < 20; driver++) take(packets);
      for (const page of blocks.splice(threads, 20).flat()) pages.unlock(page);
      for (const page of blocks.splice(turn, 7).flat()) pages.unlock(page);
      for (let thread = 0; thread < 7; thread++)
        blocks.unshift(pages.allocate(buffer, { contiguous: true })!);
    }
    const all = blocks.flat();
    assert.equal(new Set(all).size, all.length);
  });

  test('what is said too often is refused for a while', () => {
    const limit = new RateLimit(3, 100);
    const [one, two] = [{}, {}];
    const said = [0, 0, 0, 0].map((now) => limit.allows(one, now));
    assert.deepEqual(said, [true, true, true, false]);
    assert.isTrue(limit.allows(two, 0));
    assert.isFalse(limit.allows(one, 99));
    assert.isTrue(limit.allows(one, 100));
    assert.isFalse(limit.allows(one, 100));
    assert.isTrue(limit.allows(one, 10_000));
  });

  test('the log that clients can cause lines of does not flood the page', () => {
    const said: string[] = [];
    let now = 0;
    const thread = {
      now: () => now,
      log: (...text: unknown[]) => void said.push(text.join(' ')),
    } as unknown as Thread;
    const ke = createKe({
      thread,
      options: {} as ExecutiveOptions,
      platform: {} as Platform,
    });
    for (let turn = 0; turn < 10_000; turn++) ke.log(`line ${turn}`);
    assert.isBelow(said.length, 1000);
    const { length } = said;
    now += 1e9;
    ke.log('at last');
    const lost = 10_000 - length;
    assert.deepEqual(said.slice(length), [`ntos: ${lost} lines left out`, 'ntos: at last']);
  });

  test('one file is known by few of its many names', () => {
    const names = new FileNames();
    const fcb = { number: 1, path: 'A' } as Fcb;
    names.add(fcb);
    const other = { number: 2, path: 'B' } as Fcb;
    names.add(other);
    const path = (turn: number) => `LONGNA~1\\${turn}`;
    for (let turn = 0; turn < 1000; turn++) names.addPath(path(turn), fcb);
    const known = Array.from({ length: 1000 }, (_, turn) => names.byPath(path(turn)));
    assert.equal(known.filter(Boolean).length, ALIAS_LIMIT);
    assert.equal(known.at(-1), fcb);
    // A path that leads to another file by now is that file's.
    names.addPath(path(999), other);
    for (let turn = 0; turn < ALIAS_LIMIT; turn++) names.addPath(path(turn), fcb);
    assert.equal(names.byPath(path(999)), other);
  });

  test("the guide's table of quotas is this one", async () => {
    const guide = await (await fetch('/docs/executive.md')).text();
    const columns = ['base', 'client', 'family', 'clients', 'driver', 'system', 'systems'] as const;
    for (const name of resources) {
      const cells = columns.map((column) => {
        const amount = amounts(column, RAM)[name];
        const inKib = name.endsWith('Pool');
        return (inKib ? amount / 1024 : amount).toLocaleString('en-US') + (inKib ? ' K' : '');
      });
      const row = `| \`${name}\` | ${cells.join(' | ')} | \`${statusName(quotaTable[name].over)}\` |`;
      assert.include(guide, row);
    }
  });
});
