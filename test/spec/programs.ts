/**
 * fast-check's random programs.
 *
 * A failing one has been made short by the time fast-check hears of it (program.ts), so it is
 * told not to shrink: it would run thousands of programs to find what is known.
 */
import fc from 'fast-check';
import { KINDS } from './choose.ts';
import { type Program, STEPS } from './program.ts';

export const programs: fc.Arbitrary<Program> = fc.record({
  workLimit: fc.constantFrom(1, 1, 2, 3, 100),
  slow: fc.constantFrom(false, false, false, true),
  dual: fc.constantFrom(false, false, true),
  steps: fc.array(fc.tuple(fc.nat(KINDS - 1), fc.nat(0xffff_ffff)), {
    minLength: STEPS / 2,
    maxLength: STEPS,
    size: 'max',
  }),
});

/** Runs a property on so many programs of a fixed seed. */
export function forPrograms(count: number, seed: number, property: (p: Program) => void): void {
  fc.assert(fc.property(programs, property), { numRuns: count, seed, endOnFailure: true });
}
