/**
 * The kernel against its specification, under random programs with fixed seeds: at least 100,000
 * calls, with every result and the whole heap compared after each of them; invariants in the first
 * rounds, integrity and confinement in the last.
 */
import { assert } from 'chai';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import { integrityAndConfinement, invariants } from './checks.ts';
import { runProgram } from './program.ts';
import { forPrograms } from './programs.ts';

const ROUNDS = 10;
const PROGRAMS = 130;
const WANTED_CALLS = 100_000;

suite('specification: random programs', function () {
  this.timeout(120_000);
  let arena: Arena;
  let calls = 0;

  suiteSetup(async () => {
    arena = await openArena(await compile());
  });

  for (let round = 1; round <= ROUNDS; round++) {
    test(`results, heap and invariants agree, seed ${round}`, () => {
      forPrograms(PROGRAMS, round, (program) => {
        calls += runProgram(arena, program, invariants);
      });
      arena.outside();
    });
  }

  test('integrity and authority confinement', () => {
    forPrograms(PROGRAMS, 77, (program) => {
      calls += runProgram(arena, program, integrityAndConfinement);
    });
  });

  test('enough was tried', () => {
    assert.isAtLeast(calls, WANTED_CALLS);
  });
});
