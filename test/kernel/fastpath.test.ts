/**
 * The fast path does what the slow path does: the same calls on two equal kernels, one of which has
 * tracing on and so never takes a short cut, leave the same memory behind.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, type TestThread, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const TCB = abi.seL4_CapInitThreadTCB;

interface Scene {
  k: TestKernel;
  server: TestThread;
  client: TestThread;
  ep: number;
}

async function scene(
  slow: boolean,
  serverPriority: number,
  clientPriority: number,
): Promise<Scene> {
  const k = await startKernel();
  const ep = k.make(abi.seL4_EndpointObject);
  const server = k.thread({ priority: serverPriority });
  const client = k.thread({ priority: clientPriority });
  k.thread({ priority: 60 });
  k.ok(TCB, abi.TCBSetPriority, [1], [TCB]);
  k.ok(server.cap, abi.TCBSetPriority, [250], [TCB]);
  assert.equal(k.kernel.schedule(0), server.tcb);
  k.enter(abi.SysRecv, ep);
  // Only now the priorities that the scene is about; the client is made to run by the highest.
  while (k.current() !== client.tcb) k.enter(abi.SysRecv, k.make(abi.seL4_EndpointObject));
  k.ok(server.cap, abi.TCBSetPriority, [serverPriority], [TCB]);
  k.setU32(layout.TRACE_ENABLED, slow ? 1 : 0);
  return { k, server, client, ep };
}

/** All of memory but what counts and traces, and the scratch words of the call before. */
function snapshot(k: TestKernel): Uint32Array {
  const copy = k.words.slice();
  copy.fill(0, layout.SCRATCH >> 2, layout.SCRATCH_END >> 2);
  copy.fill(0, layout.TRACE_ENABLED >> 2, layout.GLOBAL_END >> 2);
  const counters = layout.NODES + layout.NODE_COUNTERS;
  copy.fill(0, counters >> 2, (counters + layout.COUNTER_COUNT * 8) >> 2);
  copy.fill(0, layout.TRACE >> 2, layout.LIBRARY >> 2);
  return copy;
}

function firstDifference(a: Uint32Array, b: Uint32Array): number {
  return a.findIndex((word, i) => word !== b[i]) * 4;
}

suite('kernel: fast path', () => {
  const play = async (slow: boolean, priorities: [number, number], length: number) => {
    const { k, server, client, ep } = await scene(slow, ...priorities);
    const badged = k.mint(ep, 9);
    const args = Array.from({ length }, (_, i) => 100 + i);
    const states: Uint32Array[] = [];
    const runs: number[] = [];
    runs.push(k.enter(abi.SysCall, badged, 5, args));
    states.push(snapshot(k));
    const { tcb } = server;
    assert.deepEqual([k.label(tcb), k.badge(tcb), k.length(tcb)], [5, 9, length]);
    if (k.current() === server.tcb) {
      runs.push(k.enter(abi.SysReplyRecv, ep, 6, args.slice(1)));
      states.push(snapshot(k));
    }
    assertInvariants(k);
    assert.isTrue(runs[1] !== client.tcb || k.label(client.tcb) === 6);
    return { states, runs, taken: k.counter(layout.COUNTER_FASTPATH) };
  };

  const cases: [string, [number, number], number, number][] = [
    ['equal priorities', [100, 100], 4, 2],
    ['a better server, a worse client that is still the best', [120, 100], 3, 2],
    ['a worse server that is still the best', [80, 100], 0, 2],
    ['a server worse than a ready thread', [50, 100], 2, 0],
    ['a message longer than the registers', [100, 100], 6, 0],
  ];
  for (const [name, priorities, length, shortCuts] of cases) {
    test(`same as the slow path: ${name}`, async () => {
      const fast = await play(false, priorities, length);
      const slow = await play(true, priorities, length);
      assert.equal(slow.taken, 0);
      assert.equal(fast.taken, shortCuts);
      assert.deepEqual(fast.runs, slow.runs);
      fast.states.forEach((state, i) => {
        const at = firstDifference(state, slow.states[i]!);
        assert.isBelow(at, 0, `step ${i}: word at ${at}`);
      });
    });
  }

  test('not taken: no receiver, no grant, a fault to answer, a signal pending', async () => {
    const { k, server, client, ep } = await scene(false, 100, 100);
    const plain = k.copy(ep, abi.seL4_CanWrite | abi.seL4_CanRead);
    k.enter(abi.SysCall, plain, 1);
    assert.equal(k.state(client.tcb), layout.STATE_INACTIVE);
    k.ok(client.cap, abi.TCBResume);
    const ntfn = k.make(abi.seL4_NotificationObject);
    k.ok(server.cap, abi.TCBBindNotification, [], [ntfn]);
    k.enter(abi.SysSend, k.mint(ntfn, 4));
    assert.equal(k.enter(abi.SysReplyRecv, ep, 1), server.tcb);
    assert.equal(k.badge(server.tcb), 4);
    assert.equal(k.counter(layout.COUNTER_FASTPATH), 0);
    assertInvariants(k);
  });
});
