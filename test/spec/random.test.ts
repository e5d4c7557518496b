/**
 * The kernel against its specification, under random programs with fixed seeds: at least 100,000
 * calls, with every result and the whole heap compared after each of them; invariants in the first
 * rounds, integrity and confinement in the last.
 */
import { assert } from 'chai';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import { Watch } from './confinement.ts';
import type { Duel } from './driver.ts';
import { checkInvariants } from './invariants.ts';
import { type Check, runProgram } from './program.ts';
import { forPrograms } from './programs.ts';

const ROUNDS = 10;
const PROGRAMS = 130;
const WANTED_CALLS = 100_000;

const invariants: Check = (duel: Duel) =>
  checkInvariants(duel.words, duel.booted.rootNode.address, duel.cpu);

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
    let watch: Watch | null = null;
    let watched: unknown = null;
    const check: Check = (duel) => {
      if (watched !== duel.booted) {
        watched = duel.booted;
        watch = new Watch(duel);
      }
      watch?.check();
    };
    forPrograms(PROGRAMS, 77, (program) => {
      calls += runProgram(arena, program, check);
    });
  });

  test('enough was tried', () => {
    assert.isAtLeast(calls, WANTED_CALLS);
  });
});
