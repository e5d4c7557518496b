/**
 * The PC's speaker, and port 61, which has the gate of counter 2 and what else the AT put there.
 *
 *   61 read    bit 0 gate of counter 2, bit 1 speaker data, bits 2 and 3 as they were written
 *              (parity and channel check enables), bit 4 toggles with each memory refresh, every
 *              15 microseconds, bit 5 OUT of counter 2, bits 6 and 7 no error
 *   61 write   bits 0 to 3
 *
 * The cone follows OUT of counter 2 while the data bit is set. What is told of it is the tone: its
 * frequency, at the virtual time when it begins, changes or ends.
 *
 * Source: IBM AT technical reference, "Speaker" and "System board I/O: port 61".
 * Deviations: a cone that software moves by the data bit alone is not heard.
 */
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Counter } from './pit-counter.ts';

const GATE = 0x01;
const DATA = 0x02;
const WRITTEN = 0x0f;
const REFRESH = 0x10;
const OUT = 0x20;
const refreshTime = 15;

/** `hertz` 0: silence. `at`: microseconds of virtual time. */
export type Heard = (hertz: number, at: number) => void;

export class Speaker {
  private clock: Clock;
  private counter: Counter;
  private heard: Heard;
  private port61 = 0;
  private hertz = 0;

  constructor(bus: Bus, clock: Clock, counter: Counter, heard: Heard) {
    this.clock = clock;
    this.counter = counter;
    this.heard = heard;
    counter.onChange = () => this.listen();
    bus.claim(0x61, 0x61, {
      readPort: () => this.read(),
      writePort: (_port, value) => this.write(value),
    });
  }

  private read(): number {
    const refresh = Math.floor(this.clock.now / refreshTime) & 1 ? REFRESH : 0;
    return this.port61 | refresh | (this.counter.out ? OUT : 0);
  }

  private write(value: number): void {
    this.port61 = value & WRITTEN;
    this.counter.gate = (value & GATE) !== 0;
    this.listen();
  }

  private listen(): void {
    const hertz = this.port61 & DATA ? this.counter.tone : 0;
    if (hertz === this.hertz) return;
    this.hertz = hertz;
    this.heard(hertz, this.clock.now);
  }
}
