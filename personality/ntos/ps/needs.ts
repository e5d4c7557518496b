/** What ps needs of the Executive, and all that it sees of it. */
import type { Platform, Thread } from '../../sel4/types.ts';
import type { Counters } from '../ex/types.ts';
import type { Hal } from '../hal/types.ts';
import type { Io } from '../io/types.ts';
import type { Ke } from '../ke/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Ob } from '../ob/types.ts';
import type { ExecutiveOptions } from '../options.ts';
import type { Se } from '../se/types.ts';
import type { Quotas } from './family.ts';
import type { Ps } from './types.ts';

export interface PsNeeds {
  readonly options: Pick<
    ExecutiveOptions,
    'bootImages' | 'criticalImages' | 'hostImages' | 'loadTimeout' | 'onProcessFault'
  >;
  readonly thread: Thread;
  readonly platform: Platform;
  readonly counters: Counters;
  readonly ke: Ke;
  readonly mm: Mm;
  readonly ob: Ob;
  readonly quotas: Quotas;
  readonly hal: Pick<Hal, 'lines' | 'processEnded'>;
  readonly io: Pick<Io, 'driverDied'>;
  readonly ps: Ps;
  readonly se: Se;
  /** NtShutdownSystem was called: no new processes. */
  readonly stopping: boolean;
}
