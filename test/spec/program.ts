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
import * as abi from '../../kernel-as/abi.ts';
import { type Arena, PROCESSORS } from './arena.ts';
import { KINDS, choose, chooseForNobody } from './choose.ts';
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

/** Begun with each program, since some look back; called after each action. */
export type Check = (duel: Duel) => (action: Action) => void;
type Observe = ReturnType<Check>;

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function print({ workLimit, slow, actions }: Script): string {
  const lines = actions.map((action) => `  ${JSON.stringify(action)},`);
  return `{ workLimit: ${workLimit}, slow: ${slow}, actions: [\n${lines.join('\n')}\n] }`;
}

/** After so many actions of the root thread in a row there is nobody left worth watching. */
const ALONE = 20;

export const hasThread = (duel: Duel) =>
  duel.model.processors.some(({ current }) => current !== null);

/**
 * Where there are two processors, each step may go to the other. Some begin there with what was
 * sent meanwhile; others find the code still running whose thread has been stopped, moved, deleted
 * or handed over from here, and it calls.
 */
export function nextActions(duel: Duel, dual: boolean, kind: number, seed: number): Action[] {
  const thread = duel.thread();
  const other = { do: 'processor', number: (duel.cpu + 1) % PROCESSORS } as const;
  if (dual && (thread ? seed % 5 === 0 : seed % 5 < 3)) {
    return (seed >>> 8) % 2 === 0 ? [other] : [other, { do: 'schedule' }];
  }
  if (!thread) return [chooseForNobody(dual, seed)];
  return [choose(thread, thread === duel.booted.rootThread, kind, seed)];
}

/** With two processors, two of the threads live on the second, and it has begun. */
export function opening(dual: boolean): Action[] {
  if (!dual) return [];
  const move = (cptr: number): Action => {
    const msg = { label: abi.TCBSetAffinity, mrs: [1], caps: [] };
    return { do: 'invoke', cptr, msg };
  };
  const [here, there] = [0, 1].map((number): Action => ({ do: 'processor', number }));
  return [move(2), move(5), there!, { do: 'schedule' }, here!];
}

function perform(duel: Duel, action: Action, observe?: Observe): void {
  duel.run(action);
  if (action.do !== 'processor') observe?.(action);
}

/** The number of calls made. Throws a Failure. */
export function runProgram(arena: Arena, program: Program, check?: Check): number {
  const { workLimit, slow } = program;
  const duel = arena.begin(workLimit, slow);
  const observe = check?.(duel);
  const done: Action[] = [];
  try {
    for (const action of opening(program.dual)) {
      done.push(action);
      perform(duel, action, observe);
    }
    let alone = 0;
    for (const [kind, seed] of program.steps) {
      const thread = duel.thread();
      const isRoot = thread === duel.booted.rootThread;
      alone = isRoot ? alone + 1 : 0;
      if (alone > ALONE || !hasThread(duel)) break;
      for (const action of nextActions(duel, program.dual, kind, seed)) {
        done.push(action);
        perform(duel, action, observe);
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
    const observe = check?.(duel);
    for (const action of script.actions) perform(duel, action, observe);
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
