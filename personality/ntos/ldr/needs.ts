/** What ldr needs of the Executive, and all that it sees of it. */
import type { Counters } from '../ex/types.ts';
import type { Cm } from '../cm/types.ts';
import type { Io } from '../io/types.ts';
import type { Rest } from '../ke/rest.ts';
import type { Ke } from '../ke/types.ts';
import type { Ob } from '../ob/types.ts';
import type { ExecutiveOptions } from '../options.ts';
import type { Ps } from '../ps/types.ts';

export interface LdrNeeds {
  readonly options: Pick<ExecutiveOptions, 'loadTimeout' | 'onProcessFault'>;
  readonly counters: Counters;
  readonly ke: Ke;
  readonly rest: Pick<Rest, 'have'>;
  readonly ob: Ob;
  readonly ps: Pick<Ps, 'createProcess' | 'terminate'>;
  readonly cm: Pick<Cm, 'driver' | 'drivers'>;
  readonly io: Pick<Io, 'attachDriver' | 'driverInitialised' | 'driverLoaded' | 'prepareUnload'>;
  /** NtShutdownSystem was called: no new processes. */
  readonly stopping: boolean;
}
