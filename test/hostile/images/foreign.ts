/** Awaits what will never come: its thread stays the current one, and never makes a call again. */
import type { Image } from '../../../personality/sel4/types.ts';

export const image: Image = () => ({
  entries: [async () => new Promise<void>(() => undefined)],
});
