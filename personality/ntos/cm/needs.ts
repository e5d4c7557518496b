/** What cm needs of the Executive, and all that it sees of it. */
import type { Io } from '../io/types.ts';
import type { Rest } from '../ke/rest.ts';
import type { Ke } from '../ke/types.ts';
import type { Ldr } from '../ldr/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Ob } from '../ob/types.ts';
import type { ExecutiveOptions } from '../options.ts';

export interface CmNeeds {
  readonly options: Pick<ExecutiveOptions, 'drivers'>;
  readonly ke: Ke;
  readonly rest: Pick<Rest, 'have'>;
  readonly ob: Ob;
  readonly mm: Mm;
  readonly io: Pick<Io, 'askDevice' | 'writeWholeFile' | 'readWholeFile'>;
  readonly ldr: Pick<Ldr, 'loadDriver'>;
}
