/**
 * Battery-backed memory of 256 KiB behind eight ports, with no model in a real PC but the 114 bytes
 * of its clock chip.
 *
 * What stands in it outlasts the machine if somebody outside keeps it, as with diskettes. So there
 * are two commands beside plain access: one brings the contents from where they are kept, which may
 * take a while and is done once; one makes safe all that was written before it.
 *
 *   4E0 write   command: 1 bring, 2 keep. Ignored while busy.
 *   4E0 read    status: bit 0 busy; when not: bit 1 the contents are here, bit 7 the last command
 *               failed, with bit 6 for lack of room, with bit 5 because whoever keeps them does not
 *               answer, with bit 4 because they are another machine's. Reading when not busy drops
 *               IRQ 10.
 *   4E1-4E3     address, low byte first
 *   4E4-4E7     data at the address, which then moves on; the same at all four, so that a wide
 *               access moves as many bytes as it is wide
 *
 * Without anybody behind it (`onNvram`) it is empty, and what is written is safe at once: the
 * answer comes with the next `advance`. Until the contents are here it reads as zeros, and what is
 * written is lost when they come.
 */
import type { Bus, PortDevice } from './bus.ts';
import type { Clock } from './clock.ts';
import type { NvramAnswer, NvramRequest, NvramResult } from './types.ts';

export const NVRAM_PORT = 0x4e0;
export const NVRAM_BYTES = 0x4_0000;
const LAST_PORT = NVRAM_PORT + 7;
const FIRST_DATA = 4;

const BRING = 1;
const KEEP = 2;
const BUSY = 0x01;
const HERE = 0x02;
const FAILED = 0x80;
const NO_ROOM = 0x40;
const NO_ANSWER = 0x20;
const FOREIGN = 0x10;

const statusOf: Readonly<Record<NvramResult, number>> = {
  kept: 0,
  failed: FAILED,
  full: FAILED | NO_ROOM,
  silent: FAILED | NO_ANSWER,
  foreign: FAILED | FOREIGN,
};

export class Nvram implements PortDevice {
  readonly memory = new Uint8Array(NVRAM_BYTES);
  private status = 0;
  private address = 0;
  private waitsFor: NvramRequest | undefined;
  private clock: Clock;
  private interrupt: (level: boolean) => void;
  private ask: (request: NvramRequest) => boolean;
  private wrote: (offset: number) => void;

  /** `ask` says whether somebody will call `done`. */
  constructor(
    bus: Bus,
    clock: Clock,
    outside: {
      interrupt(level: boolean): void;
      ask(request: NvramRequest): boolean;
      wrote(offset: number): void;
    },
  ) {
    this.clock = clock;
    this.interrupt = (level) => outside.interrupt(level);
    this.ask = (request) => outside.ask(request);
    this.wrote = (offset) => outside.wrote(offset);
    bus.claim(NVRAM_PORT, LAST_PORT, this);
  }

  readPort(port: number): number {
    const at = port - NVRAM_PORT;
    if (at >= FIRST_DATA) return this.memory[this.next()]!;
    if (at > 0) return (this.address >>> (8 * (at - 1))) & 0xff;
    if (!(this.status & BUSY)) this.interrupt(false);
    return this.status;
  }

  writePort(port: number, value: number): void {
    const at = port - NVRAM_PORT;
    if (at >= FIRST_DATA) {
      const address = this.next();
      this.memory[address] = value;
      this.wrote(address);
    } else if (at > 0) {
      const shift = 8 * (at - 1);
      this.address = (this.address & ~(0xff << shift)) | (value << shift);
    } else this.command(value);
  }

  /** An answer to what was not asked, or that nobody waits for, is ignored. */
  done(request: NvramRequest, { result, contents }: NvramAnswer): void {
    if (this.waitsFor !== request) return;
    this.waitsFor = undefined;
    if (request === 'bring' && contents) this.memory.set(contents.subarray(0, NVRAM_BYTES));
    const here = request === 'bring' && result === 'kept' ? HERE : this.status & HERE;
    this.status = statusOf[result] | here;
    this.interrupt(true);
  }

  private next(): number {
    const address = this.address % NVRAM_BYTES;
    this.address = (this.address + 1) % NVRAM_BYTES;
    return address;
  }

  private command(value: number): void {
    if (this.status & BUSY || (value !== BRING && value !== KEEP)) return;
    this.interrupt(false);
    const request = value === BRING ? 'bring' : 'keep';
    this.waitsFor = request;
    this.status = (this.status & HERE) | BUSY;
    if (!this.ask(request)) this.clock.schedule(0, () => this.done(request, { result: 'kept' }));
  }
}
