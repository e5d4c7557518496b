/** Messages between threads of one processor, in the page itself: no isolation needed. */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  MessageInfo_new,
  seL4_Call,
  seL4_CapInitThreadTCB,
  seL4_NBSend,
  seL4_Poll,
  seL4_Recv,
  seL4_Reply,
  seL4_Signal,
  seL4_TCB_SetPriority,
  seL4_Wait,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Entry } from '../../personality/sel4/index.ts';
import { boot, echo } from './fixtures/boot.ts';
import { ok } from './fixtures/kit.ts';

suite('sel4/ipc', () => {
  test('the root task gets its boot info', async () => {
    await boot(async ({ bootInfo, platform }) => {
      assert.isBelow(bootInfo.empty[0], bootInfo.empty[1]);
      assert.equal(bootInfo.ramBytes, 16 << 20);
      assert.isTrue(bootInfo.untyped.some((untyped) => !untyped.isDevice));
      const ram = bootInfo.untyped.filter((untyped) => untyped.isDevice);
      const bytes = ram.reduce((sum, untyped) => sum + 2 ** untyped.sizeBits, 0);
      assert.equal(bytes, 16 << 20);
      assert.equal(platform.topology, 'single');
    });
  });

  test('two threads call and reply, 10,000 times', async () => {
    const kernel = await boot(
      async ({ kit, thread }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        for (let i = 0; i < 10_000; i++) {
          thread.setMR(0, i);
          await seL4_Call(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
          if (thread.getMR(0) !== i + 1) assert.fail(`round ${i}: ${thread.getMR(0)}`);
        }
      },
      [echo],
    );
    assert.isAtLeast(kernel.counters()['kernel.ipc'] ?? 0, 20_000);
  });

  test('long messages go through the IPC buffers; badges arrive', async () => {
    let sum = 0;
    let badge = 0;
    const adder: Entry = async (thread, [endpoint]) => {
      const info = await seL4_Recv(thread, endpoint);
      badge = thread.badge;
      for (let i = 0; i < MessageInfo_get_length(info); i++) sum += thread.getMR(i);
      await seL4_Reply(thread, MessageInfo_new(7, 0, 0, 0));
    };
    await boot(
      async ({ kit, thread }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        const badged = kit.mint(endpoint, 77);
        for (let i = 0; i < 120; i++) thread.setMR(i, i);
        const info = await seL4_Call(thread, badged, MessageInfo_new(1, 0, 0, 120));
        assert.equal(MessageInfo_get_label(info), 7);
      },
      [adder],
    );
    assert.equal(sum, (119 * 120) / 2);
    assert.equal(badge, 77);
  });

  test('a call that the kernel answers at once gives no promise', async () => {
    await boot(async ({ kit, thread }) => {
      const ntfn = kit.mint(kit.notification(), 5);
      assert.isNumber(seL4_Signal(thread, ntfn));
      assert.isNumber(seL4_Wait(thread, ntfn));
      assert.equal(thread.badge, 5);
      assert.isNumber(seL4_Poll(thread, ntfn));
      assert.equal(thread.badge, 0);
      assert.isNumber(seL4_NBSend(thread, kit.endpoint(), 0));
    });
  });

  test('threads of one priority take turns with Yield', async () => {
    const order: number[] = [];
    const worker: Entry = async (thread, [name]) => {
      for (let i = 0; i < 3; i++) {
        order.push(name);
        await seL4_Yield(thread);
      }
    };
    await boot(
      async ({ kit, thread }) => {
        kit.spawn({ ip: 1, args: [1], priority: 50 });
        kit.spawn({ ip: 1, args: [2], priority: 50 });
        const lowest = seL4_TCB_SetPriority(
          thread,
          seL4_CapInitThreadTCB,
          seL4_CapInitThreadTCB,
          1,
        );
        ok(lowest, 'lower the root');
        await seL4_Yield(thread);
      },
      [worker],
    );
    assert.sameMembers(order, [1, 1, 1, 2, 2, 2]);
    assert.notDeepEqual(order.slice(0, 3), [1, 1, 1]);
  });
});
