/**
 * One counter of the 8254 (pit8254.ts).
 *
 * It is not stepped: what it holds is computed from the virtual time that has passed, and only
 * output edges of a counter whose output leads somewhere are events. Nothing is scheduled before a
 * count is programmed.
 *
 *   modes 0 (one-shot), 1 (triggered one-shot), 2 (rate generator), 3 (square wave), 4 and 5
 *   (strobes)
 *   gate    low: modes 0 and 4 hold still, 2 and 3 stop with OUT high. Rising: modes 1, 2, 3 and 5
 *           begin anew
 *   tone    the frequency of OUT in hertz; 0 where it is no wave
 *
 * Source: Intel 8254 datasheet, "Control Word Format", "Counter Latch", "Read-Back", "Mode
 * Definitions", "Gate Pin Operations Summary".
 * Deviations: no BCD; a new count takes effect at once.
 */
import type { Clock, ClockEvent } from './clock.ts';

const ticksPerMicrosecond = 1.193182;
const hertz = 1_193_182;

const Access = { latch: 0, low: 1, high: 2, both: 3 } as const;

export class Counter {
  /** Called when the counter was programmed, or its gate has changed. */
  onChange: () => void = () => undefined;
  private clock: Clock;
  private output: ((level: boolean) => void) | undefined;
  private mode = 0;
  private access: number = Access.both;
  private reload = 0x10000;
  private loadedAt: number | undefined;
  private gateLevel: boolean;
  /** Clock pulses counted when the gate went low. */
  private held: number | undefined;
  private loaded = false;
  private writeLow: number | undefined;
  private readHigh = false;
  private latched: number | undefined;
  private latchedStatus: number | undefined;
  private nextEdge: ClockEvent | undefined;

  constructor(clock: Clock, gate: boolean, output?: (level: boolean) => void) {
    this.clock = clock;
    this.gateLevel = gate;
    this.output = output;
  }

  /** The OUT pin. */
  get out(): boolean {
    const ticks = this.ticks();
    if (ticks === undefined) return this.mode !== 0;
    switch (this.mode) {
      case 0:
        return ticks > this.reload;
      case 1:
        return ticks >= this.reload;
      case 2:
        return !this.gateLevel || this.current() !== 1;
      case 3:
        return !this.gateLevel || ticks % this.reload < Math.ceil(this.reload / 2);
      default:
        return ticks !== this.reload;
    }
  }

  get tone(): number {
    const wave = this.mode === 2 || this.mode === 3;
    return wave && this.gateLevel && this.loadedAt !== undefined ? hertz / this.reload : 0;
  }

  set gate(level: boolean) {
    if (level === this.gateLevel) return;
    const ticks = this.ticks();
    this.gateLevel = level;
    if (!level) this.hold(ticks);
    else if (this.mode === 0 || this.mode === 4) this.goOn();
    else this.start();
    this.onChange();
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
    this.held = undefined;
    this.loaded = false;
    this.writeLow = undefined;
    this.readHigh = false;
    this.latched = undefined;
    this.latchedStatus = undefined;
    this.clock.cancel(this.nextEdge);
    this.output?.(this.out);
    this.onChange();
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

  private load(count: number): void {
    const least = this.mode === 2 || this.mode === 3 ? 2 : 1;
    this.reload = count === 0 ? 0x10000 : Math.max(least, count);
    this.loaded = true;
    // Modes 1 and 5 wait for their trigger.
    if (this.mode !== 1 && this.mode !== 5) this.start();
    this.onChange();
  }

  /** Begins to count, or will with its gate. */
  private start(): void {
    if (!this.loaded) return;
    this.clock.cancel(this.nextEdge);
    this.loadedAt = this.clock.now;
    this.held = this.gateLevel ? undefined : 0;
    if (!this.output) return;
    this.output(this.out);
    if (this.gateLevel) this.scheduleEdge();
  }

  private hold(ticks: number | undefined): void {
    if (this.mode === 1 || this.mode === 5) return;
    this.held = ticks;
    this.clock.cancel(this.nextEdge);
    this.output?.(this.out);
  }

  private goOn(): void {
    if (this.held === undefined) return;
    this.loadedAt = this.clock.now - this.held / ticksPerMicrosecond;
    this.held = undefined;
    if (this.output && !this.out) this.scheduleEdge();
  }

  /** Clock pulses since the count was loaded. */
  private ticks(): number | undefined {
    if (this.loadedAt === undefined) return undefined;
    if (this.held !== undefined) return this.held;
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

  /** A low pulse of one tick is shown as a falling and a rising edge at its end. */
  private scheduleEdge(): void {
    const ticks = this.ticks()!;
    const period = this.mode === 3 ? this.reload / 2 : this.reload;
    const periodic = this.mode === 2 || this.mode === 3;
    const target = periodic ? this.edgeAfter(ticks, period) : this.reload + 1;
    const delay = this.loadedAt! + target / ticksPerMicrosecond - this.clock.now;
    const pulse = this.mode === 2 || this.mode >= 4;
    this.nextEdge = this.clock.schedule(delay, () => {
      if (pulse) this.output!(false);
      this.output!(pulse || this.out);
      if (periodic) this.scheduleEdge();
    });
  }

  private edgeAfter(ticks: number, period: number): number {
    return Math.ceil((Math.floor(ticks / period) + 1) * period);
  }
}
