/** The security component: what it keeps is the last LUID. */
import type { Se } from './types.ts';

/** LUIDs below are NT's own: LocalSystem's logon is 0x3e7. */
const FIRST_LUID = 0x1_0000;
export const SYSTEM_LUID = 0x3e7;

export function createSe(): Se {
  let last = FIRST_LUID;
  return { newLuid: () => ++last };
}
