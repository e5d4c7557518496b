/** Synchronisation built upon notifications: see harness/sync.ts. */
import { assert } from 'chai';
import { seL4_CapInitThreadVSpace, seL4_Yield } from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import type { Bench, Helper } from './harness/bench.ts';
import type { Program } from './harness/program.ts';
import {
  QUEUE_WORDS,
  createMonitor,
  createQueue,
  createSemaphore,
  createWords,
} from './harness/sync.ts';
import type { Monitor, Semaphore, Words } from './harness/sync.ts';

const SHARED = 0x2000_0000;
const THREADS = 8;
const ROUNDS = 50;

interface Tools {
  word(value: number): Words;
  semaphore(count: number): Semaphore;
  monitor(): Monitor;
}

/** All in one shared page; threads have a notification each to sleep on. */
function makeTools(bench: Bench, base = SHARED): Tools {
  const shared = bench.page();
  bench.map(shared, seL4_CapInitThreadVSpace, base);
  let next = base;
  const words = (count: number): Words => {
    next += 4 * count;
    return createWords(next - 4 * count, count);
  };
  const queue = () => createQueue(words(QUEUE_WORDS));
  const pool = queue();
  for (let i = 0; i <= THREADS; i++) pool.push(bench.thread, bench.notification());
  const tools: Tools = {
    word(value) {
      const word = words(1);
      word.set(bench.thread, 0, value);
      return word;
    },
    semaphore: (count) => createSemaphore(pool, queue(), tools.word(count)),
    monitor: () => createMonitor(pool, queue(), tools.semaphore(1)),
  };
  return tools;
}

async function waitAll(bench: Bench, helpers: readonly Helper[]): Promise<void> {
  for (const helper of helpers) await bench.wait(helper);
}

/** At most `count` threads are inside at once, and every one of them gets in every time. */
async function limited(bench: Bench, count: number): Promise<void> {
  const tools = makeTools(bench);
  const semaphore = tools.semaphore(count);
  let [inside, most, entered] = [0, 0, 0];
  const body = async (thread: Thread): Promise<void> => {
    for (let i = 0; i < ROUNDS; i++) {
      await semaphore.wait(thread);
      entered++;
      most = Math.max(most, ++inside);
      for (let turn = 0; turn <= i % 3; turn++) await seL4_Yield(thread);
      inside--;
      await semaphore.post(thread);
    }
  };
  const helpers = Array.from({ length: THREADS }, (_, i) =>
    bench.start(body, { priority: 90 + (i % 3) }),
  );
  await waitAll(bench, helpers);
  assert.equal(entered, THREADS * ROUNDS);
  assert.equal(most, count, 'threads inside at once');
}

/** One producer and several consumers of a buffer with one place. */
async function producer(bench: Bench): Promise<void> {
  const tools = makeTools(bench);
  const monitor = tools.monitor();
  const place = tools.word(0);
  const got: number[] = [];
  const until = async (thread: Thread, full: boolean): Promise<void> => {
    while ((place.get(thread, 0) !== 0) !== full) {
      // One condition for both sides: who is woken in vain passes it on.
      await monitor.wait(thread);
    }
  };
  const total = THREADS * ROUNDS;
  const consumers = Array.from({ length: THREADS }, () =>
    bench.start(async (thread) => {
      for (let i = 0; i < ROUNDS; i++) {
        await monitor.enter(thread);
        await until(thread, true);
        got.push(place.get(thread, 0));
        place.set(thread, 0, 0);
        await monitor.broadcast(thread);
        await monitor.leave(thread);
      }
    }),
  );
  const source = bench.start(async (thread) => {
    for (let value = 1; value <= total; value++) {
      await monitor.enter(thread);
      await until(thread, false);
      place.set(thread, 0, value);
      await monitor.broadcast(thread);
      await monitor.leave(thread);
    }
  });
  await waitAll(bench, [source, ...consumers]);
  const all = Array.from({ length: total }, (_, i) => i + 1);
  assert.deepEqual(got, all, 'every value, once, in order');
}

/** `signal` lets one waiter go, `broadcast` all that wait. */
async function release(bench: Bench, all: boolean): Promise<void> {
  const tools = makeTools(bench, SHARED + 4096);
  const monitor = tools.monitor();
  let [waiting, released] = [0, 0];
  const helpers = Array.from({ length: THREADS }, () =>
    bench.start(async (thread) => {
      await monitor.enter(thread);
      waiting++;
      await monitor.wait(thread);
      released++;
      await monitor.leave(thread);
    }),
  );
  const pause = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await seL4_Yield(bench.thread);
  };
  await pause();
  assert.equal(waiting, THREADS);
  for (let round = 1; round <= (all ? 1 : THREADS); round++) {
    await monitor.enter(bench.thread);
    await (all ? monitor.broadcast(bench.thread) : monitor.signal(bench.thread));
    assert.equal(released, all ? 0 : round - 1, 'not before we have left');
    await monitor.leave(bench.thread);
    await pause();
    assert.equal(released, all ? THREADS : round);
  }
  await waitAll(bench, helpers);
}

export const programs: Program[] = [
  {
    id: 'SYNC001',
    checks: 'a lock of notification and shared word: 8 threads, one inside at a time',
    run: (bench) => limited(bench, 1),
  },
  {
    id: 'SYNC002',
    checks: 'a counting semaphore: 8 threads, exactly three inside at the most',
    run: (bench) => limited(bench, 3),
  },
  {
    id: 'SYNC003',
    checks: 'a monitor: producer and 8 consumers lose and double nothing; signal wakes one waiter',
    async run(bench) {
      await producer(bench);
      await release(bench, false);
    },
  },
  {
    id: 'SYNC004',
    checks: 'a monitor: broadcast wakes all 8 waiters, after the monitor was left',
    run: (bench) => release(bench, true),
  },
];
