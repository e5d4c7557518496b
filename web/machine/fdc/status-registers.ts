/**
 * SRA, SRB and DIR: what the straps of the 82077AA make of them.
 *
 * In AT mode SRA and SRB are not driven, and of DIR only the disk-change bit is. PS/2 mode shows
 * the signals of the drives' cable as they are now; Model 30 mode latches the short ones until DIR
 * is read.
 *
 *   new StatusRegisters(mode, pins)
 *   sra(), srb(), dir()     as they are; a read of DIR drops the latches, too
 *   drop()
 *
 * Source: 82077AA datasheet, "Status Register A", "Status Register B", "Digital Input Register";
 * "PS/2 and Model 30 modes".
 * Deviation: a pulse that is over before anybody can look (STEP, and an index pulse in `fast` time)
 * shows in Model 30's latch alone.
 */
import type { RegisterSet } from '../types.ts';
import type { Drive } from './drive.ts';
import { Dir, Dor } from './registers.ts';
import type { FdcState } from './state.ts';

/** The chip's side of it. */
export interface Pins {
  readonly state: FdcState;
  dor(): number;
  /** INT and DRQ, before DOR's gate. */
  interrupt(): boolean;
  request(): boolean;
  /** CCR's bit 2. */
  noPrecompensation(): boolean;
}

/** The index hole is this part of a turn. */
const indexWidth = 0.02;

const bit = (on: boolean, number: number): number => (on ? 1 << number : 0);

export class StatusRegisters {
  private mode: RegisterSet;
  private pins: Pins;
  private steps = 0;
  private reads = 0;
  private writes = 0;

  constructor(mode: RegisterSet, pins: Pins) {
    this.mode = mode;
    this.pins = pins;
  }

  /** In PS/2 mode INT and DRQ are always connected. */
  get gated(): boolean {
    return this.mode !== 'PS/2';
  }

  sra(): number {
    if (this.mode === 'AT') return 0xff;
    const { drives, signals } = this.pins.state;
    const drive = this.selected();
    const second = drives[1]!.type !== undefined;
    const [zero, protect] = [drive.atTrackZero, drive.writeProtected];
    const interrupt = bit(this.pins.interrupt(), 7);
    const index = this.index(drive);
    if (this.mode === 'PS/2') {
      const high = interrupt | bit(!second, 6) | bit(!zero, 4) | bit(signals.head === 1, 3);
      return high | bit(!index, 2) | bit(!protect, 1) | bit(signals.inward, 0);
    }
    const request = bit(this.pins.request(), 6) | bit(signals.steps !== this.steps, 5);
    const cable = bit(zero, 4) | bit(signals.head === 0, 3) | bit(index, 2) | bit(protect, 1);
    return interrupt | request | cable | bit(!signals.inward, 0);
  }

  srb(): number {
    if (this.mode === 'AT') return 0xff;
    const { drives, signals } = this.pins.state;
    const dor = this.pins.dor();
    if (this.mode === 'PS/2') {
      const data = bit((signals.writes & 1) === 1, 4) | bit((signals.reads & 1) === 1, 3);
      const motors = (dor >> Dor.motorShift) & 3;
      return 0xc0 | bit((dor & 1) === 1, 5) | data | bit(signals.writing, 2) | motors;
    }
    const selects = (drive: number) => (dor & Dor.driveMask) === drive;
    const wrote = signals.writing || signals.writes !== this.writes;
    const latches = bit(wrote, 4) | bit(signals.reads !== this.reads, 3) | bit(wrote, 2);
    const low = bit(!selects(3), 1) | bit(!selects(2), 0);
    const high = bit(drives[1]!.type === undefined, 7) | bit(!selects(1), 6) | bit(!selects(0), 5);
    return high | latches | low;
  }

  dir(): number {
    const { state } = this.pins;
    const drive = this.selected();
    // The drive shows its change line only while its motor is on.
    const changed = drive.motor && drive.diskChanged;
    if (this.mode === 'AT') return Dir.undriven | bit(changed, 7);
    if (this.mode === 'PS/2') {
      const dense = state.rate === 0 || state.rate === 3;
      return bit(changed, 7) | 0x78 | (state.rate << 1) | bit(!dense, 0);
    }
    const gate = (this.pins.dor() & Dor.dmaGate) !== 0;
    return bit(!changed, 7) | bit(gate, 3) | bit(this.pins.noPrecompensation(), 2) | state.rate;
  }

  /** With a read of DIR, and with a reset. */
  drop(): void {
    const { signals } = this.pins.state;
    this.steps = signals.steps;
    this.reads = signals.reads;
    this.writes = signals.writes;
  }

  private selected(): Drive {
    return this.pins.state.drives[this.pins.dor() & Dor.driveMask]!;
  }

  private index(drive: Drive): boolean {
    const { clock, timing } = this.pins.state;
    return drive.untilTurning() === 0 && timing.angle(clock.now, drive.rpm) < indexWidth;
  }
}
