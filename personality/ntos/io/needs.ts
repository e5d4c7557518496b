/** What io needs of the Executive, and all that it sees of it. */
import type { Cc } from '../cc/component.ts';
import type { Cm } from '../cm/types.ts';
import type { Counters } from '../ex/types.ts';
import type { Hal } from '../hal/types.ts';
import type { Rest } from '../ke/rest.ts';
import type { Ke } from '../ke/types.ts';
import type { Ldr } from '../ldr/types.ts';
import type { Mm } from '../mm/types.ts';
import type { Ob } from '../ob/types.ts';
import type { ExecutiveOptions } from '../options.ts';
import type { Ps } from '../ps/types.ts';
import type { Watch } from '../ex/watch.ts';

export interface IoNeeds {
  readonly options: Pick<ExecutiveOptions, 'irpTimeout'>;
  readonly counters: Counters;
  readonly ke: Ke;
  readonly rest: Pick<Rest, 'here' | 'have'>;
  readonly mm: Mm;
  readonly ob: Ob;
  readonly hal: Pick<Hal, 'revoke' | 'freeChannel'>;
  readonly ps: Pick<Ps, 'terminate'>;
  readonly ldr: Pick<Ldr, 'restarting' | 'restarted' | 'demand' | 'loadDriver' | 'loadAutoDrivers'>;
  readonly cm: Pick<Cm, 'codePage' | 'driver' | 'drivers'>;
  readonly watch: Watch;
  readonly cc: Pick<Cc, 'manager' | 'processEnded'>;
}
