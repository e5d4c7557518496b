/** Scheduling domains. This kernel has one: what can be asked of it, it answers as seL4 does. */
import { assert } from 'chai';
import {
  seL4_CapDomain,
  seL4_CapInitThreadCNode,
  seL4_CapInitThreadTCB,
  seL4_DomainSet_Set,
  seL4_IllegalOperation,
  seL4_InvalidArgument,
  seL4_InvalidCapability,
  seL4_NoError,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import type { Bench, Helper } from './harness/bench.ts';
import type { Program } from './harness/program.ts';

const US = seL4_CapInitThreadTCB;

async function progress(bench: Bench): Promise<void> {
  const turns = [0, 0, 0];
  const body = (i: number) => async (thread: Thread) => {
    for (let turn = 0; turn < 20; turn++) {
      turns[i] = (turns[i] ?? 0) + 1;
      // Once more while it runs, to where it is already.
      if (turn === 10) assert.equal(set(thread, i), seL4_NoError);
      await seL4_Yield(thread);
    }
  };
  const helpers: Helper[] = turns.map((_, i) => bench.create(body(i), { priority: 90 + i }));
  const set = (thread: Thread, i: number) =>
    seL4_DomainSet_Set(thread, seL4_CapDomain, 0, (helpers[i] as Helper).tcb);
  turns.forEach((_, i) => assert.equal(set(bench.thread, i), seL4_NoError));
  helpers.forEach(bench.resume);
  for (const helper of helpers) await bench.wait(helper);
  assert.deepEqual(turns, [20, 20, 20]);
}

export const programs: Program[] = [
  {
    id: 'DOMAINS0001',
    checks: 'DomainSet_Set of ourselves to domain 0 succeeds, and we go on',
    async run(bench) {
      assert.equal(seL4_DomainSet_Set(bench.thread, seL4_CapDomain, 0, US), seL4_NoError);
      await seL4_Yield(bench.thread);
    },
  },
  {
    id: 'DOMAINS0002',
    checks:
      'a domain that does not exist: InvalidArgument 0; then, not a thread: InvalidArgument 1',
    run(bench) {
      const { thread } = bench;
      for (const domain of [1, 16, 0xffff_ffff]) {
        const error = seL4_DomainSet_Set(thread, seL4_CapDomain, domain, US);
        assert.equal(error, seL4_InvalidArgument, `domain ${domain}`);
        assert.equal(thread.getMR(0), 0);
      }
      assert.equal(
        seL4_DomainSet_Set(thread, seL4_CapDomain, 1, bench.cnode(1)),
        seL4_InvalidArgument,
      );
      assert.equal(thread.getMR(0), 0, 'the domain is looked at first');
      const error = seL4_DomainSet_Set(thread, seL4_CapDomain, 0, bench.cnode(1));
      assert.equal(error, seL4_InvalidArgument);
      assert.equal(thread.getMR(0), 1);
    },
  },
  {
    id: 'DOMAINS0003',
    checks: 'DomainSet_Set on a capability that is none: IllegalOperation; on an empty slot',
    run(bench) {
      const set = (cap: number) => seL4_DomainSet_Set(bench.thread, cap, 0, US);
      assert.equal(set(seL4_CapInitThreadCNode), seL4_IllegalOperation);
      assert.equal(set(US), seL4_IllegalOperation);
      assert.equal(set(bench.slot()), seL4_InvalidCapability);
    },
  },
  {
    id: 'DOMAINS0004',
    checks: 'threads that were put into the domain make progress',
    adapted: 'one domain, and turns by Yield: there are no domain ticks',
    run: progress,
  },
];
