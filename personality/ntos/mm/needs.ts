/** What mm needs of the Executive, and all that it sees of it. */
import type { Thread } from '../../sel4/types.ts';
import type { Cc } from '../cc/component.ts';
import type { Io } from '../io/types.ts';
import type { Ke } from '../ke/types.ts';
import type { Ob } from '../ob/types.ts';
import type { Ps } from '../ps/types.ts';
import type { Mm } from './types.ts';

export interface MmNeeds {
  readonly thread: Thread;
  readonly ke: Ke;
  readonly mm: Mm;
  readonly cc: Pick<Cc, 'releasePages'>;
  readonly io: Pick<Io, 'findMdl' | 'sectionOver'>;
  readonly ob: Ob;
  readonly ps: Pick<Ps, 'processType'>;
}
