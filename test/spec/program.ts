/**
 * Random programs: run one, and make a failing one short.
 *
 * A program is a work limit and a list of steps; a step is two numbers, from which the action is
 * chosen in the state that is found. When something differs, the actions themselves are kept and
 * as many left out as can be: what remains is a list that can be run again as it is.
 *
 *   runProgram(arena, program)   the number of calls; throws a Failure with the short list
 *   replay(arena, script)        null, or what went wrong
 *   randomProgram(seed)          one of them; fast-check's are made in programs.ts
 */
import { type Arena, PROCESSORS } from './arena.ts';
import { KINDS, choose } from './choose.ts';
import type { Action, Duel } from './driver.ts';
import { Random } from './random.ts';

export interface Program {
  readonly workLimit: number;
  /** Without the fast path. */
  readonly slow: boolean;
  /** On two processors, in turns. */
  readonly dual: boolean;
  /** Kind of action, and the seed of its choices. */
  readonly steps: readonly (readonly [number, number])[];
}

export class Failure extends Error {
  readonly script: Script;

  constructor(cause: unknown, script: Script) {
    super(`${reasonOf(cause)}\n${print(script)}`);
    this.script = script;
  }
}

/** A program as the actions that it came to. */
export interface Script {
  readonly workLimit: number;
  readonly slow: boolean;
  readonly actions: readonly Action[];
}

export type Check = (duel: Duel) => void;

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function print({ workLimit, slow, actions }: Script): string {
  const lines = actions.map((action) => `  ${JSON.stringify(action)},`);
  return `{ workLimit: ${workLimit}, slow: ${slow}, actions: [\n${lines.join('\n')}\n] }`;
}

/** After so many actions of the root thread in a row there is nobody left worth watching. */
const ALONE = 20;

const hasThread = (duel: Duel) => duel.model.processors.some(({ current }) => current !== null);

/**
 * Where there are two processors, each step may go to the other; what was sent there is then
 * begun.
 */
function nextActions(duel: Duel, program: Program, kind: number, seed: number): Action[] {
  const thread = duel.thread();
  if (program.dual && (!thread || seed % 5 === 0)) {
    return [{ do: 'processor', number: (duel.cpu + 1) % PROCESSORS }, { do: 'schedule' }];
  }
  if (!thread) return [{ do: 'schedule' }];
  return [choose(thread, thread === duel.booted.rootThread, kind, seed)];
}

function perform(duel: Duel, action: Action, check?: Check): void {
  duel.run(action);
  if (action.do !== 'processor') check?.(duel);
}

/** The number of calls made. Throws a Failure. */
export function runProgram(arena: Arena, program: Program, check?: Check): number {
  const { workLimit, slow } = program;
  const duel = arena.begin(workLimit, slow);
  const done: Action[] = [];
  try {
    let alone = 0;
    for (const [kind, seed] of program.steps) {
      const thread = duel.thread();
      const isRoot = thread === duel.booted.rootThread;
      alone = isRoot ? alone + 1 : 0;
      if (alone > ALONE || !hasThread(duel)) break;
      for (const action of nextActions(duel, program, kind, seed)) {
        done.push(action);
        perform(duel, action, check);
      }
    }
    arena.end();
  } catch (cause) {
    const script = shorten(arena, { workLimit, slow, actions: done }, check);
    throw new Failure(replay(arena, script, check) ?? cause, script);
  }
  return done.length;
}

/** Null, or what went wrong. */
export function replay(arena: Arena, script: Script, check?: Check): unknown {
  const duel = arena.begin(script.workLimit, script.slow);
  try {
    for (const action of script.actions) perform(duel, action, check);
    arena.end();
  } catch (cause) {
    return cause;
  }
  return null;
}

/** Leaves out runs of actions, ever shorter ones, as long as something still goes wrong. */
function shorten(arena: Arena, script: Script, check?: Check): Script {
  let { actions } = script;
  const fails = (list: readonly Action[]) =>
    replay(arena, { ...script, actions: list }, check) !== null;
  if (!fails(actions)) return script;
  for (let size = actions.length >> 1; size >= 1; size >>= 1) {
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
  return { ...script, actions };
}

const WORK_LIMITS = [1, 1, 2, 3, 100];
export const STEPS = 120;

export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const workLimit = random.pick(WORK_LIMITS);
  const slow = random.chance(25);
  const step = () => [random.below(KINDS), random.word()] as const;
  const dual = random.chance(30);
  return { workLimit, slow, dual, steps: Array.from({ length: STEPS }, step) };
}
