/**
 * The Executive, whole: what boot.ts puts together, and nobody else sees.
 *
 * A component names what it needs of the others in its `needs.ts`, and what it gives them in its
 * `types.ts`; boot.ts hands it this object, of which it then knows those members alone. There is no
 * module-level state: several Executives may live in one realm. Boot order: counters, ke, mm, ob,
 * hal, ps, the services, io, cc, ldr; `initialize` of io and cc is called when everything else is
 * there; then the images of `options.bootImages`. What comes later than a component is read when it
 * is used, not when the component is made.
 *
 * Rules for all components:
 *  - Everything runs on the Executive's one thread. A service handler that can answer at once
 *    returns a value; one that must wait is an async function that awaits nothing but Waitables
 *    (rtl/coroutines.ts). Whatever is not called from a handler and waits is started with
 *    `ke.spawn`.
 *  - A status tells of failure; an exception in a handler is a bug or a shortcut (`throw new
 *    NtException(status)`), and becomes the reply's status. It never ends the Executive.
 *  - After an await, the caller's process may have ended: look at `process.state` before touching
 *    its memory, or hold the pages (`Mdl`).
 */
import type { Platform, Thread } from '../sel4/types.ts';
import type { Cc } from './cc/component.ts';
import type { Cm } from './cm/types.ts';
import type { Counters } from './ex/types.ts';
import type { Watch } from './ex/watch.ts';
import type { Hal } from './hal/types.ts';
import type { Io } from './io/types.ts';
import type { Rest } from './ke/rest.ts';
import type { Ke } from './ke/types.ts';
import type { Ldr } from './ldr/types.ts';
import type { Mm } from './mm/types.ts';
import type { Ob } from './ob/types.ts';
import type { ExecutiveOptions } from './options.ts';
import type { Quotas } from './ps/family.ts';
import type { Ps } from './ps/types.ts';
import type { Se } from './se/types.ts';

export interface Executive {
  readonly options: ExecutiveOptions;
  /** The Executive's own kernel thread. */
  readonly thread: Thread;
  readonly platform: Platform;
  readonly counters: Counters;
  readonly watch: Watch;
  readonly ke: Ke;
  readonly rest: Rest;
  readonly mm: Mm;
  readonly ob: Ob;
  /** What processes are charged, in sum. */
  readonly quotas: Quotas;
  readonly ps: Ps;
  readonly se: Se;
  readonly hal: Hal;
  readonly ldr: Ldr;
  readonly io: Io;
  readonly cc: Cc;
  readonly cm: Cm;
  /** NtShutdownSystem was called: no new processes. */
  stopping: boolean;
}
