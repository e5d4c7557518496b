/**
 * What a scenario may use besides the protocol's own code. The checker replaces this module; the
 * functions here are never run.
 */

/** Direct access to memory, within one step. */
export interface Direct {
  get(words: Int32Array, index: number): number;
  set(words: Int32Array, index: number, value: number): void;
}

const never = (): never => {
  throw new Error('only under the checker');
};

/** All of `change` is one step: what stands for something under a lock. */
export const atomically: (change: (memory: Direct) => number | void) => number = never;
/** A message to another agent's event loop. */
export const post: (agent: string, message: string) => void = never;
/** Takes messages; an agent that listens is at its end only as a daemon. */
export const listen: (handler: (message: string) => void) => void = never;
/** Notes something for the scenario's check. */
export const observe: (...what: (string | number)[]) => void = never;
/**
 * Stories that have come to the same go on as one. The caller names all that its own variables
 * hold, and where it is.
 */
export const checkpoint: (...where: unknown[]) => void = never;
