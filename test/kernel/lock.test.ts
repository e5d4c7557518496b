/** The kernel lock, with real processors: workers that are in and out of it all the time. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { LockWork } from './fixtures/lock-worker.ts';
import { type TestKernel, compile, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const ROUNDS = 3000;

function prepare(k: TestKernel, cpu: number): Omit<LockWork, 'module'> {
  k.kernel.processorOnline(cpu);
  k.thread({ priority: 10, affinity: cpu });
  const untyped = k.make(abi.seL4_UntypedObject, 12);
  const endpoint = k.make(abi.seL4_EndpointObject);
  const slot = k.freeSlot();
  k.freeSlot();
  return { memory: k.memory, root: k.root, cpu, untyped, slot, endpoint, rounds: ROUNDS };
}

/** Resolves to the number of calls that failed. */
function run(worker: Worker, work: LockWork): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data as number);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(work);
  });
}

suite('kernel: the lock', () => {
  test('two processors change the derivation tree at once, and it stays whole', async () => {
    const k = await startKernel();
    const module = await compile();
    // All of this first: a page's main thread must not wait for the lock.
    const work = [1, 2].map((cpu) => ({ ...prepare(k, cpu), module }));
    const address = new URL('./fixtures/lock-worker.ts', import.meta.url);
    const workers = work.map(() => new Worker(address, { type: 'module' }));
    try {
      const failures = await Promise.all(work.map((each, i) => run(workers[i]!, each)));
      assert.deepEqual(failures, [0, 0]);
    } finally {
      for (const worker of workers) worker.terminate();
    }
    assert.equal(k.u32(layout.LOCK_WORD), 0);
    assert.isAtLeast(k.counter(layout.COUNTER_ENTRY), 2 * 4 * ROUNDS);
    assertInvariants(k);
  });

  test('who looks at the memory holds the lock, and has entered nothing', async () => {
    const k = await startKernel();
    const entries = k.counter(layout.COUNTER_ENTRY);
    assert.equal(k.kernel.hold(0), 1);
    assert.equal(k.u32(layout.LOCK_WORD), 1);
    k.kernel.letGo(0);
    assert.equal(k.u32(layout.LOCK_WORD), 0);
    assert.equal(k.counter(layout.COUNTER_ENTRY), entries);
    assert.equal(k.kernel.hold(5), 0, 'not online');
    assert.equal(k.kernel.hold(abi.MAX_PROCESSORS), 0, 'no processor');
    k.kernel.letGo(abi.MAX_PROCESSORS);
    assertInvariants(k);
  });

  /** A worker that is processor 1 takes processor 2 offline; resolves when it has. */
  async function takeOffline(k: TestKernel): Promise<void> {
    const address = new URL('./fixtures/offline-worker.ts', import.meta.url);
    const worker = new Worker(address, { type: 'module' });
    const work = { module: await compile(), memory: k.memory, cpu: 1, victim: 2 };
    try {
      await new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(work);
      });
    } finally {
      worker.terminate();
    }
  }

  async function heldByTwo(): Promise<{ k: TestKernel; online(): number }> {
    const k = await startKernel();
    for (const cpu of [1, 2]) prepare(k, cpu);
    k.setU32(layout.LOCK_WORD, 3);
    const word = layout.NODES + 2 * layout.NODE_SIZE + layout.NODE_ONLINE;
    return { k, online: () => k.u32(word) };
  }

  test('an owner who died in the kernel is robbed, after a while', async () => {
    const { k, online } = await heldByTwo();
    await takeOffline(k);
    assert.deepEqual([k.u32(layout.LOCK_WORD), online()], [0, 0]);
    assertInvariants(k);
  });

  test('one who still works there is not: it comes out first', async () => {
    const { k, online } = await heldByTwo();
    const taken = takeOffline(k);
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.equal(k.u32(layout.LOCK_WORD), 3);
    assert.notEqual(online(), 0);
    k.setU32(layout.LOCK_WORD, 0);
    await taken;
    assert.deepEqual([k.u32(layout.LOCK_WORD), online()], [0, 0]);
  });
});
