/**
 * What a conformance program is, and how it says that the kernel is wrong: it throws.
 *
 * A program has the id of the sel4test test whose subject it checks; what it does was written from
 * descriptions of that test, not from its code. `adapted` says what differs from the original where
 * the original needs what does not exist here: a timer interrupt, registers, a memory unit.
 */
import type { Bench } from './bench.ts';

export interface Program {
  readonly id: string;
  /** What is checked, as the table prints it. */
  readonly checks: string;
  /** What had to be different here. */
  readonly adapted?: string;
  /** Default 1. Others than the root task's run processes, one each. */
  readonly processors?: number;
  run(bench: Bench): Promise<void> | void;
}

/** A test of sel4test that has no program here. */
export interface Absent {
  readonly ids: readonly string[];
  readonly about: string;
  readonly reason: string;
}
