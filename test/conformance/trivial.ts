/** The harness itself: a helper that fails fails its program, and the allocator gives and takes. */
import { assert } from 'chai';
import type { Bench } from './harness/bench.ts';
import type { Program } from './harness/program.ts';

function checkAllocator(bench: Bench): void {
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
    checks: 'the harness: checks can fail, helpers run and report',
    async run(bench) {
      assert.throws(() => assert.equal(1, 2));
      const result = await bench.wait(bench.start(() => Promise.resolve(7)));
      assert.equal(result, 7);
    },
  },
  {
    id: 'TRIVIAL0001',
    checks: '100 endpoints are allocated and freed',
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
