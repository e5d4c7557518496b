/**
 * A small floppy driver that holds to the datasheet: it checks RQM and DIO before every byte,
 * programs the 8237 as a PC does, and gives up after a bounded wait.
 *
 * It is the tests' view of the machine: only ports, interrupt lines and memory.
 */
import { assert } from 'chai';
import { createMachine, type Machine, type MachineOptions } from '../../web/machine/index.ts';

export const DOR = 0x3f2;
export const MSR = 0x3f4;
export const FIFO = 0x3f5;
export const DIR = 0x3f7;
export const RQM = 0x80;
export const DIO = 0x40;
export const NDM = 0x20;
export const BUSY = 0x10;
export const FLOPPY_IRQ = 6;

/** C H R N. */
export type Id = [number, number, number, number];

export interface DataOptions {
  opcode?: number;
  drive?: number;
  /** The head that the command selects; the ID's H if absent. */
  head?: number;
  eot?: number;
  dtl?: number;
  gpl?: number;
}

export const READ = 0xe6; // MT MFM SK
export const READ_ONE_SIDE = 0x46; // MFM
export const WRITE = 0xc5;
export const WRITE_ONE_SIDE = 0x45;

/** An image whose every byte tells its place. */
export function patterned(bytes: number, seed = 1): Uint8Array {
  const image = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = state >>> 24;
  }
  return image;
}

export const size144 = 1474560;

export class FloppyDriver {
  readonly machine: Machine;

  constructor(options: MachineOptions = {}) {
    this.machine = createMachine({ ram: new Uint8Array(4 << 20), ...options });
  }

  /** Powers up: DMA cascade, reset with its four SENSE INTs, SPECIFY, rate, motors of 0 and 1. */
  start(rate = 0): this {
    const { machine } = this;
    machine.out8(0xd6, 0xc0);
    machine.out8(0xd4, 0x00);
    this.reset();
    machine.out8(0x3f7, rate);
    this.send(0x03, 0xdf, 0x02);
    machine.out8(DOR, 0x3c);
    machine.advance(500_000);
    return this;
  }

  reset(): void {
    const { machine } = this;
    const motors = machine.in8(DOR) & 0xf0;
    machine.out8(DOR, motors | 0x08);
    machine.out8(DOR, motors | 0x0c);
    this.waitIrq();
    for (let drive = 0; drive < 4; drive++) {
      assert.deepEqual(this.senseInterrupt(), [0xc0 | drive, 0]);
    }
  }

  /** Hands over a command's bytes, or parameters still to come. */
  send(...bytes: number[]): void {
    for (const byte of bytes) {
      assert.equal(this.machine.in8(MSR) & (RQM | DIO), RQM, 'the chip takes no command byte');
      this.machine.out8(FIFO, byte);
    }
  }

  /** Result bytes until the chip has no more. */
  results(): number[] {
    const bytes: number[] = [];
    while ((this.machine.in8(MSR) & (RQM | DIO | NDM)) === (RQM | DIO)) {
      bytes.push(this.machine.in8(FIFO));
      assert.isAtMost(bytes.length, 16, 'too many result bytes');
    }
    return bytes;
  }

  waitIrq(microseconds = 3_000_000): void {
    assert.isTrue(this.runUntilIrq(microseconds), 'no interrupt came');
  }

  runUntilIrq(microseconds: number): boolean {
    const { machine } = this;
    for (let spent = 0; !machine.irq(FLOPPY_IRQ);) {
      const next = machine.nextEvent();
      if (next === undefined || spent + next > microseconds) return false;
      machine.advance(next);
      spent += next;
    }
    return true;
  }

  senseInterrupt(): number[] {
    this.send(0x08);
    return this.results();
  }

  /** SEEK or RECALIBRATE to its end; the two bytes of SENSE INT. */
  seek(drive: number, cylinder: number, head = 0): number[] {
    this.send(0x0f, (head << 2) | drive, cylinder);
    this.waitIrq();
    return this.senseInterrupt();
  }

  recalibrate(drive = 0): number[] {
    this.send(0x07, drive);
    this.waitIrq();
    return this.senseInterrupt();
  }

  /** Channel 2; mode 46 disk to memory, 4A memory to disk, 42 verify. */
  programDma(mode: number, address: number, bytes: number): void {
    const { machine } = this;
    machine.out8(0x0a, 0x06);
    machine.out8(0x0c, 0);
    machine.out8(0x0b, mode);
    machine.out8(0x04, address);
    machine.out8(0x04, address >> 8);
    machine.out8(0x81, address >> 16);
    machine.out8(0x05, bytes - 1);
    machine.out8(0x05, (bytes - 1) >> 8);
    machine.out8(0x0a, 0x02);
  }

  dmaCount(): number {
    this.machine.out8(0x0c, 0);
    return this.machine.in8(0x05) | (this.machine.in8(0x05) << 8);
  }

  /** Sends a data command, without waiting for its end. */
  beginData(id: Id, options: DataOptions = {}): void {
    const { opcode = READ_ONE_SIDE, drive = 0, eot = 18, dtl = 0xff, gpl = 0x1b } = options;
    const head = options.head ?? id[1];
    this.send(opcode, (head << 2) | drive, ...id, eot, gpl, dtl);
  }

  /** A data command to its end; the seven result bytes. */
  data(id: Id, options: DataOptions = {}): number[] {
    this.beginData(id, options);
    assert.equal(this.machine.in8(MSR) & (RQM | BUSY), BUSY, 'executing: RQM=0, CB=1');
    this.waitIrq();
    return this.results();
  }

  /** Reads `bytes` bytes by DMA to memory at `address`. */
  read(id: Id, bytes: number, options: DataOptions = {}, address = 0x10000): number[] {
    this.programDma(0x46, address, bytes);
    return this.data(id, options);
  }

  write(id: Id, bytes: number, options: DataOptions = {}, address = 0x10000): number[] {
    this.programDma(0x4a, address, bytes);
    return this.data(id, { opcode: WRITE_ONE_SIDE, ...options });
  }
}
