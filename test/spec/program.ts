/**
 * Random programs: run one, and make a failing one short.
 *
 * A program is a work limit and a list of steps; a step is two numbers, from which the action is chosen in
 * the state that is found. When something differs, the actions themselves are kept and as many left out as
 * can be: what remains is a list that can be run again as it is.
 *
 *   runProgram(arena, program)     the number of calls; throws a Failure with the short list
 *   replay(arena, limit, actions)  null, or how the last one ended
 */
import type { Arena } from './arena.ts';
import { choose } from './choose.ts';
import type { Action, Duel } from './driver.ts';

export interface Program {
  readonly workLimit: number;
  /** Kind of action, and the seed of its choices. */
  readonly steps: readonly (readonly [number, number])[];
}

export class Failure extends Error {
  readonly workLimit: number;
  readonly actions: readonly Action[];

  constructor(cause: unknown, workLimit: number, actions: readonly Action[]) {
    super(`${reasonOf(cause)}\n${print(workLimit, actions)}`);
    this.workLimit = workLimit;
    this.actions = actions;
  }
}

export type Check = (duel: Duel) => void;

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function print(workLimit: number, actions: readonly Action[]): string {
  const lines = actions.map((action) => `  ${JSON.stringify(action)},`);
  return `replay with work limit ${workLimit}:\n[\n${lines.join('\n')}\n]`;
}

/** After so many actions of the root thread in a row there is nobody left worth watching. */
const ALONE = 20;

export function runProgram(arena: Arena, program: Program, check?: Check): number {
  const duel = arena.begin(program.workLimit);
  const done: Action[] = [];
  try {
    let alone = 0;
    for (const [kind, seed] of program.steps) {
      const thread = duel.thread();
      const isRoot = thread === duel.booted.rootThread;
      alone = isRoot ? alone + 1 : 0;
      if (!thread || alone > ALONE) break;
      const action = choose(thread, isRoot, kind, seed);
      done.push(action);
      duel.run(action);
      check?.(duel);
    }
    arena.end();
  } catch (cause) {
    const short = shorten(arena, program.workLimit, done, check);
    const reason = replay(arena, program.workLimit, short, check) ?? cause;
    throw new Failure(reason, program.workLimit, short);
  }
  return done.length;
}

export function replay(
  arena: Arena,
  workLimit: number,
  actions: readonly Action[],
  check?: Check,
): unknown {
  const duel = arena.begin(workLimit);
  try {
    for (const action of actions) {
      duel.run(action);
      check?.(duel);
    }
    arena.end();
  } catch (cause) {
    return cause;
  }
  return null;
}

/** Leaves out runs of actions, ever shorter ones, as long as something still differs. */
function shorten(arena: Arena, limit: number, all: readonly Action[], check?: Check): Action[] {
  let actions = [...all];
  const fails = (list: readonly Action[]) => replay(arena, limit, list, check) !== null;
  if (!fails(actions)) return actions;
  for (let size = actions.length >> 1; size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let changed = true; changed;) {
      changed = false;
      for (let at = actions.length - size; at >= 0; at -= size) {
        const without = [...actions.slice(0, at), ...actions.slice(at + size)];
        if (!fails(without)) continue;
        actions = without;
        changed = true;
      }
    }
  }
  return actions;
}
