/**
 * The Executive's DMA services over a real emulated machine: it programs the 8237 and bounces every
 * transfer through one 64 KiB stretch of the machine's RAM.
 *
 *   buffers              IRP id -> the buffer that stands for the client's pages
 *   mapLimit             bytes that one IoMapTransfer grants at most
 *   sabotage             called after the channel was programmed: tests mask it, or shorten its
 *   count
 */
import type { ServiceInput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Machine } from '../../web/machine/types.ts';

const BOUNCE = 0x4_0000;
/** Less than 64 KiB: the count that is left then tells a full transfer from none. */
const BOUNCE_LENGTH = 0xfe00;
const PAGE_PORTS = [0x87, 0x83, 0x81, 0x82];

export class FakeDma {
  readonly buffers = new Map<number, Uint8Array>();
  /** The driver's own pages, by their MDL. */
  pagesOf: (mdl: number) => Uint8Array | undefined = () => undefined;
  mapLimit = BOUNCE_LENGTH;
  sabotage: ((channel: number) => void) | undefined;
  allocated = false;
  /** Bytes that the channel was programmed for. */
  programmed = 0;
  /** What of its buffer is programmed. */
  #last = { offset: 0, length: 0 };
  readonly #machine: Machine;
  readonly #channels: readonly number[];

  constructor(machine: Machine, channels: readonly number[]) {
    this.#machine = machine;
    this.#channels = channels;
    machine.out8(0xd6, 0xc0);
    machine.out8(0xd4, 0x00);
  }

  open({ channel, maximumLength }: ServiceInput<'HalGetAdapter'>) {
    if (!this.#channels.includes(channel))
      return { status: Status.STATUS_ACCESS_DENIED, adapter: 0, mapRegisters: 0 };
    if (maximumLength === 0)
      return { status: Status.STATUS_INVALID_PARAMETER, adapter: 0, mapRegisters: 0 };
    return { status: 0, adapter: channel + 1, mapRegisters: BOUNCE_LENGTH / 4096 };
  }

  allocate() {
    if (this.allocated) return { status: Status.STATUS_IO_TIMEOUT };
    this.allocated = true;
    return { status: 0 };
  }

  free() {
    this.#machine.out8(0x0a, 4 | 2);
    this.allocated = false;
    return { status: 0 };
  }

  map(input: ServiceInput<'IoMapTransfer'>) {
    if (input.allocate) {
      const { status } = this.allocate();
      if (status !== 0) return { status, length: 0, transferred: 0 };
    }
    const ended = input.ended
      ? this.flush({ ...input, ...this.#last, irp: input.ended })
      : { status: 0, transferred: 0 };
    const mapped = ended.status === 0 ? this.#map(input) : { status: ended.status, length: 0 };
    return { ...ended, ...mapped };
  }

  #map({ adapter, irp, offset, length, toDevice }: ServiceInput<'IoMapTransfer'>) {
    const buffer = this.#bufferOf(irp);
    if (!this.allocated || !buffer || length === 0 || offset + length > buffer.length)
      return { status: Status.STATUS_INVALID_PARAMETER, length: 0 };
    const channel = adapter - 1;
    const granted = Math.min(length, this.mapLimit);
    if (toDevice) this.#machine.ram.set(buffer.subarray(offset, offset + granted), BOUNCE);
    this.#program(channel, granted, toDevice);
    this.#last = { offset, length: granted };
    this.sabotage?.(channel);
    return { status: 0, length: granted };
  }

  flush({ adapter, irp, offset, length, toDevice }: ServiceInput<'IoFlushAdapterBuffers'>) {
    const { ram } = this.#machine;
    const buffer = this.#bufferOf(irp);
    if (!this.allocated || !buffer)
      return { status: Status.STATUS_INVALID_PARAMETER, transferred: 0 };
    const left = (this.#stop(adapter - 1) + 1) & 0xffff;
    const transferred = Math.max(0, Math.min(length, this.programmed - left));
    if (!toDevice) buffer.set(ram.subarray(BOUNCE, BOUNCE + transferred), offset);
    return { status: 0, transferred };
  }

  #bufferOf(id: number): Uint8Array | undefined {
    return this.buffers.get(id) ?? this.pagesOf(id);
  }

  #program(channel: number, length: number, toDevice: boolean): void {
    const machine = this.#machine;
    const count = length - 1;
    this.programmed = length;
    machine.out8(0x0a, 4 | channel);
    machine.out8(0x0c, 0);
    machine.out8(0x0b, (toDevice ? 0x48 : 0x44) | channel);
    machine.out8(channel * 2, BOUNCE & 0xff);
    machine.out8(channel * 2, (BOUNCE >> 8) & 0xff);
    machine.out8(PAGE_PORTS[channel]!, BOUNCE >> 16);
    machine.out8(channel * 2 + 1, count & 0xff);
    machine.out8(channel * 2 + 1, count >> 8);
    machine.out8(0x0a, channel);
  }

  /** The count that was left. */
  #stop(channel: number): number {
    const machine = this.#machine;
    machine.out8(0x0a, 4 | channel);
    machine.out8(0x0c, 0);
    const low = machine.in8(channel * 2 + 1);
    return low | (machine.in8(channel * 2 + 1) << 8);
  }
}

/** The services of DMA; what says that a channel is free comes as a packet, too. */
export function dmaHandlers(dma: () => FakeDma) {
  return {
    HalGetAdapter: (input: ServiceInput<'HalGetAdapter'>) => dma().open(input),
    HalPutAdapter: () => ({ status: 0 }),
    IoAllocateAdapterChannel: () => dma().allocate(),
    IoFreeAdapterChannel: () => dma().free(),
    IoMapTransfer: (input: ServiceInput<'IoMapTransfer'>) => dma().map(input),
    IoFlushAdapterBuffers: (input: ServiceInput<'IoFlushAdapterBuffers'>) => dma().flush(input),
  };
}
