/**
 * The 8042 keyboard controller: ports 60 and 64, interrupt line 1.
 *
 *   64 read    bit 0 output buffer full, 1 input buffer full, 2 system flag, 3 the last write was
 *              to 64, 4 the keyboard is not locked
 *   64 write   a command: 20-3F and 60-7F read and write its memory, of which byte 0 is the command
 *              byte; AA self test (55), AB test of the line (00), AD and AE the keyboard's clock
 *              off and on, C0 input port, D0 and D1 output port, D2 a byte as if the keyboard had
 *              sent it
 *   60 read    the output buffer
 *   60 write   what belongs to a command; else a byte for the keyboard, whose clock is on then
 *
 * Command byte: bit 0 interrupt, 2 system flag, 4 keyboard's clock off, 6 translation
 * (translate.ts). While the output buffer is full the keyboard is held off. A write is taken up
 * with the next event of the clock, never inside the write; a second one before that replaces the
 * first.
 *
 * Source: Intel UPI-41/42 data sheet; IBM AT technical reference, "Keyboard controller": "Status
 * register", "Commands (I/O address hex 64)".
 * Deviations: no second port, whose commands are ignored as an AT's controller does; nothing
 * hangs on the output port, which neither resets a processor nor gates A20; a keyboard that does
 * not answer is not noticed here, but by whoever waits for it.
 */
import type { Bus } from '../bus.ts';
import type { Clock, ClockEvent } from '../clock.ts';
import type { Keyboard } from './keyboard.ts';
import { translator } from './translate.ts';

const Status = { full: 0x01, busy: 0x02, system: 0x04, command: 0x08, unlocked: 0x10 } as const;
const Byte = { interrupt: 0x01, system: 0x04, off: 0x10, auxiliaryOff: 0x20, translate: 0x40 };
/** As nothing has set it up: the keyboard's clock is off. */
const afterReset = Byte.off | Byte.auxiliaryOff;
const inputPort = 0xa0;
const outputPort = { fixed: 0xc3, full: 0x10 } as const;
/** Microseconds that a write takes to be looked at, and a byte on the keyboard's line. */
const times = {
  fast: { look: 0, line: 0 },
  real: { look: 20, line: 900 },
} as const;

export interface ControllerOptions {
  bus: Bus;
  clock: Clock;
  timing: 'fast' | 'real';
  keyboard: Keyboard;
  interrupt(level: boolean): void;
  /** Called when keys may have begun or ceased to be listened to, or the LEDs have changed. */
  changed(): void;
}

export class KeyboardController {
  private options: ControllerOptions;
  private memory = new Uint8Array(32);
  private output = 0;
  private full = false;
  private input: { value: number; command: boolean } | undefined;
  private wasCommand = false;
  /** The command whose byte is to come to port 60. */
  private awaiting: number | undefined;
  private translate = translator();
  private arrival: ClockEvent | undefined;
  private look: ClockEvent | undefined;

  constructor(options: ControllerOptions) {
    this.options = options;
    this.memory[0] = afterReset;
    options.keyboard.onNews = () => this.hear();
    for (const port of [0x60, 0x64])
      options.bus.claim(port, port, {
        readPort: () => (port === 0x60 ? this.readOutput() : this.status()),
        writePort: (_port, value) => this.write(value, port === 0x64),
      });
  }

  /** Keys reach software. */
  get listening(): boolean {
    const on = Byte.interrupt | Byte.off;
    return (this.commandByte & on) === Byte.interrupt && this.options.keyboard.scanning;
  }

  private get time(): { look: number; line: number } {
    return times[this.options.timing];
  }

  private set commandByte(value: number) {
    this.memory[0] = value;
    this.update();
  }

  private get commandByte(): number {
    return this.memory[0]!;
  }

  private status(): number {
    return (
      (this.full ? Status.full : 0) |
      (this.input ? Status.busy : 0) |
      (this.commandByte & Byte.system ? Status.system : 0) |
      (this.wasCommand ? Status.command : 0) |
      Status.unlocked
    );
  }

  private readOutput(): number {
    this.full = false;
    this.update();
    return this.output;
  }

  private write(value: number, command: boolean): void {
    this.wasCommand = command;
    this.input = { value, command };
    this.look ??= this.options.clock.schedule(this.time.look, () => {
      this.look = undefined;
      const { input } = this;
      this.input = undefined;
      if (!input) return;
      if (input.command) this.command(input.value);
      else this.data(input.value);
    });
  }

  private command(code: number): void {
    this.awaiting = undefined;
    if (code >= 0x20 && code < 0x40) return this.put(this.memory[code - 0x20]!);
    if (code >= 0x60 && code < 0x80) {
      this.awaiting = code;
      return;
    }
    switch (code) {
      case 0xaa:
        this.translate = translator();
        this.commandByte = afterReset | Byte.system;
        return this.put(0x55);
      case 0xab:
        return this.put(0x00);
      case 0xad:
        this.commandByte |= Byte.off;
        return;
      case 0xae:
        this.commandByte &= ~Byte.off;
        return;
      case 0xc0:
        return this.put(inputPort);
      case 0xd0:
        return this.put(outputPort.fixed | (this.full ? outputPort.full : 0));
      case 0xd1:
      case 0xd2:
        this.awaiting = code;
    }
  }

  private data(value: number): void {
    const command = this.awaiting;
    this.awaiting = undefined;
    if (command === undefined) {
      this.options.clock.schedule(this.time.line, () => {
        this.options.keyboard.receive(value);
        this.commandByte &= ~Byte.off;
      });
    } else if (command === 0xd2) this.put(value);
    else if (command === 0x60) this.commandByte = value;
    else if (command < 0x80) this.memory[command - 0x60] = value;
  }

  private put(value: number): void {
    this.output = value;
    this.full = true;
    this.update();
  }

  /** The keyboard may send a byte, if it has one. */
  private hear(): void {
    const { clock, keyboard } = this.options;
    this.options.changed();
    if (this.arrival || this.full || this.commandByte & Byte.off || !keyboard.talks) return;
    this.arrival = clock.schedule(this.time.line, () => {
      this.arrival = undefined;
      // Meanwhile the buffer was filled, or the clock turned off: the keyboard sends it again.
      if (this.full || this.commandByte & Byte.off) return;
      const byte = keyboard.take();
      if (byte === undefined) return;
      const shown = this.commandByte & Byte.translate ? this.translate(byte) : byte;
      if (shown !== undefined) this.put(shown);
      else this.hear();
    });
  }

  private update(): void {
    this.options.interrupt(this.full && (this.commandByte & Byte.interrupt) !== 0);
    this.hear();
  }
}
