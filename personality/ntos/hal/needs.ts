/** What hal needs of the Executive, and all that it sees of it. */
import type { Thread } from '../../sel4/types.ts';
import type { Counters } from '../ex/types.ts';
import type { Io } from '../io/types.ts';
import type { Ke } from '../ke/types.ts';
import type { Mm } from '../mm/types.ts';
import type { ExecutiveOptions } from '../options.ts';
import type { Ps } from '../ps/types.ts';
import type { Hal } from './types.ts';

export interface HalNeeds {
  readonly options: Pick<ExecutiveOptions, 'dmaTimeout'>;
  readonly thread: Thread;
  readonly counters: Counters;
  readonly ke: Ke;
  readonly mm: Mm;
  readonly ps: Pick<Ps, 'createThread' | 'terminateThread'>;
  readonly hal: Pick<Hal, 'lines'>;
  readonly io: Pick<Io, 'findMdl'>;
}
