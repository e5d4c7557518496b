/** What se needs of the Executive, and all that it sees of it. */
import type { Ke } from '../ke/types.ts';
import type { Ob } from '../ob/types.ts';
import type { Se } from './types.ts';

export interface SeNeeds {
  readonly ke: Ke;
  readonly ob: Ob;
  readonly se: Se;
}
