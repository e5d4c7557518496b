/**
 * The machine at one moment, for who looks into it: what its registers hold and its lines carry.
 *
 * Nothing of it is read by way of a port, so nothing changes by being looked at: no latch drops, no
 * byte leaves a FIFO, no flip-flop turns. `Machine.look()` makes it; each device gives its own.
 *
 * Numbers are registers as the chips have them; the window into the system (web/view) knows words.
 */
import type { DriveType } from './types.ts';

export interface DriveLook {
  readonly type: DriveType | undefined;
  /** Where its head is. */
  readonly cylinder: number;
  /** The same as the disk counts its tracks; undefined: between two. */
  readonly track: number | undefined;
  readonly motor: boolean;
  /** Index pulses come. */
  readonly turns: boolean;
  /** When they began, or will: microseconds as `now`. */
  readonly turningAt: number;
  readonly rpm: number;
  /** The part of a turn since the index hole. */
  readonly angle: number;
  /** The latch of the change line. */
  readonly changed: boolean;
  readonly protected: boolean;
  /** Name of the format, such as `1.44M`; undefined: no disk is in. */
  readonly medium: string | undefined;
  readonly steps: number;
  readonly reads: number;
  readonly writes: number;
}

export interface FdcLook {
  readonly sra: number;
  readonly srb: number;
  readonly dor: number;
  readonly tdr: number;
  readonly msr: number;
  /** As a read would give it; none was done. */
  readonly dir: number;
  /** Of CCR and DSR: the data rate. */
  readonly rate: number;
  readonly noPrecompensation: boolean;
  /** Bytes of a command that is not complete. */
  readonly command: readonly number[];
  readonly executing: boolean;
  /** The last complete command, its result, and how much of that was read. */
  readonly last: readonly number[];
  readonly result: readonly number[];
  readonly told: number;
  /** The last command that had an execution phase, and its result. */
  readonly ended: { readonly command: readonly number[]; readonly result: readonly number[] };
  /** Bytes that wait in the FIFO (non-DMA mode). */
  readonly fifo: readonly number[];
  /** Present cylinder numbers as the chip counts. */
  readonly pcn: readonly number[];
  /** The pins, before DOR's gate; whether that lets them through. */
  readonly interrupt: boolean;
  readonly request: boolean;
  readonly connected: boolean;
  readonly writing: boolean;
  readonly inward: boolean;
  /** The head that the last command selected. */
  readonly head: number;
}

export interface DmaLook {
  readonly command: number;
  readonly mask: number;
  /** Channels at terminal count since the status was last read. */
  readonly reached: number;
  /** DREQ of devices. */
  readonly requests: number;
  readonly highByte: boolean;
  readonly baseAddress: number;
  readonly baseCount: number;
  readonly address: number;
  readonly count: number;
  readonly mode: number;
  readonly page: number;
  /** Where in memory the next byte goes. */
  readonly physical: number;
}

export interface PicLook {
  readonly irr: number;
  readonly isr: number;
  readonly imr: number;
  readonly elcr: number;
  readonly vectorBase: number;
}

/** A sector, as a track has it: that of the head's `cylinder` on the disk. */
export interface SectorPlace {
  readonly drive: number;
  readonly cylinder: number;
  readonly head: number;
  readonly id: number;
}

export interface MachineLook {
  /** Virtual time, microseconds. */
  readonly now: number;
  /** Interrupt lines as seen, a bit each. */
  readonly lines: number;
  readonly drives: readonly DriveLook[];
  readonly fdc: FdcLook;
  /** Channel 2. */
  readonly dma: DmaLook;
  /** Master, slave. */
  readonly pics: readonly PicLook[];
  /** Of the sector that was asked for, where there is one. */
  readonly sector: Uint8Array | undefined;
}

/** Told what the machine does, while it does it. */
export interface MachineWatcher {
  /** The diskette controller begins a command: its first two bytes. */
  command(first: number, second: number): void;
  /** A head has moved by a pulse. */
  step(drive: number, from: number, to: number): void;
  /**
   * The controller has had a sector, or has not found it. `place`: drive, cylinder, head, number,
   * from the lowest byte on; `how`: its size code, then SECTOR_WAYS; `result`: ST1, ST2.
   */
  sector(place: number, how: number, result: number): void;
  /** A burst of DMA: how many bytes, and whether terminal count came. */
  burst(channel: number, moved: number, tc: number): void;
  /** A register of the diskette controller was read or written. */
  port(port: number, value: number, out: number): void;
}
