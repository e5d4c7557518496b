/**
 * Everything in one worker (topology single).
 */
import { hostedExecutive } from './executive.ts';
import { createLocalSystem } from './local-system.ts';
import { lockdown } from './lockdown.ts';
import type { SingleControl, SingleInit } from './protocol.ts';
import { describe, type Services, startWorker, tell } from './worker-entry.ts';

startWorker((init: SingleInit, services: Services): SingleControl => {
  const system = createLocalSystem({
    ...init,
    services,
    executive: hostedExecutive(services, (image) => system.processEnded(image)),
    onUncaught: (error) => tell(services.log(describe(error))),
  });
  lockdown();
  return {
    ...system.host.control,
    start: () => system.start(),
    ask: (request) => system.queue.ask(request),
  };
});
