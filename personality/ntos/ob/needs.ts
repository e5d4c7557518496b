/** What ob needs of the Executive, and all that it sees of it. */
import type { Ke } from '../ke/types.ts';
import type { Ps } from '../ps/types.ts';
import type { Ob } from './types.ts';

export interface ObNeeds {
  readonly ke: Ke;
  readonly ob: Ob;
}

/** What its services of handles need beside: they look into other processes. */
export interface HandleNeeds extends ObNeeds {
  readonly ps: Pick<Ps, 'processType'>;
}
