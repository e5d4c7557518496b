/**
 * What of the Executive no boot needs: a part of its program (ke/rest.ts).
 *
 *   registerLater(made)   services that wait for this file register here. A service is moved into
 *                         it, or out of it, by the line that registers it
 *
 * It brings the words for statuses, too.
 */
import '../rtl/statustext.ts';
import type { CcCore } from './cc/index.ts';
import { startCcLater } from './cc/later.ts';
import type { CmCore } from './cm/index.ts';
import { KeptHives } from './cm/kept.ts';
import { registerHiveServices } from './cm/hiveservices.ts';
import { registerKeyServices } from './cm/keyservices.ts';
import { registerNotifyService } from './cm/notifyservice.ts';
import { registerKeyedEventServices } from './ex/keyedevents.ts';
import { registerMutantServices } from './ex/mutants.ts';
import { registerSemaphoreServices } from './ex/semaphores.ts';
import type { SystemClasses } from './ex/system.ts';
import { systemClasses } from './ex/systemclasses.ts';
import { registerTimerServices } from './ex/timers.ts';
import type { Executive } from './executive.ts';
import { createDma } from './hal/dma/dma.ts';
import type { HalCore } from './hal/hal.ts';
import type { IoCore } from './io/index.ts';
import { startIoLater } from './io/later.ts';
import type { KeCore } from './ke/ke.ts';
import { registerLpcServices } from './lpc/index.ts';
import { registerMdlServices } from './mm/mdlservices.ts';
import { registerSectionServices } from './mm/sectionservices.ts';
import { registerVirtualServices } from './mm/services.ts';
import { registerHandleServices } from './ob/handleservices.ts';
import { registerApcServices } from './ps/apcservices.ts';
import type { PsCore } from './ps/ps.ts';
import { registerThreadServices } from './ps/threadservices.ts';
import { registerSecurityServices } from './se/services.ts';

export interface Made {
  readonly executive: Executive;
  readonly ke: KeCore;
  readonly ps: PsCore;
  readonly hal: HalCore;
  readonly io: Partial<IoCore>;
  readonly cc: Partial<CcCore>;
  readonly cm: CmCore;
  readonly system: SystemClasses;
}

export function registerLater({ executive, ke, ps, hal, io, cc, cm, system }: Made): void {
  hal.complete(createDma);
  io.complete?.(startIoLater);
  cc.complete?.(startCcLater);
  cm.complete(KeptHives);
  registerHandleServices(executive);
  registerVirtualServices(executive);
  registerSectionServices(executive);
  registerMdlServices(executive);
  registerThreadServices(executive, ps);
  registerApcServices(executive, ps);
  registerSecurityServices(executive, ps);
  registerMutantServices(executive);
  registerSemaphoreServices(executive);
  registerTimerServices(executive);
  registerKeyedEventServices(executive);
  registerLpcServices(executive);
  registerKeyServices(cm.context);
  registerNotifyService(cm.context);
  registerHiveServices(cm.context);
  system.add(systemClasses());
  const missing = ke.dispatcher.missing();
  if (missing.length > 0) ke.log('services without a handler:', missing.join(' '));
}
