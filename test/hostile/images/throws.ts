/** Ends with an exception whose every property acts: what is looked at afterwards runs its code. */
import type { Image } from '../../../personality/sel4/types.ts';

const act = (): never => {
  throw new Error('acted');
};

export const image: Image = () => ({
  entries: [
    async (thread) => {
      let fault: unknown;
      try {
        thread.window(0, 4, false).getUint8(0);
      } catch (error) {
        fault = error;
      }
      const names = ['name', 'message', 'stack', 'status', 'address', 'errorCode', 'then', 'cause'];
      const acts = Object.fromEntries(names.map((name) => [name, { get: act, enumerable: true }]));
      const thing = Object.create(Object.getPrototypeOf(fault) as object, acts) as object;
      throw new Proxy(thing, { getPrototypeOf: act, get: act, has: act, ownKeys: act });
    },
  ],
});
