/**
 * One 8237A DMA controller: four channels, their registers, and the count that runs.
 *
 * The controller knows nothing of pages, memory or the bus width; `isa-dma.ts` pairs two of them.
 * Registers are numbered 0..15 as on the chip's A3-A0.
 *
 *   read(register), write(register, value)   port accesses
 *   granted(channel)                         may the channel transfer now?
 *   step(channel)                            one transfer is done: move on, true at terminal count
 *
 * Source: Intel 8237A datasheet, "Register Description" and "Software Commands".
 * Deviations: priority is never contended here (one channel transfers at a time), memory-to-memory
 * is not done, and a software request is latched and shown in the status but moves nothing, since
 * no device answers it. A device's burst is over within one event, so that its DREQ never shows.
 */

export const DmaMode = {
  directionMask: 0x0c,
  deviceToMemory: 0x04,
  memoryToDevice: 0x08,
  autoInit: 0x10,
  decrement: 0x20,
  transferMask: 0xc0,
  cascade: 0xc0,
} as const;

const commandDisable = 0x04;

export interface DmaChannel {
  baseAddress: number;
  baseCount: number;
  address: number;
  /** Transfers still to do, less one. */
  count: number;
  mode: number;
}

/** The value with its low or high byte replaced. */
function replaceByte(value: number, high: boolean, byte: number): number {
  return high ? (value & 0x00ff) | (byte << 8) : (value & 0xff00) | byte;
}

export class Dma8237 {
  readonly channels: DmaChannel[] = Array.from({ length: 4 }, () => {
    return { baseAddress: 0, baseCount: 0, address: 0, count: 0, mode: 0 };
  });
  private command = 0;
  private mask = 0x0f;
  private reached = 0;
  private requests = 0;
  private temporary = 0;
  private flipFlop = false;

  read(register: number): number {
    if (register < 8) return this.readChannel(register);
    switch (register) {
      case 0x8:
        return this.takeStatus();
      case 0xd:
        return this.temporary;
      case 0xf:
        return this.mask;
      default:
        return 0xff;
    }
  }

  write(register: number, value: number): void {
    if (register < 8) return this.writeChannel(register, value);
    const bit = 1 << (value & 3);
    switch (register) {
      case 0x8:
        this.command = value;
        return;
      case 0x9:
        this.requests = value & 4 ? this.requests | bit : this.requests & ~bit;
        return;
      case 0xa:
        this.mask = value & 4 ? this.mask | bit : this.mask & ~bit;
        return;
      case 0xb:
        this.channels[value & 3]!.mode = value & 0xfc;
        return;
      case 0xc:
        this.flipFlop = false;
        return;
      case 0xd:
        return this.masterClear();
      case 0xe:
        this.mask = 0;
        return;
      case 0xf:
        this.mask = value & 0x0f;
        return;
    }
  }

  /** Whether the controller is on and the channel unmasked; its mode is for the caller to judge. */
  granted(channel: number): boolean {
    return !(this.command & commandDisable) && !(this.mask & (1 << channel));
  }

  /** Address and count move on together; passing 0 is terminal count. Addresses wrap at 16 bits. */
  step(index: number): boolean {
    const channel = this.channels[index]!;
    const by = channel.mode & DmaMode.decrement ? -1 : 1;
    channel.address = (channel.address + by) & 0xffff;
    channel.count = (channel.count - 1) & 0xffff;
    if (channel.count !== 0xffff) return false;
    this.reached |= 1 << index;
    this.requests &= ~(1 << index);
    if (channel.mode & DmaMode.autoInit) {
      channel.address = channel.baseAddress;
      channel.count = channel.baseCount;
    } else {
      this.mask |= 1 << index;
    }
    return true;
  }

  private readChannel(register: number): number {
    const channel = this.channels[register >> 1]!;
    const value = register & 1 ? channel.count : channel.address;
    return this.toggle() ? value >> 8 : value & 0xff;
  }

  private writeChannel(register: number, value: number): void {
    const channel = this.channels[register >> 1]!;
    const high = this.toggle();
    if (register & 1) {
      channel.baseCount = replaceByte(channel.baseCount, high, value);
      channel.count = channel.baseCount;
    } else {
      channel.baseAddress = replaceByte(channel.baseAddress, high, value);
      channel.address = channel.baseAddress;
    }
  }

  /** Whether this access is to the high byte. */
  private toggle(): boolean {
    const high = this.flipFlop;
    this.flipFlop = !high;
    return high;
  }

  private takeStatus(): number {
    const status = (this.requests << 4) | this.reached;
    this.reached = 0;
    return status;
  }

  private masterClear(): void {
    this.command = 0;
    this.reached = 0;
    this.requests = 0;
    this.temporary = 0;
    this.flipFlop = false;
    this.mask = 0x0f;
  }
}
