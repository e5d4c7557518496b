/** The trace: what the kernel did, in order, for the root task; and what it leaves out. */
import { assert } from 'chai';
import {
  MessageInfo_new,
  TCBSuspend,
  createMemories,
  createProcessor,
  platformDoor,
  seL4_Call,
  seL4_Recv,
  seL4_Signal,
  seL4_TCB_Suspend,
} from '../../personality/sel4/index.ts';
import type { Door, Entry, TraceRecord } from '../../personality/sel4/index.ts';
import { compile } from '../kernel/harness.ts';
import { type Test, boot, echo } from './fixtures/boot.ts';
import { createKit } from './fixtures/kit.ts';

const RING = 4096;

/** On a processor with that door. */
async function bootThrough<T>(door: Door, body: (test: Omit<Test, 'kernel'>) => T): Promise<T> {
  const MIB = 1 << 20;
  const processor = createProcessor({
    ...createMemories(16 * MIB, MIB),
    module: await compile(),
    index: 0,
    bus: { read: () => 0xff, write: () => undefined },
    policy: 'local',
    door,
  });
  return new Promise((resolve) =>
    processor.runRoot((thread, bootInfo, platform) => {
      resolve(body({ thread, bootInfo, platform, kit: createKit(thread, bootInfo) }));
      return Promise.resolve();
    }),
  );
}

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
        assert.deepEqual([send?.third, receive?.third], [receive?.thread, send?.thread]);
        // The call is one entry, the reply the next.
        const entry = send!.entry;
        assert.deepEqual(
          records.map((record) => record.entry - entry),
          [0, 0, 0, 1, 1, 1],
        );
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

  test('marks: of the thread itself, in order with the rest, never of the kernel’s kinds', async () => {
    await boot(
      async ({ kit, thread, platform, kernel }) => {
        const { trace } = platform;
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint], priority: 255 });
        await seL4_Call(thread, endpoint, MessageInfo_new(5, 0, 0, 1));
        assert.isFalse(thread.watching);
        thread.mark(40, 1, 2, 3);
        kernel.processor.mark(41, 1, 2, 3);
        trace.start();
        assert.isTrue(thread.watching);
        const before = kernel.counters()['kernel.entry'];
        thread.mark(40, 0xffff_ffff, 2, 3);
        for (const kind of [0, 7, 15, 256, 0x1_0007]) thread.mark(kind, 1, 2, 3);
        kernel.processor.mark(41, 4);
        assert.equal(kernel.counters()['kernel.entry'], before, 'a mark is no entry');
        await seL4_Call(thread, endpoint, MessageInfo_new(5, 0, 0, 1));
        thread.mark(255);
        trace.stop();
        assert.isFalse(thread.watching);
        thread.mark(40, 1, 2, 3);
        const { records } = trace.read();
        const me = records.find(({ kind }) => kind === 'send')!.thread;
        assert.deepEqual(
          records
            .filter(({ kind }) => kind === 'mark')
            .map(({ code, thread, detail, second, third }) => [
              code,
              thread,
              detail,
              second,
              third,
            ]),
          [
            [40, me, 0xffff_ffff, 2, 3],
            [41, 0, 4, 0, 0],
            [255, me, 0, 0, 0],
          ],
        );
        assert.equal(kinds(records), 'mark mark send receive switch send receive switch mark');
      },
      [echo],
    );
  });

  test('time: the door’s, brought with each entry and each mark', async () => {
    let now = 4_294_967.3;
    const door = { ...platformDoor, now: () => now };
    const times = await bootThrough(door, ({ kit, thread, platform }) => {
      const ntfn = kit.mint(kit.notification(), 1);
      platform.trace.start();
      void seL4_Signal(thread, ntfn);
      now += 0.002;
      thread.mark(20);
      now += 1;
      void seL4_Signal(thread, ntfn);
      platform.trace.stop();
      now += 1;
      void seL4_Signal(thread, ntfn);
      return platform.trace.read().records.map(({ time }) => time);
    });
    // 2^32 microseconds are 4,294,967.296 milliseconds.
    assert.deepEqual(times, [4, 6, 1006]);
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
