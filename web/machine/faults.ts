/**
 * Fault injection: what a test or a curious user may break, exactly when and how often they say.
 *
 * Interrupt faults live in the lines themselves (`lines.ts`), the keyboard's in the keyboard;
 * medium faults are kept here and asked for by the floppy controller at the moment a sector passes
 * under the head. Nothing is random.
 *
 *   hitsBadSector(drive, lba)   a read of this sector: does it fail? Counts the fault down
 *   doorOpensNow(drive)         a sector begins to pass: does the door open in its middle?
 *   tears(drive, lba)           this one begins to be written: what ends that in its middle?
 */
import type { InterruptLines } from './lines.ts';
import type { FaultInjection } from './types.ts';

export interface MediumFaults {
  hitsBadSector(drive: number, lba: number): boolean;
  doorOpensNow(drive: number): boolean;
  tears(drive: number, lba: number): 'door' | 'hang' | undefined;
}

export class Faults implements FaultInjection, MediumFaults {
  private lines: InterruptLines;
  private keyboard: { mute: boolean };
  private bad = new Map<string, number>();
  private pulls = new Map<number, number>();
  private torn = new Map<string, 'door' | 'hang'>();

  constructor(lines: InterruptLines, keyboard: { mute: boolean }) {
    this.lines = lines;
    this.keyboard = keyboard;
  }

  badSector(drive: number, lba: number, count = 1): void {
    this.bad.set(`${drive}:${lba}`, count);
  }

  loseIrq(line: number, count = 1): void {
    this.lines.lose(line, count);
  }

  stickIrq(line: number, stuck: boolean): void {
    this.lines.stick(line, stuck);
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

  clear(): void {
    this.keyboard.mute = false;
    this.bad.clear();
    this.pulls.clear();
    this.torn.clear();
    this.lines.clearFaults();
  }

  hitsBadSector(drive: number, lba: number): boolean {
    const key = `${drive}:${lba}`;
    const left = this.bad.get(key) ?? 0;
    if (left <= 0) return false;
    this.bad.set(key, left - 1);
    return true;
  }

  tears(drive: number, lba: number): 'door' | 'hang' | undefined {
    const key = `${drive}:${lba}`;
    const by = this.torn.get(key);
    this.torn.delete(key);
    return by;
  }

  doorOpensNow(drive: number): boolean {
    const left = this.pulls.get(drive);
    if (left === undefined) return false;
    if (left > 0) {
      this.pulls.set(drive, left - 1);
      return false;
    }
    this.pulls.delete(drive);
    return true;
  }
}
