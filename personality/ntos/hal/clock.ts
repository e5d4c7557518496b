/**
 * The clock: counter 0 of the 8254 as a one-shot, interrupt line 0.
 *
 * Tickless: nothing is programmed while nobody waits for a time. The counter reaches 54 ms at most,
 * so longer waits go in steps. Time
 * itself is read elsewhere (Thread.now): the clock only ends waits.
 *
 *   createClock(parts)   { set(due), interrupt() }
 *
 * Source: Intel 8254 datasheet, "Mode 0: interrupt on terminal count", "Control Word Format".
 */
import { seL4_IRQHandler_Ack, seL4_X86_IOPort_Out8 } from '../../sel4/index.ts';
import type { CPtr, Thread } from '../../sel4/types.ts';

export const CLOCK_LINE = 0;
export const CLOCK_PORTS: readonly [number, number] = [0x40, 4];
const COUNTER0 = 0x40;
const CONTROL = 0x43;
/** Counter 0, low then high byte, mode 0, binary. */
const ONE_SHOT = 0x30;
const TICKS_PER_MICROSECOND = 1.193182;
const LONGEST_STEP = 50_000;
/** Thread.now is good to a millisecond: a shorter step would find nothing due. */
const SHORTEST_STEP = 200;
/** An interrupt this late will not come any more: the counter is set anew. */
const LOST_AFTER = 100_000;

export interface Clock {
  /**
   * Interrupts at or before `due`, in microseconds of `now`; Infinity asks for nothing. `before` is
   * called where ports will be written, which takes the thread's message registers.
   */
  set(due: number, before: () => void): void;
  /** The interrupt came. */
  interrupt(): void;
}

export function createClock(thread: Thread, ports: CPtr, handler: CPtr): Clock {
  /** When the interrupt that is programmed comes; Infinity: none is. */
  let programmed = Infinity;

  function program(micros: number): void {
    const ticks = Math.min(0xffff, Math.max(1, Math.ceil(micros * TICKS_PER_MICROSECOND)));
    seL4_X86_IOPort_Out8(thread, ports, CONTROL, ONE_SHOT);
    seL4_X86_IOPort_Out8(thread, ports, COUNTER0, ticks & 0xff);
    seL4_X86_IOPort_Out8(thread, ports, COUNTER0, ticks >>> 8);
  }

  return {
    set(due, before) {
      if (due === Infinity) return;
      const now = thread.now();
      const at = Math.min(Math.max(due, now + SHORTEST_STEP), now + LONGEST_STEP);
      if (programmed <= at && now < programmed + LOST_AFTER) return;
      before();
      programmed = at;
      program(at - now);
    },
    interrupt() {
      programmed = Infinity;
      seL4_IRQHandler_Ack(thread, handler);
    },
  };
}
