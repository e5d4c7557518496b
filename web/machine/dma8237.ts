/**
 * One 8237A DMA controller: four channels, their registers, and the count that runs.
 *
 * The controller knows nothing of pages, memory or the bus width; `isa-dma.ts` pairs two of them.
 * Registers are numbered 0..15 as on the chip's A3-A0.
 *
 *   read(register), write(register, value)   port accesses
 *   granted(channel)                         may the channel transfer for a device now?
 *   step(channel)                            one transfer is done: move on, true at terminal count
 *   setRequest(channel, on)                  a device's DREQ
 *   nextSoftware()                           whose software request is to be served now
 *   served(channel)                          with rotating priority it is the last one now
 *   memoryToMemory, stepSource()             what channel 0 does then
 *
 * Source: Intel 8237A datasheet, "Register Description" and "Software Commands".
 * A software request is served in block mode alone, and asks no mask. One for channel 0 starts the
 * copy where the command register says memory-to-memory.
 *
 * Deviations: a device's burst is over within one event, so that its DREQ shows only while nobody
 * grants it, and priority is contended among software requests alone. With a sense of DREQ or DACK
 * that a PC's devices do not have, no device is served.
 */

export const DmaMode = {
  directionMask: 0x0c,
  deviceToMemory: 0x04,
  memoryToDevice: 0x08,
  autoInit: 0x10,
  decrement: 0x20,
  transferMask: 0xc0,
  block: 0x80,
  cascade: 0xc0,
} as const;

const Command = {
  memoryToMemory: 0x01,
  holdSource: 0x02,
  disable: 0x04,
  rotate: 0x10,
  requestLow: 0x40,
  acknowledgeHigh: 0x80,
} as const;

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
  private deviceRequests = 0;
  /** The channel that comes first. */
  private first = 0;
  private flipFlop = false;
  /** The last byte of a copy from memory to memory. */
  temporary = 0;
  private requested: () => void;

  /** `requested` is called when a software request may be served. */
  constructor(requested: () => void = () => {}) {
    this.requested = requested;
  }

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
        if (!(value & Command.rotate)) this.first = 0;
        return this.requested();
      case 0x9:
        this.requests = value & 4 ? this.requests | bit : this.requests & ~bit;
        return this.requested();
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
    const unable = Command.disable | Command.requestLow | Command.acknowledgeHigh;
    return !(this.command & unable) && !(this.mask & (1 << channel));
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

  setRequest(channel: number, on: boolean): void {
    const bit = 1 << channel;
    this.deviceRequests = on ? this.deviceRequests | bit : this.deviceRequests & ~bit;
  }

  nextSoftware(): number | undefined {
    if (this.command & Command.disable) return undefined;
    for (let i = 0; i < 4; i++) {
      const channel = (this.first + i) & 3;
      const block = (this.channels[channel]!.mode & DmaMode.transferMask) === DmaMode.block;
      const copies = channel === 0 && this.memoryToMemory;
      if (this.requests & (1 << channel) && (block || copies)) return channel;
    }
    return undefined;
  }

  served(channel: number): void {
    if (this.command & Command.rotate) this.first = (channel + 1) & 3;
  }

  endRequest(channel: number): void {
    this.requests &= ~(1 << channel);
  }

  get memoryToMemory(): boolean {
    return (this.command & Command.memoryToMemory) !== 0;
  }

  /** Channel 0 counts nothing here: the count is channel 1's. */
  stepSource(): void {
    const source = this.channels[0]!;
    if (this.command & Command.holdSource) return;
    source.address = (source.address + (source.mode & DmaMode.decrement ? -1 : 1)) & 0xffff;
  }

  look(index: number) {
    const { command, mask, reached, deviceRequests: requests, flipFlop: highByte } = this;
    return { command, mask, reached, requests, highByte, ...this.channels[index]! };
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
    const idle = this.command & Command.requestLow ? 0x0f : 0;
    const status = ((this.requests | (this.deviceRequests ^ idle)) << 4) | this.reached;
    this.reached = 0;
    return status;
  }

  private masterClear(): void {
    this.command = 0;
    this.reached = 0;
    this.requests = 0;
    this.first = 0;
    this.temporary = 0;
    this.flipFlop = false;
    this.mask = 0x0f;
  }
}
