/**
 * The 8254 timer at ports 40-43, with port 61; counter 0's output is interrupt line 0.
 *
 * A counter is not stepped: what it holds is computed from the virtual time that has passed, and
 * only output edges of counter 0 are events. Nothing is scheduled before a count is programmed.
 *
 *   modes 0 (one-shot), 2 (rate generator), 3 (square wave); 4 acts as 0, 1 and 5 never trigger,
 *   as their gates are wired high
 *
 * Source: Intel 8254 datasheet, "Control Word Format", "Counter Latch", "Read-Back", modes.
 * Deviations: no BCD; a new count takes effect at once; counter 2's gate starts and does not pause.
 */
import type { Bus } from './bus.ts';
import type { Clock, ClockEvent } from './clock.ts';

const ticksPerMicrosecond = 1.193182;

const Access = { latch: 0, low: 1, high: 2, both: 3 } as const;

export class Counter {
  private clock: Clock;
  private output: ((level: boolean) => void) | undefined;
  private mode = 0;
  private access: number = Access.both;
  private reload = 0x10000;
  private loadedAt: number | undefined;
  private writeLow: number | undefined;
  private readHigh = false;
  private latched: number | undefined;
  private latchedStatus: number | undefined;
  private nextEdge: ClockEvent | undefined;

  constructor(clock: Clock, output?: (level: boolean) => void) {
    this.clock = clock;
    this.output = output;
  }

  /** The OUT pin. */
  get out(): boolean {
    const ticks = this.ticks();
    if (ticks === undefined) return this.mode !== 0;
    if (this.mode === 2) return this.current() !== 1;
    if (this.mode === 3) return ticks % this.reload < Math.ceil(this.reload / 2);
    return ticks > this.reload;
  }

  control(value: number): void {
    const access = (value >> 4) & 3;
    if (access === Access.latch) {
      this.latched ??= this.current() & 0xffff;
      return;
    }
    this.access = access;
    const mode = (value >> 1) & 7;
    this.mode = mode > 5 ? mode & 3 : mode;
    this.loadedAt = undefined;
    this.writeLow = undefined;
    this.readHigh = false;
    this.latched = undefined;
    this.latchedStatus = undefined;
    this.clock.cancel(this.nextEdge);
    this.output?.(this.out);
  }

  /** Read-back command: bit 5 clear latches the count, bit 4 clear the status. */
  readBack(value: number): void {
    if (!(value & 0x20)) this.latched ??= this.current() & 0xffff;
    if (!(value & 0x10)) {
      const empty = this.loadedAt === undefined ? 0x40 : 0;
      this.latchedStatus ??= (this.out ? 0x80 : 0) | empty | (this.access << 4) | (this.mode << 1);
    }
  }

  write(value: number): void {
    if (this.access === Access.low) return this.load(value);
    if (this.access === Access.high) return this.load(value << 8);
    if (this.writeLow === undefined) {
      this.writeLow = value;
      return;
    }
    const count = this.writeLow | (value << 8);
    this.writeLow = undefined;
    this.load(count);
  }

  read(): number {
    if (this.latchedStatus !== undefined) {
      const status = this.latchedStatus;
      this.latchedStatus = undefined;
      return status;
    }
    const count = this.latched ?? this.current() & 0xffff;
    const high = this.access === Access.high || (this.access === Access.both && this.readHigh);
    if (this.access === Access.both) this.readHigh = !this.readHigh;
    if (this.access !== Access.both || high) this.latched = undefined;
    return high ? count >> 8 : count & 0xff;
  }

  /** Starts over, as a rising gate does. */
  restart(): void {
    if (this.loadedAt !== undefined) this.load(this.reload);
  }

  private load(count: number): void {
    const least = this.mode === 2 || this.mode === 3 ? 2 : 1;
    this.reload = count === 0 ? 0x10000 : Math.max(least, count);
    this.clock.cancel(this.nextEdge);
    this.loadedAt = this.mode === 1 || this.mode === 5 ? undefined : this.clock.now;
    if (this.loadedAt === undefined || !this.output) return;
    this.output(this.out);
    this.scheduleEdge();
  }

  /** Clock pulses since the count was loaded. */
  private ticks(): number | undefined {
    if (this.loadedAt === undefined) return undefined;
    // A hair more than the elapsed time, so that an event at a tick's time finds the tick done.
    return Math.floor((this.clock.now - this.loadedAt) * ticksPerMicrosecond + 1e-3);
  }

  private current(): number {
    const ticks = this.ticks();
    if (ticks === undefined) return this.reload;
    if (this.mode === 2) return this.reload - (ticks % this.reload);
    if (this.mode === 3) return this.reload - ((2 * ticks) % this.reload);
    return (((this.reload - ticks) % 0x10000) + 0x10000) % 0x10000;
  }

  /** In mode 2 the low pulse of one tick is shown as a falling and a rising edge at its end. */
  private scheduleEdge(): void {
    const ticks = this.ticks()!;
    const period = this.mode === 3 ? this.reload / 2 : this.reload;
    const periodic = this.mode === 2 || this.mode === 3;
    const target = periodic ? this.edgeAfter(ticks, period) : this.reload + 1;
    const delay = this.loadedAt! + target / ticksPerMicrosecond - this.clock.now;
    this.nextEdge = this.clock.schedule(delay, () => {
      if (this.mode === 2) this.output!(false);
      this.output!(this.mode === 2 || this.out);
      if (periodic) this.scheduleEdge();
    });
  }

  private edgeAfter(ticks: number, period: number): number {
    return Math.ceil((Math.floor(ticks / period) + 1) * period);
  }
}

export class Pit8254 {
  private counters: [Counter, Counter, Counter];
  private port61 = 0;
  private clock: Clock;

  constructor(bus: Bus, clock: Clock, interrupt: (level: boolean) => void) {
    this.clock = clock;
    this.counters = [new Counter(clock, interrupt), new Counter(clock), new Counter(clock)];
    bus.claim(0x40, 0x43, {
      readPort: (port) => this.counters[port & 3]?.read() ?? 0xff,
      writePort: (port, value) => {
        if (port === 0x43) this.control(value);
        else this.counters[port & 3]!.write(value);
      },
    });
    bus.claim(0x61, 0x61, {
      readPort: () => this.readPort61(),
      writePort: (_port, value) => this.writePort61(value),
    });
  }

  private control(value: number): void {
    const select = value >> 6;
    if (select < 3) return this.counters[select]!.control(value);
    for (const [index, counter] of this.counters.entries()) {
      if (value & (2 << index)) counter.readBack(value);
    }
  }

  /** Bit 4 toggles with each memory refresh, every 15 microseconds; bit 5 is OUT2. */
  private readPort61(): number {
    const refresh = Math.floor(this.clock.now / 15) & 1 ? 0x10 : 0;
    return this.port61 | refresh | (this.counters[2].out ? 0x20 : 0);
  }

  private writePort61(value: number): void {
    const rises = (value & 1) !== 0 && !(this.port61 & 1);
    this.port61 = value & 0x0f;
    if (rises) this.counters[2].restart();
  }
}
