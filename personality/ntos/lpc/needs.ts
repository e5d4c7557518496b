/** What lpc needs of the Executive, and all that it sees of it. */
import type { Ke } from '../ke/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Ob } from '../ob/types.ts';

export interface LpcNeeds {
  readonly ke: Ke;
  readonly ob: Ob;
  readonly mm: Mm;
}
