/**
 * The machine's lines lead to the processor that it lives on: interrupts into the kernel, and what
 * its devices do into the trace, while somebody watches.
 */
import {
  MARK_BURST,
  MARK_COMMAND,
  MARK_IN,
  MARK_LINE,
  MARK_OUT,
  MARK_SECTOR,
  MARK_STEP,
} from '../../personality/rtl/watchcodes.ts';
import type { Processor } from '../../personality/sel4/processor.ts';
import type { Machine } from '../machine/types.ts';

export function connectMachine(machine: Machine, processor: Processor): void {
  const mark = (kind: number, a: number, b: number, c?: number): void => {
    if (processor.watching()) processor.mark(kind, a, b, c);
  };
  machine.onIrq = (line, level) => {
    mark(MARK_LINE, line, level ? 1 : 0);
    if (level) processor.interrupt(line);
  };
  machine.watcher = {
    command: (first, second) => mark(MARK_COMMAND, first, second),
    step: (drive, from, to) => mark(MARK_STEP, drive, from, to),
    sector: (place, how, result) => mark(MARK_SECTOR, place, how, result),
    burst: (channel, moved, tc) => mark(MARK_BURST, channel, moved, tc),
    port(port, value, out) {
      if (processor.watchingPorts()) processor.mark(out ? MARK_OUT : MARK_IN, port, value);
    },
  };
}
