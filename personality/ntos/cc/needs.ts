/** What cc needs of the Executive, and all that it sees of it. */
import type { Counters } from '../ex/types.ts';
import type { Watch } from '../ex/watch.ts';
import type { Io } from '../io/types.ts';
import type { Ke } from '../ke/types.ts';
import type { Mm } from '../mm/types.ts';
import type { ExecutiveOptions } from '../options.ts';

export interface CcNeeds {
  readonly options: Pick<ExecutiveOptions, 'cachePages' | 'onDirty'>;
  readonly counters: Counters;
  readonly watch: Watch;
  readonly ke: Ke;
  readonly mm: Mm;
  readonly io: Pick<Io, 'volumeCache' | 'purgeFile' | 'setFileSizes' | 'lostWrite'>;
}
