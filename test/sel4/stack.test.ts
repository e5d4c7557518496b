/**
 * Callers that have used up their stack: at whatever depth a call is made, it is made whole or ends
 * in a RangeError before anything has been done. The kernel's invariants hold afterwards, its lock
 * is free, and who called is the one who goes on.
 */
import { assert } from 'chai';
import { LOCK_WORD, NODES, NODE_CURRENT } from '../../kernel-as/layout.ts';
import { createMemories } from '../../personality/sel4/boot.ts';
import {
  MessageInfo_new,
  createProcessor,
  seL4_CNode_Delete,
  seL4_Call,
  seL4_CapIOPortControl,
  seL4_EndpointObject,
  seL4_Poll,
  seL4_Signal,
  seL4_TCB_ReadRegisters,
  seL4_Untyped_Retype,
  seL4_X86_IOPortControl_Issue,
  seL4_X86_IOPort_In8,
  seL4_X86_IOPort_Out8,
} from '../../personality/sel4/index.ts';
import type { BootInfo, PortBus, Processor, Thread } from '../../personality/sel4/index.ts';
import { TestKernel, compile } from '../kernel/harness.ts';
import type { KernelExports } from '../kernel/harness.ts';
import { assertInvariants } from '../kernel/invariants.ts';
import { atEveryDepth } from '../support/stack.ts';
import { echo } from './fixtures/boot.ts';
import { DEPTH, ROOT, createKit, ok } from './fixtures/kit.ts';
import type { Kit } from './fixtures/kit.ts';

const MIB = 1 << 20;

interface World {
  readonly thread: Thread;
  readonly kit: Kit;
  readonly bootInfo: BootInfo;
  /** Throws where the kernel was left in the middle of something. */
  check(): void;
}

/** Boots a kernel on one processor of many, so that it locks, or on the only one. */
async function bootWorld(
  topology: 'isolated' | 'single',
  bus: PortBus,
  body: (world: World) => Promise<void>,
): Promise<void> {
  const memories = createMemories(16 * MIB, MIB);
  const module = await compile();
  const words = new Int32Array(memories.memory.buffer);
  await new Promise<void>((resolve, reject) => {
    const processor: Processor = createProcessor({
      ...{ module, ...memories, index: 0, bus, topology, policy: 'local' },
      onUncaught: reject,
    });
    processor.runRoot(
      async (thread, bootInfo) => {
        const current = words[(NODES + NODE_CURRENT) >>> 2]!;
        const kernel = new TestKernel(memories.memory, {} as KernelExports, current);
        const check = (): void => {
          if (words[LOCK_WORD >>> 2] !== 0) throw new Error('the lock is held');
          assertInvariants(kernel);
        };
        try {
          await body({ thread, bootInfo, kit: createKit(thread, bootInfo), check });
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      },
      [echo],
    );
  });
}

/** Every attempt counts; after so many that went well, the end of the stack is far away. */
const ENOUGH = 40;

const nothing: PortBus = { read: () => 0xff, write: () => undefined };

for (const topology of ['single', 'isolated'] as const) {
  suite(`sel4/stack, ${topology}`, () => {
    test('calls that are answered at once', async () => {
      await bootWorld(topology, nothing, async ({ thread, kit, bootInfo, check }) => {
        const notification = kit.notification();
        const slot = kit.slot();
        const untyped = bootInfo.untypedStart + bootInfo.untyped.findIndex((u) => !u.isDevice);
        const tcb = kit.spawn({ ip: 1, args: [kit.endpoint()], resume: false });
        const calls: (() => void)[] = [
          () => void seL4_Signal(thread, notification),
          () => void seL4_Poll(thread, notification),
          () => void seL4_TCB_ReadRegisters(thread, tcb, false, 0, 12),
          () => {
            const made = seL4_Untyped_Retype(
              ...([thread, untyped, seL4_EndpointObject, 0, ROOT, 0, 0, slot, 1] as const),
            );
            // It may be there still: a call before ended between the two.
            if (made !== 0) assert.equal(made, 8);
          },
          () => ok(seL4_CNode_Delete(thread, ROOT, slot, DEPTH), 'delete'),
        ];
        for (const call of calls) {
          // Compiled first: compiling wants a great deal of stack of its own.
          call();
          let good = 0;
          atEveryDepth(() => {
            call();
            return ++good >= ENOUGH;
          });
          assert.isAtLeast(good, ENOUGH);
          check();
        }
      });
    });

    test('a call that another thread answers', async () => {
      await bootWorld(topology, nothing, async ({ thread, kit, check }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint], priority: 255 });
        for (let round = 0; round < 20; round++) {
          let answer: unknown;
          atEveryDepth(() => {
            thread.setMR(0, round);
            answer = seL4_Call(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
            return true;
          });
          await answer;
          assert.equal(thread.getMR(0), round + 1);
          check();
        }
      });
    });

    test('a port access: the device sees all of it or nothing', async () => {
      let begun = 0;
      let ended = 0;
      /** As a device's model: some functions deep. */
      const deep = (levels: number): number => (levels === 0 ? 0 : deep(levels - 1) + 1);
      const access = (): number => {
        begun++;
        const value = deep(100);
        ended++;
        return value;
      };
      const bus: PortBus = { read: access, write: () => void access() };
      await bootWorld(topology, bus, async ({ thread, kit, check }) => {
        const port = kit.slot();
        const control = seL4_CapIOPortControl;
        const issued = seL4_X86_IOPortControl_Issue(thread, control, 0x80, 0x80, ROOT, port, DEPTH);
        ok(issued, 'ports');
        for (const call of [
          () => seL4_X86_IOPort_In8(thread, port, 0x80),
          () => seL4_X86_IOPort_Out8(thread, port, 0x80, 1),
        ]) {
          // Compiled first: compiling wants a great deal of stack of its own.
          call();
          let good = 0;
          atEveryDepth(() => {
            call();
            return ++good >= ENOUGH;
          });
          check();
        }
        assert.equal(begun, ended);
        assert.isAtLeast(begun, 2 * ENOUGH);
      });
    });
  });
}
