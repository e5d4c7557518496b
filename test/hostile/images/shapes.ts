/** An image that is no image: its list of entries acts when it is looked at. */
import type { Image } from '../../../personality/sel4/types.ts';

export const image: Image = () => ({
  entries: new Proxy([] as never[], {
    get(_target, name) {
      if (name === 'length') return 1;
      throw new Error(`looked at ${String(name)}`);
    },
  }),
  get policy(): 'block' {
    throw new Error('looked at the policy');
  },
});
