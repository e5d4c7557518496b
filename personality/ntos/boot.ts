/**
 * Bringing the Executive up, phase by phase, and then running it.
 *
 *   executiveMain(options, factories)(thread, bootInfo, platform)   the root task
 *
 * Phase 0: memory, object names, services. Phase 1: hardware, I/O, cache. Phase 2, when the main
 * loop runs: drivers (ldr/systemstart.ts), then the boot images (ps/supervisor.ts).
 * What fails in phases 0 and 1 ends the system, by `onPanic`.
 */
import {
  PLATFORM_IRQ,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapInitThreadTCB,
  seL4_EndpointObject,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_SetNotification,
  seL4_NoError,
  seL4_NotificationObject,
  seL4_TCB_BindNotification,
} from '../sel4/index.ts';
import type { BootInfo, CPtr, Platform, RootEntry, Thread } from '../sel4/types.ts';
import { part } from '../rtl/parts.ts';
import { createCm } from './cm/index.ts';
import { createCounters } from './ex/counters.ts';
import { registerEventServices } from './ex/events.ts';
import { registerSystemServices } from './ex/system.ts';
import { registerWaitServices } from './ex/waits.ts';
import { Watch } from './ex/watch.ts';
import type { Cc } from './cc/component.ts';
import type { CcCore } from './cc/index.ts';
import type { Executive } from './executive.ts';
import type { IoCore } from './io/index.ts';
import type { Io } from './io/types.ts';
import type { ExecutiveOptions } from './options.ts';
import { CLOCK_LINE } from './hal/clock.ts';
import { createHal, type HalCore } from './hal/hal.ts';
import { BADGE_CLOCK, BADGE_PLATFORM } from './ke/badges.ts';
import { createKe, type KeCore } from './ke/ke.ts';
import { Rest } from './ke/rest.ts';
import { mainLoop } from './ke/loop.ts';
import type * as Later from './later.ts';
import { createLdr } from './ldr/ldr.ts';
import { createMm } from './mm/mm.ts';
import { createOb } from './ob/ob.ts';
import { registerObServices } from './ob/services.ts';
import { Quotas } from './ps/family.ts';
import { createPs, type PsCore } from './ps/ps.ts';
import { registerPsServices } from './ps/services.ts';
import { startBootImages } from './ps/supervisor.ts';
import { namesDescriptor } from './se/defaults.ts';
import { createSe } from './se/se.ts';

/** The components that live in folders of their own, io and cc. */
export interface Factories {
  createIo(executive: Executive): Io & Partial<IoCore>;
  createCc(executive: Executive): Cc & Partial<CcCore>;
}

interface Booted {
  readonly executive: Executive;
  readonly ke: KeCore;
  readonly ps: PsCore;
  readonly hal: HalCore;
  readonly endpoint: CPtr;
  readonly platformHandler: CPtr;
}

/** An interrupt line whose notification is the one bound to the Executive's thread. */
function connect(executive: Executive, line: number, notification: CPtr, badge: number): CPtr {
  const { mm, hal, thread } = executive;
  const handler = hal.lines.handler(line);
  const bell = mm.slots.allocate();
  const ok =
    handler !== 0 &&
    bell !== 0 &&
    mm.slots.mint(notification, bell, seL4_CanRead | seL4_CanWrite, badge) === seL4_NoError &&
    seL4_IRQHandler_SetNotification(thread, handler, bell) === seL4_NoError;
  if (!ok) throw new Error(`boot: interrupt ${line} cannot be had`);
  return handler;
}

function boot(
  options: ExecutiveOptions,
  factories: Factories,
  thread: Thread,
  bootInfo: BootInfo,
  platform: Platform,
): Booted {
  // Components reach one another through this object, each after its own line here.
  const executive = { options, thread, platform, counters: createCounters(), stopping: false } as {
    -readonly [K in keyof Executive]: Executive[K];
  };
  executive.watch = new Watch(thread, platform);
  executive.counters.source(() => platform.counters());
  const ke = createKe(executive);
  executive.ke = ke;
  const mm = (executive.mm = createMm(executive, bootInfo));
  executive.quotas = new Quotas(mm.ramBytes);
  executive.se = createSe();
  executive.ob = createOb(executive.watch);
  for (const name of ['\\??', '\\Device', '\\Driver', '\\FileSystem', '\\??\\BootModules'])
    executive.ob.createDirectory(name);
  executive.ob.createDirectory('\\BaseNamedObjects').header.security = namesDescriptor;
  const endpoint = mm.store.create(seL4_EndpointObject);
  const notification = mm.store.create(seL4_NotificationObject);
  if (endpoint === 0 || notification === 0) throw new Error('boot: no kernel memory');
  const hal = createHal(executive);
  executive.hal = hal;
  const error = seL4_TCB_BindNotification(thread, seL4_CapInitThreadTCB, notification);
  if (error !== seL4_NoError) throw new Error(`boot: kernel error ${error} binding interrupts`);
  connect(executive, CLOCK_LINE, notification, BADGE_CLOCK);
  const platformHandler = connect(executive, PLATFORM_IRQ, notification, BADGE_PLATFORM);
  const ps = createPs(executive, endpoint);
  executive.ps = ps;
  const rest = new Rest(ke, async () => {
    let later: typeof Later | undefined;
    const reason = await ps.bring(async () => {
      const here = await part<typeof Later>('executive', () => import('./later.ts'));
      return () => void (later = here);
    });
    // What starts it makes calls: so the Executive's own thread does.
    if (!ke.stopped) later?.registerLater({ executive, ke, ps, hal, io, cc, cm, system });
    return reason;
  });
  executive.rest = ke.dispatcher.rest = rest;
  registerObServices(executive);
  registerPsServices(executive, ps);
  registerEventServices(executive);
  registerWaitServices(executive);
  const system = registerSystemServices(executive);
  const io = (executive.io = factories.createIo(executive));
  const cc = (executive.cc = factories.createCc(executive));
  const cm = createCm(executive);
  executive.cm = cm;
  executive.ldr = createLdr(executive);
  hal.start();
  executive.io.initialize();
  return { executive, ke, ps, hal, endpoint, platformHandler };
}

export function executiveMain(options: ExecutiveOptions, factories: Factories): RootEntry {
  return async (thread, bootInfo, platform) => {
    try {
      const booted = boot(options, factories, thread, bootInfo, platform);
      const { executive, ke, ps, hal, endpoint, platformHandler } = booted;
      ke.spawn('boot images', async () => {
        await executive.ldr.loadSystemDrivers();
        await startBootImages(executive);
        if (!ke.stopped) await executive.ldr.loadAutoDrivers();
      });
      await mainLoop(executive, ke, endpoint, {
        threadById: (id) => ps.threadById(id),
        threadFault: (faulter, status) => ps.threadFault(faulter, status),
        requestEnded: (caller) => ps.requestEnded(caller),
        clockInterrupt() {
          hal.clock.interrupt();
          ke.coroutines.expire();
        },
        platformInterrupt() {
          seL4_IRQHandler_Ack(thread, platformHandler);
          ps.platformEvents();
        },
        setClock: (due, before) => hal.clock.set(due, before),
      });
    } catch (error) {
      thread.log('ntos:', error);
      options.onPanic?.(error instanceof Error ? error.message : String(error));
    }
  };
}
