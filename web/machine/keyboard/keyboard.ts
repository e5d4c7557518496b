/**
 * A PC keyboard of 101 or 102 keys, at the far end of the controller's serial line.
 *
 *   key(code, down)     a key is pressed or released (keys.ts)
 *   receive(byte)       a command, or what belongs to one, has come over the line
 *   take()              the next byte that it has to say; undefined: none
 *   onNews              called when there is one, or when it begins or ceases to scan
 *   scanning, leds
 *   mute                a fault: it hears, and says nothing
 *
 * Codes of keys wait in a buffer of 16 bytes; answers to commands go before them and take none of
 * its room. What finds no room is lost, and an overrun code stands for it. A key that is held
 * repeats on the virtual clock, unless the buffer holds something: nothing is due for a keyboard
 * that nobody touches.
 *
 * Source: IBM PS/2 hardware interface technical reference, "Keyboards (101- and 102-key)":
 * "Keyboard buffer", "Commands from the system", "Commands to the system", "Typematic rate/delay".
 * Deviations: no scan code set 3: it is refused with RESEND, as FB to FD are, which belong to it.
 */
import type { Clock, ClockEvent } from '../clock.ts';
import { breakOf, makeOf, PAUSE } from './keys.ts';
import { translator } from './translate.ts';

const Command = {
  leds: 0xed,
  echo: 0xee,
  scanCodeSet: 0xf0,
  identify: 0xf2,
  typematic: 0xf3,
  enable: 0xf4,
  disable: 0xf5,
  defaults: 0xf6,
  firstOfSet3: 0xf7,
  lastOfSet3: 0xfa,
  resend: 0xfe,
  reset: 0xff,
} as const;

const ACK = 0xfa;
const RESEND = 0xfe;
const TEST_PASSED = 0xaa;
const IDENTITY = [0xab, 0x83];
const bufferSize = 16;
const overrunCode = { 1: 0xff, 2: 0x00 } as const;
/** Half a second, 10.9 characters a second. */
const usualTypematic = 0x2b;
/** Microseconds of the test after a reset. */
const testTime = { fast: 0, real: 500_000 } as const;

export class Keyboard {
  onNews: () => void = () => undefined;
  mute = false;
  leds = 0;
  scanning = true;
  private clock: Clock;
  private timing: 'fast' | 'real';
  private answers: number[] = [TEST_PASSED];
  private keys: number[] = [];
  private overrun = false;
  private last = 0;
  /** The command whose parameter is to come. */
  private awaiting: number | undefined;
  private scanCodeSet: 1 | 2 = 2;
  private typematic = usualTypematic;
  private held: string | undefined;
  private repeat: ClockEvent | undefined;
  private test: ClockEvent | undefined;

  constructor(clock: Clock, timing: 'fast' | 'real') {
    this.clock = clock;
    this.timing = timing;
  }

  /** False where there is no such key. */
  key(code: string, down: boolean): boolean {
    const bytes = down ? makeOf(code) : breakOf(code);
    if (makeOf(code).length === 0) return false;
    if (down || code === this.held) this.stopRepeat();
    if (!this.scanning || this.awaiting !== undefined || this.mute) return true;
    this.store(bytes);
    if (down && code !== PAUSE) this.startRepeat(code);
    return true;
  }

  take(): number | undefined {
    if (!this.talks) return undefined;
    const byte = this.answers.shift() ?? this.keys.shift();
    if (this.keys.length < bufferSize) this.overrun = false;
    if (byte !== undefined && byte !== RESEND) this.last = byte;
    return byte;
  }

  /** There is something to take. */
  get talks(): boolean {
    return !this.mute && this.answers.length + this.keys.length > 0;
  }

  receive(byte: number): void {
    const command = this.awaiting;
    this.awaiting = undefined;
    // A command in place of a parameter is a command.
    if (command !== undefined && byte < Command.leds) this.parameter(command, byte);
    else this.command(byte);
    if (this.mute) this.answers = [];
    this.onNews();
  }

  private command(byte: number): void {
    switch (byte) {
      case Command.echo:
        return this.answer(Command.echo);
      case Command.identify:
        return this.answer(ACK, ...IDENTITY);
      case Command.leds:
      case Command.typematic:
      case Command.scanCodeSet:
        this.awaiting = byte;
        if (byte === Command.scanCodeSet) this.empty();
        return this.answer(ACK);
      case Command.enable:
        this.empty();
        this.scanning = true;
        return this.answer(ACK);
      case Command.disable:
      case Command.defaults:
        this.setDefaults();
        if (byte === Command.disable) this.scanning = false;
        return this.answer(ACK);
      case Command.resend:
        return this.answer(this.last);
      case Command.reset:
        return this.reset();
      default:
        return this.answer(
          byte >= Command.firstOfSet3 && byte <= Command.lastOfSet3 ? ACK : RESEND,
        );
    }
  }

  private parameter(command: number, byte: number): void {
    if (command === Command.leds) this.leds = byte & 7;
    else if (command === Command.typematic) this.typematic = byte & 0x7f;
    else if (byte === 0) return this.answer(ACK, this.scanCodeSet);
    else if (byte === 1 || byte === 2) this.scanCodeSet = byte;
    else return this.answer(RESEND);
    this.answer(ACK);
  }

  private reset(): void {
    this.setDefaults();
    this.leds = 0;
    this.scanning = true;
    this.answer(ACK);
    this.clock.cancel(this.test);
    this.test = this.clock.schedule(testTime[this.timing], () => {
      if (!this.mute) this.answer(TEST_PASSED);
      this.onNews();
    });
  }

  private setDefaults(): void {
    this.empty();
    this.typematic = usualTypematic;
    this.scanCodeSet = 2;
  }

  private empty(): void {
    this.keys = [];
    this.overrun = false;
    this.stopRepeat();
  }

  private answer(...bytes: number[]): void {
    this.answers.push(...bytes);
  }

  /** All bytes of a key, or none. */
  private store(bytes: readonly number[]): void {
    const codes = this.scanCodeSet === 2 ? bytes : translated(bytes);
    if (!this.overrun && this.keys.length + codes.length <= bufferSize) this.keys.push(...codes);
    else if (!this.overrun) {
      this.overrun = true;
      this.keys.push(overrunCode[this.scanCodeSet]);
    }
    this.onNews();
  }

  private startRepeat(code: string): void {
    this.held = code;
    const delay = (((this.typematic >> 5) & 3) + 1) * 250_000;
    this.repeat = this.clock.schedule(delay, () => this.repeats(code));
  }

  private repeats(code: string): void {
    // One that is not taken is kept once.
    if (this.scanning && this.keys.length === 0) this.store(makeOf(code));
    this.repeat = this.clock.schedule(this.period(), () => this.repeats(code));
  }

  private stopRepeat(): void {
    this.clock.cancel(this.repeat);
    this.held = undefined;
  }

  /** Of the repetition, in microseconds. */
  private period(): number {
    const a = this.typematic & 7;
    const b = (this.typematic >> 3) & 3;
    return (8 + a) * 2 ** b * 4170;
  }
}

function translated(bytes: readonly number[]): number[] {
  const translate = translator();
  return bytes.map(translate).filter((byte) => byte !== undefined);
}
