/**
 * Faults by chance, that come again in the same way: a seed says what happens when.
 *
 *   random()           0 to below 1, the next of the seed's numbers
 *   start(seed, plan)  from now on each chance of a fault is taken once in `every`
 *   strikes(kind)      whether this chance is taken
 *   struck()           how many were, by kind
 */
import type { ChancePlan, FaultKind } from './types.ts';

const defaultSeed = 1;

export class Chance {
  private state = defaultSeed;
  private plan: ChancePlan | undefined;
  private counts = new Map<FaultKind, number>();

  /** mulberry32: short, and good enough for what it is for. */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  start(seed: number, plan: ChancePlan): void {
    this.state = seed | 0;
    this.plan = plan;
    this.counts.clear();
  }

  stop(): void {
    this.state = defaultSeed;
    this.plan = undefined;
  }

  /** Without a plan nothing is drawn, so that a test's seed is its own. */
  strikes(kind: FaultKind): boolean {
    const { plan } = this;
    if (!plan?.kinds.includes(kind) || this.random() * plan.every >= 1) return false;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return true;
  }

  struck(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.counts);
  }
}
