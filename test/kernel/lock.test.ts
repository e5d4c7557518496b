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
});
