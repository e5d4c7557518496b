/** What ex needs of the Executive, and all that it sees of it. */
import type { Platform, Thread } from '../../sel4/types.ts';
import type { Cm } from '../cm/types.ts';
import type { Io } from '../io/types.ts';
import type { Ke } from '../ke/types.ts';
import type { Ldr } from '../ldr/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Ob } from '../ob/types.ts';
import type { ExecutiveOptions } from '../options.ts';
import type { Quotas } from '../ps/family.ts';
import type { Ps } from '../ps/types.ts';
import type { Counters } from './types.ts';
import type { Watch } from './watch.ts';

export interface ExNeeds {
  readonly options: Pick<ExecutiveOptions, 'onShutdown'>;
  readonly thread: Thread;
  readonly platform: Platform;
  readonly counters: Counters;
  readonly watch: Watch;
  readonly ke: Ke;
  readonly ob: Ob;
  readonly mm: Pick<Mm, 'ramBytes' | 'freePageCount' | 'uses'>;
  readonly quotas: Pick<Quotas, 'clients' | 'systems'>;
  readonly ps: Pick<Ps, 'processes'>;
  readonly cm: Pick<Cm, 'flush'>;
  readonly ldr: Pick<Ldr, 'loadAutoDrivers'>;
  readonly io: Pick<Io, 'driverInformation' | 'irps' | 'shutdown' | 'snapshot' | 'volumes'>;
  /** NtShutdownSystem was called: no new processes. */
  stopping: boolean;
}
