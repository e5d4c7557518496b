/**
 * Fault injection: what a test or a curious user may break, exactly when and how often they say,
 * or by a seed (`chance.ts`).
 *
 * Interrupt faults live in the lines themselves (`lines.ts`), the keyboard's in the keyboard; the
 * others are kept here and asked for by the device at the moment when they may happen. Each answer
 * counts its fault down.
 *
 *   idFault, dataFault(drive, lba)   a sector passes: what is wrong with it?
 *   doorOpensNow(drive)              a sector begins to pass: does the door open in its middle?
 *   tears(drive, lba)                this one begins to be written: what ends that in its middle?
 *   trackZeroDead, indexLost(drive)  of a recalibration, of a command
 *   misstep(drive)                   a seek ends: by how much is it off?
 *   dmaFault()                       a burst begins
 *   rqmStuck, wasReset()             the chip asks the host for nothing until it was reset
 *   keepFault()                      a medium is to be kept: what comes of it?
 */
import { Chance } from './chance.ts';
import type { InterruptLines } from './lines.ts';
import type {
  ChancePlan,
  DmaFault,
  DriveFault,
  FaultInjection,
  FaultKind,
  KeepResult,
  SectorFault,
} from './types.ts';

export type IdFault = Extract<SectorFault, 'badId' | 'noId' | 'wrongCylinder'>;
export type DataFault = Exclude<SectorFault, IdFault>;

/** What the floppy controller asks. */
export interface FloppyFaults {
  idFault(drive: number, lba: number): IdFault | undefined;
  dataFault(drive: number, lba: number): DataFault | undefined;
  doorOpensNow(drive: number): boolean;
  tears(drive: number, lba: number): 'door' | 'hang' | undefined;
  trackZeroDead(drive: number): boolean;
  indexLost(drive: number): boolean;
  misstep(drive: number): -1 | 0 | 1;
  dmaFault(): DmaFault | undefined;
  readonly rqmStuck: boolean;
  wasReset(): void;
  random(): number;
}

const idFaults: readonly IdFault[] = ['badId', 'noId', 'wrongCylinder'];
const dataFaults: readonly DataFault[] = ['crc', 'weak', 'noData', 'deleted'];
const dmaFaults: readonly DmaFault[] = ['starve', 'earlyTc', 'lateTc'];
const floppyLine = 6;

/** So many times more, by what it happens to. */
class Countdown {
  private left = new Map<string, number>();

  set(key: string, count: number): void {
    this.left.set(key, count);
  }

  take(key: string): boolean {
    const left = this.left.size > 0 ? (this.left.get(key) ?? 0) : 0;
    if (left <= 0) return false;
    if (left > 1) this.left.set(key, left - 1);
    else this.left.delete(key);
    return true;
  }

  get empty(): boolean {
    return this.left.size === 0;
  }

  clear(): void {
    this.left.clear();
  }
}

export class Faults implements FaultInjection, FloppyFaults {
  private lines: InterruptLines;
  private keyboard: { mute: boolean };
  private setProtection: (drive: number, on: boolean) => void;
  private chances = new Chance();
  private counts = new Countdown();
  private pulls = new Map<number, number>();
  private torn = new Map<string, 'door' | 'hang'>();
  private kept: KeepResult = 'failed';
  private resetsLeft = 0;

  constructor(
    lines: InterruptLines,
    keyboard: { mute: boolean },
    protect: (drive: number, on: boolean) => void,
  ) {
    this.lines = lines;
    this.keyboard = keyboard;
    this.setProtection = protect;
    lines.chance = (line) => line === floppyLine && this.chances.strikes('loseIrq');
  }

  badSector(drive: number, lba: number, count = 1): void {
    this.sector(drive, lba, 'crc', count);
  }

  sector(drive: number, lba: number, what: SectorFault, count = 1): void {
    this.counts.set(`${what}:${drive}:${lba}`, count);
  }

  drive(drive: number, what: DriveFault, count = 1): void {
    this.counts.set(`${what}:${drive}`, count);
  }

