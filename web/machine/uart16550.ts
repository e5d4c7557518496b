/**
 * A 16550A serial port, COM1: ports 3F8-3FF, interrupt line 4.
 *
 * Input that finds no room in the receiver waits in the line, as a peer with RTS/CTS flow control
 * would make it wait: it is never lost. Output leaves the transmitter on the virtual clock. The
 * interrupt pin shows the most urgent cause that is enabled, gated by MCR's OUT2.
 *
 *   receive(bytes)      bytes arrive on the line
 *
 * Source: National PC16550D datasheet: register table, "FIFO Interrupt Mode Operation", IIR table.
 * Deviations: no parity, framing or break; the modem inputs are always on (CTS, DSR, DCD) except
 * in loopback; in fast timing a character takes no time.
 */
import type { Bus } from './bus.ts';
import type { Clock, ClockEvent } from './clock.ts';

const Ier = { received: 1, transmitEmpty: 2, lineStatus: 4, modemStatus: 8 } as const;
const Iir = {
  none: 1,
  lineStatus: 6,
  received: 4,
  timeout: 12,
  transmitEmpty: 2,
  modem: 0,
} as const;
const Lsr = { dataReady: 0x01, overrun: 0x02, transmitEmpty: 0x20, idle: 0x40 } as const;
const Mcr = { out2: 0x08, loop: 0x10 } as const;
const lineInputs = 0xb0;
const triggerLevels = [1, 4, 8, 14] as const;
const divisorLatch = 0x80;

export interface UartOptions {
  bus: Bus;
  clock: Clock;
  timing: 'fast' | 'real';
  interrupt(level: boolean): void;
  /** A byte leaves on the line. */
  transmit(byte: number): void;
  /** A byte has passed, in or out. */
  count(): void;
}

export class Uart16550 {
  private options: UartOptions;
  private line: number[] = [];
  private input: number[] = [];
  private output: number[] = [];
  private ier = 0;
  private lcr = 0;
  private mcr = 0;
  private scratch = 0;
  private divisor = 12;
  private fifo = false;
  private trigger = 1;
  private overrun = false;
  private timedOut = false;
  private transmitPending = false;
  private modemDelta = 0;
  private arrival: ClockEvent | undefined;
  private departure: ClockEvent | undefined;
  private timeout: ClockEvent | undefined;

  constructor(options: UartOptions) {
    this.options = options;
    options.bus.claim(0x3f8, 0x3ff, {
      readPort: (port) => this.read(port & 7),
      writePort: (port, value) => this.write(port & 7, value),
    });
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.line.push(byte);
    this.expectArrival();
  }

  private read(register: number): number {
    const latch = (this.lcr & divisorLatch) !== 0;
    switch (register) {
      case 0:
        return latch ? this.divisor & 0xff : this.takeInput();
      case 1:
        return latch ? this.divisor >> 8 : this.ier;
      case 2:
        return this.identify();
      case 3:
        return this.lcr;
      case 4:
        return this.mcr;
      case 5:
        return this.lineStatus();
      case 6:
        return this.modemStatus();
      default:
        return this.scratch;
    }
  }

  private write(register: number, value: number): void {
    const latch = (this.lcr & divisorLatch) !== 0;
    switch (register) {
      case 0:
        if (latch) this.divisor = (this.divisor & 0xff00) | value;
        else this.putOutput(value);
        break;
      case 1:
        if (latch) this.divisor = (this.divisor & 0xff) | (value << 8);
        else this.enable(value & 15);
        break;
      case 2:
        this.controlFifo(value);
        break;
      case 3:
        this.lcr = value;
        break;
      case 4:
        this.controlModem(value & 0x1f);
        break;
      case 7:
        this.scratch = value;
        break;
    }
    this.updateInterrupt();
  }

  /** Start and stop bits, data bits, parity: the time of one character in microseconds. */
  private characterTime(): number {
    if (this.options.timing === 'fast') return 0;
    const bits = 1 + 5 + (this.lcr & 3) + (this.lcr & 4 ? 2 : 1) + (this.lcr & 8 ? 1 : 0);
    return (bits * 16 * (this.divisor || 0x10000)) / 1.8432;
  }

  private get depth(): number {
    return this.fifo ? 16 : 1;
  }

  private expectArrival(): void {
    const room = this.input.length < this.depth && !(this.mcr & Mcr.loop);
    if (this.arrival || this.line.length === 0 || !room) return;
    this.arrival = this.options.clock.schedule(this.characterTime(), () => this.arrive());
  }

  private arrive(): void {
    this.arrival = undefined;
    const room = this.mcr & Mcr.loop ? 0 : this.depth - this.input.length;
    const fits = this.options.timing === 'fast' ? room : Math.min(1, room);
    for (const byte of this.line.splice(0, fits)) this.accept(byte);
    this.expectArrival();
    this.updateInterrupt();
  }

