/**
 * The execution phase's way to the host: ISA DMA channel 2, or the data port byte by byte.
 *
 * Both take or give a buffer and answer as DMA does: how much went through, and whether terminal
 * count ended it. There is no TC pin for a non-DMA host, so there `tc` is never set. Less than the
 * whole buffer without TC means that the host was too slow: overrun.
 *
 *   DmaHost       a burst is granted at once, or its request stays up for a while
 *   NonDmaHost    raises a request for each FIFO load and waits for the host to serve it
 *
 * A transfer is a generator that yields microseconds to wait, Infinity for "until woken".
 *
 * Source: 82077AA datasheet, "Controller Phases: Execution Phase, Non-DMA and DMA Mode Transfers".
 * Deviation: the FIFO fills and empties a whole request at a time.
 */
import type { DmaBurst, DmaDirection } from '../isa-dma.ts';
import type { DmaFault } from '../types.ts';

export type Waiting<T> = Generator<number, T, undefined>;

export interface HostPort {
  toHost(bytes: Uint8Array): Waiting<DmaBurst>;
  fromHost(buffer: Uint8Array): Waiting<DmaBurst>;
}

export type TransferFunction = (buffer: Uint8Array, direction: DmaDirection) => DmaBurst;

export interface DmaOptions {
  transfer: TransferFunction;
  /** DREQ is driven. */
  request(on: boolean): void;
  /** Microseconds until a request that is not granted is an overrun. */
  deadline(): number;
  fault(): DmaFault | undefined;
}

export class DmaHost implements HostPort {
  requesting = false;
  private options: DmaOptions;

  constructor(options: DmaOptions) {
    this.options = options;
  }

  toHost(bytes: Uint8Array): Waiting<DmaBurst> {
    return this.move(bytes, 'toMemory');
  }

  fromHost(buffer: Uint8Array): Waiting<DmaBurst> {
    return this.move(buffer, 'fromMemory');
  }

  setRequesting(on: boolean): void {
    if (on === this.requesting) return;
    this.requesting = on;
    this.options.request(on);
  }

  /** Who is not granted all asks once more when the FIFO is about to run over. */
  private *move(buffer: Uint8Array, direction: DmaDirection): Waiting<DmaBurst> {
    const { transfer, deadline, fault } = this.options;
    const broken = fault();
    if (broken === 'earlyTc') {
      const half = transfer(buffer.subarray(0, buffer.length >> 1), direction);
      return { moved: half.moved, tc: true };
    }
    const first = broken === 'starve' ? { moved: 0, tc: false } : transfer(buffer, direction);
    if (broken === 'lateTc') return { moved: first.moved, tc: false };
    if (first.tc || first.moved === buffer.length) return first;
    this.setRequesting(true);
    yield deadline();
    this.setRequesting(false);
    if (broken) return first;
    const rest = transfer(buffer.subarray(first.moved), direction);
    return { moved: first.moved + rest.moved, tc: rest.tc };
  }
}

export interface NonDmaOptions {
  /** Bytes of a FIFO request. */
  request(): number;
  /** Microseconds that the host has to serve a request. */
  deadline(bytes: number): number;
  now(): number;
  /** The request came or went: the interrupt follows it. */
  changed(): void;
  /** A request has been served: the execution phase may go on. */
  served(): void;
}

export class NonDmaHost implements HostPort {
  /** The chip wants the data port read or written. */
  requesting = false;
  toHostNow = false;
  private options: NonDmaOptions;
  private fifo = new Uint8Array(16);
  private at = 0;
  private end = 0;

  constructor(options: NonDmaOptions) {
    this.options = options;
  }

  *toHost(bytes: Uint8Array): Waiting<DmaBurst> {
    for (let moved = 0; moved < bytes.length;) {
      const size = Math.min(this.options.request(), bytes.length - moved);
      this.fifo.set(bytes.subarray(moved, moved + size));
      if (!(yield* this.serve(size, true))) return { moved: moved + this.at, tc: false };
      moved += size;
    }
    return { moved: bytes.length, tc: false };
  }

  *fromHost(buffer: Uint8Array): Waiting<DmaBurst> {
    for (let moved = 0; moved < buffer.length;) {
      const size = Math.min(this.options.request(), buffer.length - moved);
      const served = yield* this.serve(size, false);
      buffer.set(this.fifo.subarray(0, this.at), moved);
      moved += this.at;
      if (!served) return { moved, tc: false };
    }
    return { moved: buffer.length, tc: false };
  }

  /** What the host has not read, or has written; in the FIFO. */
  waiting(): number[] {
    if (!this.requesting) return [];
    return [
      ...(this.toHostNow ? this.fifo.subarray(this.at, this.end) : this.fifo.subarray(0, this.at)),
    ];
  }

  readByte(): number {
    const byte = this.fifo[this.at]!;
    this.moveOn();
    return byte;
  }

  writeByte(value: number): void {
    this.fifo[this.at] = value;
    this.moveOn();
  }

  /** Waits until the host has moved `size` bytes; false if it let the deadline pass. */
  private *serve(size: number, toHost: boolean): Waiting<boolean> {
    this.at = 0;
    this.end = size;
    this.toHostNow = toHost;
    this.setRequesting(true);
    const due = this.options.now() + this.options.deadline(size);
    while (this.at < this.end && this.options.now() < due) yield due - this.options.now();
    const served = this.at === this.end;
    this.setRequesting(false);
    return served;
  }

  private moveOn(): void {
    this.at++;
    if (this.at < this.end) return;
    this.setRequesting(false);
    this.options.served();
  }

  private setRequesting(on: boolean): void {
    this.requesting = on;
    this.options.changed();
  }
}
