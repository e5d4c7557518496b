/**
 * What an interrupt thread does for one interrupt.
 *
 * A line that nobody claims again and again (stuck, or another device's) is left masked: it is not
 * acknowledged any more, and the driver finds `interrupt.masked`. Else it would take the processor.
 */
import { MARK_ISR } from '../rtl/watchcodes.ts';
import type { Runtime } from './runtime.ts';

/** Unclaimed interrupts in a row that a line may have. */
const UNCLAIMED_LIMIT = 256;

export interface InterruptServed {
  /** The line may fire again. */
  acknowledge: boolean;
  /** A DPC was queued: the main thread's doorbell must ring. */
  ring: boolean;
}

export function serveInterrupt(runtime: Runtime, index: number): InterruptServed {
  const interrupt = runtime.interrupts[index]!;
  const before = runtime.dpcsQueued;
  const claimed = interrupt.serviceRoutine(interrupt, interrupt.context);
  runtime.mark(MARK_ISR, interrupt.line, claimed ? 1 : 0);
  interrupt.unclaimed = claimed ? 0 : interrupt.unclaimed + 1;
  if (interrupt.unclaimed > UNCLAIMED_LIMIT) {
    interrupt.masked = true;
    runtime.transport.log(`interrupt ${interrupt.line} is masked: nobody claims it`);
  }
  return { acknowledge: !interrupt.masked, ring: !before && runtime.dpcsQueued };
}
