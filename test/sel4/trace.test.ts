/** The trace: what the kernel did, in order, for the root task; and what it leaves out. */
import { assert } from 'chai';
import {
  MessageInfo_new,
  TCBSuspend,
  seL4_Call,
  seL4_Recv,
  seL4_Signal,
  seL4_TCB_Suspend,
} from '../../personality/sel4/index.ts';
import type { Entry, TraceRecord } from '../../personality/sel4/index.ts';
import { boot, echo } from './fixtures/boot.ts';

const RING = 4096;

const faulter: Entry = async (thread) => {
  await thread.enter(0, 0, 0);
};

function kinds(records: readonly TraceRecord[]): string {
  return records.map(({ kind }) => kind).join(' ');
}

suite('sel4/trace', () => {
  test('a call and its reply, with threads, badge and label', async () => {
    await boot(
      async ({ kit, thread, platform }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint], priority: 255 });
        const badged = kit.mint(endpoint, 77);
        await seL4_Call(thread, badged, MessageInfo_new(5, 0, 0, 1));
        platform.trace.start();
        await seL4_Call(thread, badged, MessageInfo_new(5, 0, 0, 1));
        platform.trace.stop();
        await seL4_Call(thread, badged, MessageInfo_new(6, 0, 0, 1));
        const { records, lost } = platform.trace.read();
        assert.equal(lost, 0);
        assert.equal(kinds(records), 'send receive switch send receive switch');
        const [send, receive, there, answer, answered, back] = records as TraceRecord[];
        assert.deepEqual([send?.badge, send?.label, send?.detail], [77, 5, 1]);
        assert.deepEqual([receive?.badge, receive?.thread], [77, there?.thread]);
        assert.deepEqual([there?.detail, back?.thread], [send?.thread, send?.thread]);
        assert.deepEqual([answer?.thread, answered?.thread], [there?.thread, back?.thread]);
        records.slice(1).forEach(({ sequence }, i) => {
          assert.equal(sequence, (records[i]?.sequence ?? 0) + 1);
        });
      },
      [echo],
    );
  });

  test('signals, faults, invocations and interrupts', async () => {
    await boot(
      async ({ kit, thread, platform, kernel }) => {
        const { trace } = platform;
        const signalled = kit.mint(kit.notification(), 9);
        const faults = kit.endpoint();
        const handler = kit.mint(faults, 3);
        const tcb = kit.spawn({ ip: 1, faultEndpoint: handler, priority: 255, resume: true });
        trace.start();
        void seL4_Signal(thread, signalled);
        await seL4_Recv(thread, faults);
        seL4_TCB_Suspend(thread, tcb);
        kernel.interrupt(7);
        trace.stop();
        const { records } = trace.read();
        const of = (kind: TraceRecord['kind']) => records.filter((record) => record.kind === kind);
        assert.deepEqual(
          of('signal').map(({ badge }) => badge),
          [9],
        );
        assert.deepEqual(
          of('fault').map(({ detail }) => detail),
          [2],
        );
        assert.deepEqual(
          of('invoke').map(({ label, detail }) => [label, detail]),
          [[TCBSuspend, tcb]],
        );
        // Nobody has asked for the line: it is latched, and not delivered.
        assert.deepEqual(
          of('irq').map(({ detail }) => detail),
          [],
        );
        assert.isTrue(of('receive').some(({ badge }) => badge === 3));
      },
      [faulter],
    );
  });

  test('off, nothing is written; started again, only what comes then is read', async () => {
    await boot(async ({ kit, thread, platform }) => {
      const { trace } = platform;
      const ntfn = kit.mint(kit.notification(), 1);
      void seL4_Signal(thread, ntfn);
      assert.deepEqual(trace.read(), { records: [], lost: 0 });
      trace.start();
      void seL4_Signal(thread, ntfn);
      trace.stop();
      void seL4_Signal(thread, ntfn);
      trace.start();
      assert.deepEqual(trace.read(), { records: [], lost: 0 });
      void seL4_Signal(thread, ntfn);
      assert.equal(trace.read().records.length, 1);
      assert.equal(trace.read().records.length, 0);
      trace.stop();
    });
  });

  test('a reader who is slow is told how much was overwritten, and gets the rest whole', async () => {
    await boot(async ({ kit, thread, platform }) => {
      const { trace } = platform;
      const ntfn = kit.mint(kit.notification(), 1);
      trace.start();
      for (let i = 0; i < RING + 100; i++) await seL4_Signal(thread, ntfn);
      trace.stop();
      const first = trace.read(10);
      // The oldest could be in the middle of being overwritten, so it does not count either.
      assert.equal(first.lost, 101);
      assert.equal(first.records.length, 9);
      const rest = trace.read();
      assert.equal(rest.lost, 0);
      assert.equal(rest.records.length, RING - 10);
      assert.isTrue(rest.records.every(({ kind, badge }) => kind === 'signal' && badge === 1));
    });
  });

  test('nobody but the root task can trace: it is the platform that is asked', async () => {
    await boot(async ({ thread, platform }) => {
      assert.notProperty(thread, 'trace');
      assert.isFrozen(platform.trace);
    });
  });
});
