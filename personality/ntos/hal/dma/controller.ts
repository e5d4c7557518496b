/**
 * The two 8237 DMA controllers of an ISA bus, as registers: channels 0-3 move bytes, 5-7 words.
 *
 * A channel is masked while it is programmed and after its transfer. The upper address bits are in
 * page registers, which a transfer does
 * not carry into: it must lie in one page (64 KiB; 128 KiB for word channels).
 *
 *   initialise()                              both controllers on, channel 4 cascades, all masked
 *   program(channel, address, length, toDevice)
 *   mask(channel)
 *   remaining(channel)                        bytes not transferred yet, by the controller's own
 *   count
 *
 * Source: Intel 8237A datasheet, "Register Description", "Software Commands"; IBM AT technical
 * reference, "DMA page registers".
 */
import { seL4_X86_IOPort_In8, seL4_X86_IOPort_Out8 } from '../../../sel4/index.ts';
import type { CPtr, Thread } from '../../../sel4/types.ts';
import { type DmaCaps, DMA_PORTS } from './hardware.ts';

const PAGE_PORTS = [0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a] as const;
const CASCADE = 4;
const MODE_CASCADE = 0xc0;
const MODE_SINGLE = 0x40;
const MODE_TO_DEVICE = 0x08;
const MODE_TO_MEMORY = 0x04;
const MASK_SET = 4;

/** Ports of one controller: registers are one apart on the first, two on the second. */
interface Controller {
  readonly cap: CPtr;
  readonly base: number;
  readonly step: number;
}

export class DmaController {
  readonly #thread: Thread;
  readonly #caps: DmaCaps;
  /** Terminal counts seen in a status that was read for another channel: reading clears them. */
  readonly #reached = new Set<number>();

  constructor(thread: Thread, caps: DmaCaps) {
    this.#thread = thread;
    this.#caps = caps;
  }

  initialise(): void {
    for (const channel of [0, CASCADE]) {
      this.#out(channel, 13, 0); // master clear: all masked
      this.#out(channel, 8, 0); // command: enabled, DREQ high, DACK low
    }
    this.#out(CASCADE, 11, MODE_CASCADE);
    this.#out(CASCADE, 10, 0);
  }

  /** Bytes for channels 0-3; for 5-7 the address and length must be even. */
  program(channel: number, address: number, length: number, toDevice: boolean): void {
    const words = channel > CASCADE;
    const start = words ? address >>> 1 : address;
    const count = (words ? length >>> 1 : length) - 1;
    const local = channel & 3;
    this.mask(channel);
    this.#reached.delete(channel);
    const mode = MODE_SINGLE | (toDevice ? MODE_TO_DEVICE : MODE_TO_MEMORY) | local;
    this.#out(channel, 11, mode);
    this.#out(channel, 12, 0);
    this.#out(channel, local * 2, start & 0xff);
    this.#out(channel, local * 2, (start >>> 8) & 0xff);
    this.#out(channel, 12, 0);
    this.#out(channel, local * 2 + 1, count & 0xff);
    this.#out(channel, local * 2 + 1, (count >>> 8) & 0xff);
    const page = PAGE_PORTS[channel] ?? 0;
    seL4_X86_IOPort_Out8(this.#thread, this.#caps.pages, page, (address >>> 16) & 0xff);
    this.#status(channel);
    this.#reached.delete(channel);
    this.#out(channel, 10, local);
  }

  mask(channel: number): void {
    this.#out(channel, 10, MASK_SET | (channel & 3));
  }

  /**
   * The count stays at FFFF at terminal count, as it is before a transfer of 65536: the status
   * tells which.
   */
  remaining(channel: number): number {
    this.#out(channel, 12, 0);
    const register = (channel & 3) * 2 + 1;
    const low = this.#in(channel, register);
    const count = low | (this.#in(channel, register) << 8);
    this.#status(channel);
    if (this.#reached.delete(channel)) return 0;
    return (count + 1) * (channel > CASCADE ? 2 : 1);
  }

  #status(channel: number): void {
    const status = this.#in(channel, 8);
    const first = channel & CASCADE;
    for (let local = 0; local < 4; local++)
      if ((status & (1 << local)) !== 0) this.#reached.add(first + local);
  }

  #controller(channel: number): Controller {
    return channel < CASCADE
      ? { cap: this.#caps.bytes, base: DMA_PORTS.bytes[0], step: 1 }
      : { cap: this.#caps.words, base: DMA_PORTS.words[0], step: 2 };
  }

  #out(channel: number, register: number, value: number): void {
    const { cap, base, step } = this.#controller(channel);
    seL4_X86_IOPort_Out8(this.#thread, cap, base + register * step, value);
  }

  #in(channel: number, register: number): number {
    const { cap, base, step } = this.#controller(channel);
    return seL4_X86_IOPort_In8(this.#thread, cap, base + register * step);
  }
}
