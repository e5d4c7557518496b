/** The harness itself: a helper that fails fails its program, and the allocator gives and takes. */
import { assert } from 'chai';
import {
  seL4_EndpointBits,
  seL4_EndpointObject,
  seL4_NoError,
  seL4_NotEnoughMemory,
  seL4_Untyped_Retype,
} from '../../personality/sel4/index.ts';
import { Crash, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { ROOT, remove } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

/** From memory that holds one: each must give back what it took. */
function checkMemory(bench: Bench): void {
  const { thread } = bench;
  const untyped = bench.untyped(seL4_EndpointBits);
  const [slot, other] = [bench.slot(), bench.slot()];
  const make = (dest: number) =>
    seL4_Untyped_Retype(thread, untyped, seL4_EndpointObject, 0, ROOT, 0, 0, dest, 1);
  for (let i = 0; i < 100; i++) {
    assert.equal(make(slot), seL4_NoError, `endpoint ${i}`);
    assert.equal(make(other), seL4_NotEnoughMemory, 'a second one');
    assert.equal(remove(thread, slot), seL4_NoError);
  }
}

function checkAllocator(bench: Bench): void {
  checkMemory(bench);
  const seen = new Set<number>();
  for (let i = 0; i < 100; i++) {
    const endpoint = bench.endpoint();
    seen.add(endpoint);
    bench.free(endpoint);
  }
  assert.equal(seen.size, 1, 'a freed slot is used again');
}

export const programs: Program[] = [
  {
    id: 'TRIVIAL0000',
    checks: 'the harness: checks can fail, helpers and processes run and report, and may crash',
    async run(bench) {
      assert.throws(() => assert.equal(1, 2));
      for (let i = 0; i < 3; i++) {
        assert.equal(await bench.wait(bench.start(() => Promise.resolve(7 + i))), 7 + i);
      }
      const process = await bench.process();
      assert.equal(await bench.wait(bench.start(() => Promise.resolve(10), { process })), 10);
      let crashed = false;
      const crash = () => {
        crashed = true;
        throw new Crash(1);
      };
      bench.start(crash, { unguarded: true, priority: 101 });
      await settle(bench.thread);
      assert.isTrue(crashed, 'without a handler it is gone, and nobody minds');
    },
  },
  {
    id: 'TRIVIAL0001',
    checks: '100 endpoints are allocated and freed, from memory for one',
    run: checkAllocator,
  },
  {
    id: 'TRIVIAL0002',
    checks: 'the same twice',
    run(bench) {
      checkAllocator(bench);
      checkAllocator(bench);
    },
  },
];
