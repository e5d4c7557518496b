/** What ke needs of the Executive, and all that it sees of it. */
import type { Platform, Thread } from '../../sel4/types.ts';
import type { Watch } from '../ex/watch.ts';
import type { Mm } from '../mm/types.ts';
import type { ExecutiveOptions } from '../options.ts';

export interface KeNeeds {
  readonly options: Pick<ExecutiveOptions, 'onPanic'>;
  readonly thread: Thread;
  readonly platform: Platform;
}

/** What the main loop needs beside: a slot for the reply that it keeps. */
export interface LoopNeeds extends KeNeeds {
  readonly mm: Pick<Mm, 'slots'>;
  readonly watch: Watch;
}