  protect(drive: number, on: boolean): void {
    this.setProtection(drive, on);
  }

  dma(what: DmaFault, count = 1): void {
    this.counts.set(what, count);
  }

  stickRqm(resets = 1): void {
    this.resetsLeft = Math.max(0, resets);
  }

  keep(result: KeepResult, count = 1): void {
    this.kept = result;
    this.counts.set('keep', count);
  }

  loseIrq(line: number, count = 1): void {
    this.lines.lose(line, count);
  }

  stickIrq(line: number, stuck: boolean): void {
    this.lines.stick(line, stuck);
  }

  spuriousIrq(line: number): void {
    this.lines.pulse(line);
  }

  pullDisk(drive: number, afterSectors: number): void {
    this.pulls.set(drive, Math.max(0, afterSectors));
  }

  tearSector(drive: number, lba: number, by: 'door' | 'hang' = 'door'): void {
    this.torn.set(`${drive}:${lba}`, by);
  }

  muteKeyboard(mute: boolean): void {
    this.keyboard.mute = mute;
  }

  chance(seed: number, plan: ChancePlan): void {
    if (!(plan.every >= 1))
      throw new RangeError('a fault by chance comes once in `every`, 1 or more');
    this.chances.start(seed, plan);
  }

  struck(): Partial<Record<FaultKind, number>> {
    return this.chances.struck();
  }

  clear(): void {
    this.keyboard.mute = false;
    this.chances.stop();
    this.counts.clear();
    this.pulls.clear();
    this.torn.clear();
    this.resetsLeft = 0;
    this.lines.clearFaults();
  }

  idFault(drive: number, lba: number): IdFault | undefined {
    return this.ofSector(idFaults, drive, lba);
  }

  dataFault(drive: number, lba: number): DataFault | undefined {
    return this.ofSector(dataFaults, drive, lba);
  }

  tears(drive: number, lba: number): 'door' | 'hang' | undefined {
    if (this.chances.strikes('hang')) return 'hang';
    if (this.torn.size === 0) return undefined;
    const key = `${drive}:${lba}`;
    const by = this.torn.get(key);
    this.torn.delete(key);
    return by;
  }

  doorOpensNow(drive: number): boolean {
    if (this.chances.strikes('door')) return true;
    const left = this.pulls.get(drive);
    if (left === undefined) return false;
    if (left > 0) {
      this.pulls.set(drive, left - 1);
      return false;
    }
    this.pulls.delete(drive);
    return true;
  }

  trackZeroDead(drive: number): boolean {
    return this.counts.take(`trackZero:${drive}`) || this.chances.strikes('trackZero');
  }

  indexLost(drive: number): boolean {
    return this.counts.take(`index:${drive}`) || this.chances.strikes('index');
  }

  misstep(drive: number): -1 | 0 | 1 {
    if (this.counts.take(`misstep:${drive}`)) return 1;
    if (!this.chances.strikes('misstep')) return 0;
    return this.random() < 0.5 ? -1 : 1;
  }

  dmaFault(): DmaFault | undefined {
    return dmaFaults.find((what) => this.counts.take(what) || this.chances.strikes(what));
  }

  get rqmStuck(): boolean {
    return this.resetsLeft > 0;
  }

  wasReset(): void {
    if (this.resetsLeft > 0) this.resetsLeft--;
  }

  keepFault(): KeepResult | undefined {
    if (this.counts.take('keep')) return this.kept;
    return this.chances.strikes('keep') ? 'failed' : undefined;
  }

  random(): number {
    return this.chances.random();
  }

  private ofSector<T extends SectorFault>(
    kinds: readonly T[],
    drive: number,
    lba: number,
  ): T | undefined {
    const exact = this.counts.empty
      ? undefined
      : kinds.find((what) => this.counts.take(`${what}:${drive}:${lba}`));
    return exact ?? kinds.find((what) => this.chances.strikes(what));
  }
}
