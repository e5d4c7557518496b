/**
 * The 8254 timer at ports 40-43. Counter 0's output is interrupt line 0, its gate and counter 1's
 * are wired high; counter 2 belongs to the speaker (speaker.ts), which has its gate.
 *
 * Source: Intel 8254 datasheet, "Control Word Format", "Read-Back Command"; IBM AT technical
 * reference, "System timers".
 */
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { Counter } from './pit-counter.ts';

export class Pit8254 {
  /** The speaker's. */
  readonly counter2: Counter;
  private counters: [Counter, Counter, Counter];

  constructor(bus: Bus, clock: Clock, interrupt: (level: boolean) => void) {
    this.counter2 = new Counter(clock, false);
    const clocks = [new Counter(clock, true, interrupt), new Counter(clock, true)] as const;
    this.counters = [...clocks, this.counter2];
    bus.claim(0x40, 0x43, {
      readPort: (port) => this.counters[port & 3]?.read() ?? 0xff,
      writePort: (port, value) => {
        if (port === 0x43) this.control(value);
        else this.counters[port & 3]!.write(value);
      },
    });
  }

  private control(value: number): void {
    const select = value >> 6;
    if (select < 3) return this.counters[select]!.control(value);
    for (const [index, counter] of this.counters.entries()) {
      if (value & (2 << index)) counter.readBack(value);
    }
  }
}
