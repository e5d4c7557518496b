/**
 * The PC's ISA DMA: two 8237As, their page registers, and the way to physical memory.
 *
 * Channels 0-3 move bytes, 5-7 words; channel 4 is the cascade through which the first controller
 * reaches the bus, so channels 0-3 are dead until it is in cascade mode and unmasked. A device
 * pulls bursts: it asks to move a buffer and learns how much the controller granted and whether
 * terminal count (TC) came. Memory is never touched for a masked channel; a software request alone
 * asks no mask, and moves its block at once, from and to a bus that no device drives.
 *
 *   transfer(channel, buffer, direction)   -> { moved, tc }
 *   request(channel, on)                   a device's DREQ, for the status register
 *   look(channel)                          its registers, read by no port
 *
 * Source: 8237A datasheet; IBM AT technical reference (ports, page registers); EISA specification
 * (high page registers, which writing the low one clears).
 * Deviations: a channel programmed for the other direction than the device drives moves nothing; a
 * device that a verify transfer feeds sees FF. Beyond the end of memory reads give FF and writes
 * are dropped, as on a bus where nobody answers.
 */
import type { Bus } from './bus.ts';
import type { Counters } from './counters.ts';
import { Dma8237, DmaMode } from './dma8237.ts';
import type { DmaLook } from './look.ts';

export type DmaDirection = 'toMemory' | 'fromMemory';

export interface DmaBurst {
  /** Bytes of the buffer that went through, from its start. */
  moved: number;
  /** Terminal count came with the last of them. */
  tc: boolean;
}

/** Which page register port serves which channel; the other ports of 80-8F are plain latches. */
const pagePorts = [0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a] as const;
const cascadeChannel = 0;
const floating = 0xff;
const highPageBase = 0x480;

const modeFor: Record<DmaDirection, number> = {
  toMemory: DmaMode.deviceToMemory,
  fromMemory: DmaMode.memoryToDevice,
};

export class IsaDma {
  private controllers: [Dma8237, Dma8237];
  private latches = new Uint8Array(16);
  private highLatches = new Uint8Array(16);
  private ram: Uint8Array;
  private counters: Counters;

  constructor(bus: Bus, ram: Uint8Array, counters: Counters, highPages = false) {
    this.ram = ram;
    this.counters = counters;
    const low = new Dma8237(() => this.serveSoftware());
    const high = new Dma8237(() => this.serveSoftware());
    this.controllers = [low, high];
    bus.claim(0x00, 0x0f, {
      readPort: (port) => low.read(port),
      writePort: (port, value) => low.write(port, value),
    });
    // The second controller's A0 hangs on the bus's A1: every register answers at two ports.
    bus.claim(0xc0, 0xdf, {
      readPort: (port) => high.read((port - 0xc0) >> 1),
      writePort: (port, value) => high.write((port - 0xc0) >> 1, value),
    });
    bus.claim(0x80, 0x8f, {
      readPort: (port) => this.latches[port & 15]!,
      writePort: (port, value) => {
        this.latches[port & 15] = value;
        this.highLatches[port & 15] = 0;
      },
    });
    if (!highPages) return;
    bus.claim(highPageBase, highPageBase + 15, {
      readPort: (port) => this.highLatches[port & 15]!,
      writePort: (port, value) => {
        this.highLatches[port & 15] = value;
      },
    });
  }

  transfer(channel: number, buffer: Uint8Array, direction: DmaDirection): DmaBurst {
    const controller = this.controllers[channel >> 2]!;
    const mode = controller.channels[channel & 3]!.mode;
    const burst: DmaBurst = { moved: 0, tc: false };
    if (!this.granted(channel) || !this.suits(mode, direction)) return burst;
    const width = channel < 4 ? 1 : 2;
    const touches = (mode & DmaMode.directionMask) === modeFor[direction];
    while (burst.moved + width <= buffer.length && !burst.tc) {
      if (touches) this.moveUnit(channel, buffer, burst.moved, width, direction);
      burst.moved += width;
      burst.tc = controller.step(channel & 3);
    }
    controller.served(channel & 3);
    if (!touches && direction === 'fromMemory') buffer.fill(floating, 0, burst.moved);
    if (burst.moved > 0) this.counters.add('machine.dma.transfer');
    return burst;
  }

