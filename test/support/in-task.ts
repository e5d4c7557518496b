/**
 * Inputs of a recorded system come in tasks of their own, as they do to a worker.
 *
 *   inTask(act)   does it in one; resolves to what it resolves to
 *   pause(ms)
 */
import { platformDoor } from '../../personality/sel4/door.ts';

export const inTask = <T>(act: () => T): Promise<Awaited<T>> =>
  new Promise((resolve, reject) =>
    platformDoor.turn(() => {
      try {
        Promise.resolve(act()).then(resolve, reject);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }),
  );

export const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));
