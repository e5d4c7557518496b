/**
 * The sixteen ISA interrupt lines, between the devices and whoever listens.
 *
 * A line has two levels: what its device drives, and what is seen. They differ only under an
 * injected fault: a lost edge hides one whole pulse, from its rising edge until the device lets go;
 * a stuck line is seen high whatever the device does.
 *
 *   set(line, level)         the device drives its line
 *   level(line)              what is seen now
 *   levels()                 all, a bit each
 *   listen(listener)         called with every change of what is seen
 *   lose(line, count)        the next `count` rising edges are not seen
 *   stick(line, stuck)       hold high, let go
 *   pulse(line)              a pulse that no device drives
 *   clearFaults()
 */
import type { Counters } from './counters.ts';

export const lineCount = 16;

interface Line {
  driven: boolean;
  hidden: boolean;
  stuck: boolean;
  lose: number;
  seen: boolean;
}

export type LineListener = (line: number, level: boolean) => void;

export class InterruptLines {
  private lines: Line[] = Array.from({ length: lineCount }, () => {
    return { driven: false, hidden: false, stuck: false, lose: 0, seen: false };
  });
  /** Whether a rising edge is lost by chance. */
  chance: ((line: number) => boolean) | undefined;
  private listeners: LineListener[] = [];
  private counters: Counters;

  constructor(counters: Counters) {
    this.counters = counters;
    for (let line = 0; line < lineCount; line++) counters.add(`machine.irq.${line}`, 0);
  }

  listen(listener: LineListener): void {
    this.listeners.push(listener);
  }

  level(line: number): boolean {
    return this.lines[line]?.seen ?? false;
  }

  levels(): number {
    return this.lines.reduce((bits, { seen }, line) => bits | (Number(seen) << line), 0);
  }

  set(number: number, level: boolean): void {
    const line = this.find(number);
    if (level === line.driven) return;
    line.driven = level;
    const lost = level && line.lose > 0;
    if (lost) line.lose--;
    line.hidden = lost || (level && (this.chance?.(number) ?? false));
    this.show(number);
  }

  lose(number: number, count: number): void {
    this.find(number).lose += Math.max(0, count);
  }

  stick(number: number, stuck: boolean): void {
    this.find(number).stuck = stuck;
    this.show(number);
  }

  pulse(number: number): void {
    const line = this.find(number);
    if (line.stuck) return;
    line.stuck = true;
    this.show(number);
    line.stuck = false;
    this.show(number);
  }

  /** A pulse already hidden stays hidden: clearing a fault does not make an edge. */
  clearFaults(): void {
    for (const [number, line] of this.lines.entries()) {
      line.lose = 0;
      line.stuck = false;
      this.show(number);
    }
  }

  private find(number: number): Line {
    const line = this.lines[number];
    if (!line) throw new RangeError(`there is no interrupt line ${number}`);
    return line;
  }

  private show(number: number): void {
    const line = this.find(number);
    const seen = line.stuck || (line.driven && !line.hidden);
    if (seen === line.seen) return;
    line.seen = seen;
    if (seen) this.counters.add(`machine.irq.${number}`);
    for (const listener of this.listeners) listener(number, seen);
  }
}