  request(channel: number, on: boolean): void {
    this.controllers[channel >> 2]!.setRequest(channel & 3, on);
  }

  look(channel: number): DmaLook {
    const registers = this.controllers[channel >> 2]!.look(channel & 3);
    const page = this.latches[pagePorts[channel]! & 15]!;
    return { ...registers, page, physical: this.physical(channel) };
  }

  private granted(channel: number): boolean {
    const [low, high] = this.controllers;
    if (channel >= 4) return channel !== 4 && high.granted(channel & 3);
    return this.cascaded && low.granted(channel);
  }

  private get cascaded(): boolean {
    const high = this.controllers[1];
    const { mode } = high.channels[cascadeChannel]!;
    return (mode & DmaMode.transferMask) === DmaMode.cascade && high.granted(cascadeChannel);
  }

  /** Verify, and the illegal type 11, run either way; a cascade channel moves nothing. */
  private suits(mode: number, direction: DmaDirection): boolean {
    if ((mode & DmaMode.transferMask) === DmaMode.cascade) return false;
    const type = mode & DmaMode.directionMask;
    return type === 0 || type === DmaMode.directionMask || type === modeFor[direction];
  }

  /** The first controller's requests go before the second's: they come in by its channel 0. */
  private serveSoftware(): void {
    for (const index of [0, 1] as const) {
      if (index === 0 && !this.cascaded) continue;
      const controller = this.controllers[index];
      for (;;) {
        const next = controller.nextSoftware();
        if (next === undefined || (index === 1 && next === cascadeChannel)) break;
        if (index === 0 && next === 0 && controller.memoryToMemory) this.copyMemory(controller);
        else this.runBlock(controller, index * 4 + next);
        controller.served(next);
      }
    }
  }

  /** Nobody answers the request: what goes to memory is the floating bus. */
  private runBlock(controller: Dma8237, channel: number): void {
    const width = channel < 4 ? 1 : 2;
    const nothing = new Uint8Array(width).fill(floating);
    const { mode } = controller.channels[channel & 3]!;
    const writes = (mode & DmaMode.directionMask) === DmaMode.deviceToMemory;
    do {
      if (writes) this.moveUnit(channel, nothing, 0, width, 'toMemory');
    } while (!controller.step(channel & 3));
  }

  /** From where channel 0 points to where channel 1 does, by way of the temporary register. */
  private copyMemory(controller: Dma8237): void {
    const unit = new Uint8Array(1);
    do {
      this.moveUnit(0, unit, 0, 1, 'fromMemory');
      controller.temporary = unit[0]!;
      this.moveUnit(1, unit, 0, 1, 'toMemory');
      controller.stepSource();
    } while (!controller.step(1));
    controller.endRequest(0);
  }

  private moveUnit(
    channel: number,
    buffer: Uint8Array,
    at: number,
    width: number,
    direction: DmaDirection,
  ): void {
    const address = this.physical(channel);
    for (let i = 0; i < width; i++) {
      if (direction === 'fromMemory') buffer[at + i] = this.ram[address + i] ?? floating;
      else if (address + i < this.ram.length) this.ram[address + i] = buffer[at + i]!;
    }
  }

  /** The page never takes part in counting: a burst wraps inside its 64 KiB (words: 128 KiB). */
  private physical(channel: number): number {
    const port = pagePorts[channel]! & 15;
    const page = this.latches[port]!;
    const address = this.controllers[channel >> 2]!.channels[channel & 3]!.address;
    const low = channel < 4 ? (page << 16) | address : ((page & 0xfe) << 16) | (address << 1);
    return this.highLatches[port]! * 0x1000000 + low;
  }
}
