/**
 * The machine's lines lead to the processor that it lives on: interrupts into the kernel, and what
 * its devices do into the trace, while somebody watches.
 */
import { MARK_COMMAND, MARK_LINE } from '../../personality/rtl/watch.ts';
import type { Processor } from '../../personality/sel4/processor.ts';
import type { Machine } from '../machine/types.ts';

export function connectMachine(machine: Machine, processor: Processor): void {
  machine.onIrq = (line, level) => {
    if (processor.watching()) processor.mark(MARK_LINE, line, level ? 1 : 0);
    if (level) processor.interrupt(line);
  };
  machine.onCommand = ([first = 0, second = 0]) => {
    if (processor.watching()) processor.mark(MARK_COMMAND, first, second);
  };
}
