/**
 * The long run of the kernel against its specification, in Node (scripts/soak.mjs).
 *
 *   soak(module, { calls, seed, report })   throws a Failure with a list that can be replayed
 *
 * Invariants are checked after every call of every fourth program, integrity and confinement in
 * every sixteenth; results and heap are compared after every call of all of them.
 */
import { COUNTER_FASTPATH, COUNTER_IPC } from '../../kernel-as/layout.ts';
import { type Arena, openArena } from './arena.ts';
import { integrityAndConfinement, invariants } from './checks.ts';
import { type Check, randomProgram, runProgram } from './program.ts';

export interface SoakOptions {
  readonly calls: number;
  readonly seed: number;
  report(line: string): void;
}

const INVARIANTS_EACH = 4;
const WATCH_EACH = 16;
const REPORT_CALLS = 250_000;

function checkFor(index: number): Check | undefined {
  if (index % WATCH_EACH === 1) return integrityAndConfinement;
  return index % INVARIANTS_EACH === 0 ? invariants : undefined;
}

export async function soak(module: WebAssembly.Module, options: SoakOptions): Promise<void> {
  const arena = await openArena(module);
  const start = performance.now();
  const figures = { programs: 0, calls: 0, messages: 0, shortCuts: 0 };
  let reported = 0;
  while (figures.calls < options.calls) {
    const program = randomProgram((options.seed * 0x1000_0000 + figures.programs) >>> 0);
    figures.calls += runProgram(arena, program, checkFor(figures.programs));
    if (figures.programs % 64 === 0) arena.outside();
    figures.programs++;
    count(arena, figures);
    if (figures.calls - reported < REPORT_CALLS) continue;
    reported = figures.calls;
    options.report(line(figures, start));
  }
  options.report(line(figures, start));
}

interface Figures {
  programs: number;
  calls: number;
  messages: number;
  shortCuts: number;
}

function count(arena: Arena, figures: Figures): void {
  figures.messages += arena.duel.exports.counter(COUNTER_IPC);
  figures.shortCuts += arena.duel.exports.counter(COUNTER_FASTPATH);
}

function line(figures: Figures, start: number): string {
  const seconds = (performance.now() - start) / 1000;
  const rate = Math.round(figures.calls / seconds);
  const { programs, calls, messages, shortCuts } = figures;
  return (
    `${calls} calls in ${programs} programs: ${messages} messages, ${shortCuts} by the fast path; ` +
    `${seconds.toFixed(0)} s, ${rate} calls/s`
  );
}
