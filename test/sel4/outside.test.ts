/** Ports, interrupts, images, and the event loop beside the threads. */
import { assert } from 'chai';
import {
  MessageInfo_new,
  PLATFORM_IRQ,
  PortError,
  seL4_Call,
  seL4_CapIOPortControl,
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_IRQHandler_SetNotification,
  seL4_Recv,
  seL4_Send,
  seL4_Wait,
  seL4_X86_IOPortControl_Issue,
  seL4_X86_IOPort_In8,
  seL4_X86_IOPort_In16,
  seL4_X86_IOPort_Out8,
} from '../../personality/sel4/index.ts';
import type { Entry, Image } from '../../personality/sel4/index.ts';
import { boot, echo } from './fixtures/boot.ts';
import { DEPTH, ROOT, VSPACE, ok } from './fixtures/kit.ts';

suite('sel4/outside', () => {
  test('port accesses go to the bus, within the capability only', async () => {
    const log: string[] = [];
    const bus = {
      read: (port: number, width: number) => (log.push(`r${port}:${width}`), 0x80),
      write: (port: number, width: number, value: number) =>
        void log.push(`w${port}:${width}:${value}`),
    };
    await boot(
      async ({ kit, thread }) => {
        const ports = kit.slot();
        const control = seL4_CapIOPortControl;
        ok(
          seL4_X86_IOPortControl_Issue(thread, control, 0x3f0, 0x3f7, ROOT, ports, DEPTH),
          'issue',
        );
        assert.equal(seL4_X86_IOPort_In8(thread, ports, 0x3f4), 0x80);
        seL4_X86_IOPort_Out8(thread, ports, 0x3f5, 0xab);
        assert.equal(seL4_X86_IOPort_In16(thread, ports, 0x3f6), 0x80);
        assert.throws(() => seL4_X86_IOPort_In8(thread, ports, 0x3f8), PortError);
        assert.throws(() => seL4_X86_IOPort_In16(thread, ports, 0x3f7), PortError);
        assert.throws(() => seL4_X86_IOPort_Out8(thread, ports, 0x3ef, 0), PortError);
      },
      [],
      { bus },
    );
    assert.deepEqual(log, ['r1012:1', 'w1013:1:171', 'r1014:2']);
  });

  test('an interrupt wakes a processor that idles in its event loop', async () => {
    await boot(async ({ kit, thread, kernel }) => {
      const ntfn = kit.notification();
      const handler = kit.slot();
      ok(seL4_IRQControl_Get(thread, seL4_CapIRQControl, 6, ROOT, handler, DEPTH), 'irq');
      ok(seL4_IRQHandler_SetNotification(thread, handler, kit.mint(ntfn, 0x40)), 'set');
      setTimeout(() => kernel.interrupt(6), 5);
      const waiting = seL4_Wait(thread, ntfn);
      assert.instanceOf(waiting, Promise);
      await waiting;
      assert.equal(thread.badge, 0x40);
    });
  });

  test('threads that never idle leave the event loop its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await boot(
      async ({ kit, thread }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        const end = performance.now() + 200;
        while (performance.now() < end)
          await seL4_Call(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
      },
      [echo],
    );
    clearInterval(timer);
    assert.isAbove(turns, 5);
  });

  test('an image is loaded into a VSpace of its own; a missing one is reported', async () => {
    const events: string[] = [];
    await boot(
      async ({ kit, thread, platform }) => {
        const ntfn = kit.notification();
        const handler = kit.slot();
        const irq = seL4_CapIRQControl;
        ok(seL4_IRQControl_Get(thread, irq, PLATFORM_IRQ, ROOT, handler, DEPTH), 'irq');
        ok(seL4_IRQHandler_SetNotification(thread, handler, kit.mint(ntfn, 1)), 'set');
        const vspace = kit.vspace();
        assert.equal(platform.loadImage('hello', kit.slot(), 1), -1);
        assert.equal(platform.loadImage('hello', vspace, 2), 0);
        await seL4_Wait(thread, ntfn);
        assert.deepEqual(platform.events(), [{ kind: 'loaded', processor: 0, token: 2 }]);
        assert.deepEqual(platform.events(), []);
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 0, args: [endpoint], vspace });
        await seL4_Recv(thread, endpoint);
        assert.equal(thread.getMR(0), 42);

        platform.release(0, vspace);
        kit.spawn({ ip: 0, args: [endpoint], vspace, faultEndpoint: endpoint });
        await seL4_Recv(thread, endpoint);
        assert.equal(thread.getMR(2), 1, 'nothing can be executed there');
      },
      [],
      {
        loader: async (name) => {
          events.push(name);
          return () => ({
            entries: [
              async (thread, [endpoint]) => {
                thread.setMR(0, 42);
                await seL4_Send(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
              },
            ],
          });
        },
      },
    );
    assert.deepEqual(events, ['hello']);
    assert.isOk(VSPACE);
  });

  test('a load that was given up is not bound when it comes after all', async () => {
    let finish: () => void = () => undefined;
    const saying = (word: number): Image => {
      const entry: Entry = async (thread, [endpoint]) => {
        thread.setMR(0, word);
        await seL4_Send(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
      };
      return () => ({ entries: [entry] });
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const vspace = kit.vspace();
        const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 1));
        platform.loadImage('late', vspace, 1);
        platform.release(0, vspace);
        platform.loadImage('prompt', vspace, 2);
        await turn();
        assert.deepEqual(platform.events(), [{ kind: 'loaded', processor: 0, token: 2 }]);
        finish();
        await turn();
        assert.deepEqual(platform.events(), []);
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 0, args: [endpoint], vspace });
        await seL4_Recv(thread, endpoint);
        assert.equal(thread.getMR(0), 2, 'the image that was loaded last');
      },
      [],
      {
        loader: (name) =>
          name === 'late'
            ? new Promise((resolve) => (finish = () => resolve(saying(1))))
            : Promise.resolve(saying(2)),
      },
    );
  });

  test('a loader that fails is an event with its reason', async () => {
    await boot(
      async ({ kit, thread, platform }) => {
        platform.loadImage('nothing', kit.vspace(), 3);
        let events = platform.events();
        for (let i = 0; events.length === 0 && i < 100; i++) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          events = platform.events();
        }
        assert.deepEqual(events, [
          { kind: 'failed', processor: 0, token: 3, reason: 'no image nothing' },
        ]);
        assert.isNumber(thread.now());
      },
      [],
      {
        loader: (name) => Promise.reject(new Error(`no image ${name}`)),
      },
    );
  });
});
