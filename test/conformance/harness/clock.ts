/**
 * A clock as a device: the host's timer raises an interrupt line, whose handler signals a
 * notification. `stop` when done: the host's timer would outlive the kernel.
 */
import { assert } from 'chai';
import {
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_SetNotification,
  seL4_Wait,
} from '../../../personality/sel4/index.ts';
import type { Bench } from './bench.ts';
import { DEPTH, ROOT } from './cspace.ts';

const LINE = 0;

export interface Clock {
  /** Waits for the next tick, and acknowledges it. */
  tick(): Promise<void>;
  stop(): void;
}

/** `isDue`: asked at each tick; an answer of false leaves the line alone. */
export function startClock(
  bench: Bench,
  milliseconds: number,
  isDue: () => boolean = () => true,
): Clock {
  const { thread } = bench;
  const handler = bench.slot();
  const ntfn = bench.notification();
  const badged = bench.badged(ntfn, 1);
  const got = seL4_IRQControl_Get(thread, seL4_CapIRQControl, LINE, ROOT, handler, DEPTH);
  assert.equal(got, 0, 'the handler of the clock');
  assert.equal(seL4_IRQHandler_SetNotification(thread, handler, badged), 0);
  const timer = setInterval(() => {
    if (isDue()) bench.kernel.interrupt(LINE);
  }, milliseconds);
  return {
    async tick() {
      await seL4_Wait(thread, ntfn);
      assert.equal(thread.badge, 1);
      assert.equal(seL4_IRQHandler_Ack(thread, handler), 0);
    },
    stop() {
      clearInterval(timer);
      bench.free(handler);
    },
  };
}
