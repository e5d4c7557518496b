/** How threads end, start anew, and are stopped. */
import { assert } from 'chai';
import {
  EXCEPTION_RETURNED,
  EXCEPTION_UNCAUGHT,
  VMFAULT_FETCH,
  VMFAULT_USER,
  VMFAULT_WRITE,
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_NBSend,
  seL4_Recv,
  seL4_ReplyRecv,
  seL4_Send,
  seL4_TCB_ReadRegisters,
  seL4_TCB_Resume,
  seL4_TCB_Suspend,
  seL4_UserException,
  seL4_VMFault,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { CPtr, Entry } from '../../personality/sel4/index.ts';
import { boot } from './fixtures/boot.ts';
import type { Test } from './fixtures/boot.ts';
import { ok } from './fixtures/kit.ts';

/** What a fault handler gets: label, then its words. */
async function fault(test: Test, ip: number, options: { buffer?: boolean; vspace?: CPtr } = {}) {
  const { kit, thread } = test;
  const endpoint = kit.endpoint();
  const handler = kit.mint(endpoint, 9);
  const tcb = kit.spawn({ ip, args: [0xabc, 2, 3, 4], faultEndpoint: handler, ...options });
  const info = await seL4_Recv(thread, endpoint);
  const words = [0, 1, 2, 3, 4].map((i) => thread.getMR(i));
  return { label: MessageInfo_get_label(info), badge: thread.badge, words, tcb, endpoint };
}

suite('sel4/ends of threads', () => {
  test('a function that returns is an exception message', async () => {
    let got: readonly number[] = [];
    const entry: Entry = async (_thread, args) => void (got = args);
    await boot(
      async (test) => {
        const { label, badge, words } = await fault(test, 1);
        assert.equal(label, seL4_UserException);
        assert.equal(badge, 9);
        assert.equal(words[0], 1);
        assert.deepEqual(words.slice(3), [EXCEPTION_RETURNED, 0]);
      },
      [entry],
    );
    assert.deepEqual(got, [0xabc, 2, 3, 4]);
  });

  test('one that throws says so with its status, and the host is told', async () => {
    const told: unknown[] = [];
    const thrown = [
      Object.assign(new Error('no such file'), { status: 0xc0000034 }),
      new TypeError('plain'),
      null,
      {
        get status() {
          throw new Error('hostile');
        },
      },
    ];
    const entries = thrown.map((error): Entry => async () => {
      throw error;
    });
    await boot(
      async (test) => {
        const codes: number[] = [];
        for (let ip = 1; ip <= thrown.length; ip++) {
          const { words } = await fault(test, ip);
          assert.equal(words[3], EXCEPTION_UNCAUGHT);
          codes.push(words[4] ?? 0);
        }
        assert.deepEqual(codes, [0xc0000034, 0xe0000001, 0xe0000001, 0xe0000001]);
      },
      entries,
      { onUncaught: (error) => void told.push(error) },
    );
    assert.sameMembers(told, thrown);
  });

  test('a page fault that nobody catches is a VMFault message: address and status', async () => {
    const entry: Entry = async (thread) => {
      thread.window(0x2000_0000, 4096, true).setUint8(6, 1);
    };
    await boot(
      async (test) => {
        const { label, words } = await fault(test, 1);
        assert.equal(label, seL4_VMFault);
        assert.deepEqual(words.slice(0, 4), [1, 0x2000_0006, 0, VMFAULT_USER | VMFAULT_WRITE]);
      },
      [entry],
    );
  });

  test('what only looks like a page fault is no more than an exception', async () => {
    const entry: Entry = async (thread) => {
      try {
        thread.window(0x2000_0000, 4096, true).setUint8(6, 1);
      } catch (error) {
        const likeness = Object.create(Object.getPrototypeOf(error));
        throw Object.defineProperty(likeness, 'address', { get: () => assert.fail('hostile') });
      }
    };
    await boot(
      async (test) => {
        const { label, words } = await fault(test, 1);
        assert.deepEqual([label, words[3]], [seL4_UserException, EXCEPTION_UNCAUGHT]);
      },
      [entry],
      { onUncaught: () => undefined },
    );
  });

  test('no image, or no such entry: there is nothing to execute', async () => {
    await boot(async (test) => {
      const status = VMFAULT_USER | VMFAULT_FETCH;
      const missing = await fault(test, 40);
      assert.equal(missing.label, seL4_VMFault);
      assert.deepEqual(missing.words.slice(0, 4), [40, 40, 1, status]);
      const vspace = test.kit.vspace();
      const unbound = await fault(test, 0, { vspace });
      assert.equal(unbound.label, seL4_VMFault);
      assert.deepEqual(unbound.words.slice(0, 4), [0, 0, 1, status]);
    });
  });

  test('a handler that answers with label 0 starts the thread anew, elsewhere if it says so', async () => {
    const runs: number[] = [];
    const first: Entry = async () => void runs.push(1);
    const second: Entry = async () => void runs.push(2);
    await boot(
      async (test) => {
        const { thread } = test;
        const { endpoint } = await fault(test, 1);
        thread.setMR(0, 2);
        thread.setMR(1, 0);
        thread.setMR(2, 0);
        await seL4_ReplyRecv(thread, endpoint, MessageInfo_new(0, 0, 0, 3));
        assert.equal(thread.getMR(0), 2);
        assert.equal(thread.getMR(3), EXCEPTION_RETURNED);
      },
      [first, second],
    );
    assert.deepEqual(runs, [1, 2]);
  });

  test('a thread without an IPC buffer: registers 0-3 work, the others fault', async () => {
    const entry: Entry = async (thread) => {
      thread.setMR(3, 1);
      thread.setMR(4, 1);
    };
    await boot(
      async (test) => {
        const { label, words } = await fault(test, 1, { buffer: false });
        assert.equal(label, seL4_VMFault);
        assert.equal(words[3], VMFAULT_USER | VMFAULT_WRITE);
      },
      [entry],
    );
  });

  test('a new thread at the address of a deleted one starts afresh; the old never goes on', async () => {
    const events: string[] = [];
    const waiter: Entry = async (thread, [name, endpoint]) => {
      events.push(`start ${name}`);
      await seL4_Recv(thread, endpoint);
      events.push(`end ${name}`);
    };
    await boot(
      async ({ kit, thread, bootInfo }) => {
        void bootInfo;
        const endpoint = kit.endpoint();
        const first = kit.spawn({ ip: 1, args: [1, endpoint], priority: 255 });
        await seL4_Yield(thread);
        kit.remove(first);
        kit.spawn({ ip: 1, args: [2, endpoint], priority: 255 });
        await seL4_Yield(thread);
        await seL4_Send(thread, endpoint, 0);
        await seL4_Yield(thread);
      },
      [waiter],
    );
    assert.deepEqual(events, ['start 1', 'start 2', 'end 2']);
  });

  test('a thread suspended in a receive goes on with it when resumed', async () => {
    let got = 0;
    const waiter: Entry = async (thread, [endpoint]) => {
      await seL4_Recv(thread, endpoint);
      got = thread.getMR(0);
    };
    await boot(
      async ({ kit, thread }) => {
        const endpoint = kit.endpoint();
        const tcb = kit.spawn({ ip: 1, args: [endpoint], priority: 255 });
        await seL4_Yield(thread);
        ok(seL4_TCB_Suspend(thread, tcb), 'suspend');
        thread.setMR(0, 1);
        await seL4_NBSend(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
        ok(seL4_TCB_Resume(thread, tcb), 'resume');
        await seL4_Yield(thread);
        assert.equal(got, 0);
        thread.setMR(0, 2);
        await seL4_Send(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
        await seL4_Yield(thread);
        const read = seL4_TCB_ReadRegisters(thread, tcb, false, 0, 4);
        assert.equal(read.error, 0);
        assert.equal(read.registers[3], endpoint);
      },
      [waiter],
    );
    assert.equal(got, 2);
  });
});
