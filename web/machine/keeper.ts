/**
 * The keeper: tells software when a medium is safe where it is stored.
 *
 * A device of this machine's own, with no model in a real PC: a real diskette keeps what the head
 * wrote, ours has still to be brought to where images are kept. Whoever must know asks the keeper
 * and waits for its interrupt.
 *
 *   3E0 write   bits 1-0: keep the medium of this drive now. Ignored while busy.
 *   3E0 read    bit 0 busy; when not: bit 7 failed, with bit 6 for lack of room, with bit 5 because
 *               whoever keeps disks does not answer. Reading when not busy drops IRQ 5.
 *
 * Without anybody behind it (`onKeep`) what is written is safe at once: the answer comes with the
 * next `advance`.
 */
import type { Bus, PortDevice } from './bus.ts';
import type { Clock } from './clock.ts';
import type { KeepResult } from './types.ts';

export const KEEPER_PORT = 0x3e0;
const BUSY = 0x01;
const FAILED = 0x80;
const NO_ROOM = 0x40;
const NO_ANSWER = 0x20;

const statusOf: Readonly<Record<KeepResult, number>> = {
  kept: 0,
  failed: FAILED,
  full: FAILED | NO_ROOM,
  silent: FAILED | NO_ANSWER,
};

export class Keeper implements PortDevice {
  private status = 0;
  private drive = 0;
  private clock: Clock;
  private interrupt: (level: boolean) => void;
  private ask: (drive: number) => boolean;

  /** `ask` says whether somebody will call `done`. */
  constructor(
    bus: Bus,
    clock: Clock,
    interrupt: (level: boolean) => void,
    ask: (drive: number) => boolean,
  ) {
    this.clock = clock;
    this.interrupt = interrupt;
    this.ask = ask;
    bus.claim(KEEPER_PORT, KEEPER_PORT, this);
  }

  readPort(): number {
    if (!(this.status & BUSY)) this.interrupt(false);
    return this.status;
  }

  writePort(_port: number, value: number): void {
    if (this.status & BUSY) return;
    this.interrupt(false);
    this.status = BUSY;
    this.drive = value & 3;
    if (!this.ask(this.drive)) this.clock.schedule(0, () => this.done(this.drive, 'kept'));
  }

  /** An answer for another drive, or that nobody waits for, is ignored. */
  done(drive: number, result: KeepResult): void {
    if (!(this.status & BUSY) || drive !== this.drive) return;
    this.status = statusOf[result];
    this.interrupt(true);
  }
}