  private accept(byte: number): void {
    this.options.count();
    if (this.input.length >= this.depth) this.overrun = true;
    else this.input.push(byte);
    this.armTimeout();
  }

  /** Four character times with bytes below the trigger level and nothing moving. */
  private armTimeout(): void {
    const { clock } = this.options;
    clock.cancel(this.timeout);
    this.timedOut = false;
    if (!this.fifo || this.input.length === 0) return;
    this.timeout = clock.schedule(4 * this.characterTime(), () => {
      this.timedOut = true;
      this.updateInterrupt();
    });
  }

  private takeInput(): number {
    const byte = this.input.shift() ?? 0;
    this.armTimeout();
    this.expectArrival();
    this.updateInterrupt();
    return byte;
  }

  /** A byte written to a full transmitter is lost, as the datasheet has it: poll THRE. */
  private putOutput(byte: number): void {
    this.transmitPending = false;
    if (this.output.length >= this.depth) return;
    this.output.push(byte);
    this.expectDeparture();
  }

  private expectDeparture(): void {
    if (this.departure || this.output.length === 0) return;
    this.departure = this.options.clock.schedule(this.characterTime(), () => this.depart());
  }

  private depart(): void {
    this.departure = undefined;
    const gone = this.options.timing === 'fast' ? this.output.length : 1;
    for (const byte of this.output.splice(0, gone)) {
      if (this.mcr & Mcr.loop) {
        this.accept(byte);
      } else {
        this.options.count();
        this.options.transmit(byte);
      }
    }
    if (this.output.length === 0) this.transmitPending = true;
    this.expectDeparture();
    this.updateInterrupt();
  }

  private enable(value: number): void {
    const turnedOn = value & ~this.ier & Ier.transmitEmpty;
    this.ier = value;
    if (turnedOn && this.output.length === 0) this.transmitPending = true;
  }

  private controlFifo(value: number): void {
    const on = (value & 1) !== 0;
    const changed = on !== this.fifo;
    this.fifo = on;
    this.trigger = on ? triggerLevels[value >> 6]! : 1;
    if (changed || value & 2) {
      this.input = [];
      this.armTimeout();
    }
    if (changed || value & 4) {
      this.options.clock.cancel(this.departure);
      this.departure = undefined;
      if (this.output.length > 0) this.transmitPending = true;
      this.output = [];
    }
    this.expectArrival();
  }

  private controlModem(value: number): void {
    const before = this.modemInputs();
    this.mcr = value;
    const changed = (before ^ this.modemInputs()) >> 4;
    // Ring indicator reports its trailing edge alone.
    const ringFell = (before & ~this.modemInputs()) >> 4;
    this.modemDelta |= (changed & 0x0b) | (ringFell & 0x04);
    this.expectArrival();
  }

  /** CTS, DSR, RI, DCD; in loopback they follow RTS, DTR, OUT1, OUT2. */
  private modemInputs(): number {
    if (!(this.mcr & Mcr.loop)) return lineInputs;
    const { mcr } = this;
    return ((mcr & 2) << 3) | ((mcr & 1) << 5) | ((mcr & 4) << 4) | ((mcr & 8) << 4);
  }

  private modemStatus(): number {
    const status = this.modemInputs() | this.modemDelta;
    this.modemDelta = 0;
    this.updateInterrupt();
    return status;
  }

  private lineStatus(): number {
    const empty = this.output.length === 0 ? Lsr.transmitEmpty | Lsr.idle : 0;
    const ready = this.input.length > 0 ? Lsr.dataReady : 0;
    const status = ready | (this.overrun ? Lsr.overrun : 0) | empty;
    this.overrun = false;
    this.updateInterrupt();
    return status;
  }

  private cause(): number {
    const { ier } = this;
    if (ier & Ier.lineStatus && this.overrun) return Iir.lineStatus;
    if (ier & Ier.received && this.input.length >= this.trigger) return Iir.received;
    if (ier & Ier.received && this.timedOut) return Iir.timeout;
    if (ier & Ier.transmitEmpty && this.transmitPending) return Iir.transmitEmpty;
    if (ier & Ier.modemStatus && this.modemDelta) return Iir.modem;
    return Iir.none;
  }

  /** Reading IIR puts away the transmitter's interrupt when that is what it says. */
  private identify(): number {
    const cause = this.cause();
    if (cause === Iir.transmitEmpty) this.transmitPending = false;
    this.updateInterrupt();
    return cause | (this.fifo ? 0xc0 : 0);
  }

  private updateInterrupt(): void {
    const gate = (this.mcr & (Mcr.out2 | Mcr.loop)) === Mcr.out2;
    this.options.interrupt(gate && this.cause() !== Iir.none);
  }
}
