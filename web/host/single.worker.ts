/**
 * Everything in one worker (topology single).
 */
import { stackOf } from '../../personality/sel4/text.ts';
import { hostedExecutive } from './executive.ts';
import { handingOver } from './handing-over.ts';
import { createLocalSystem } from './local-system.ts';
import type { SingleControl, SingleInit } from './protocol.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: SingleInit, { services, committed, imageCame }): SingleControl => {
  const system = createLocalSystem({
    ...init,
    services,
    laterImage: services.image,
    executive: hostedExecutive(init, services, (image) => system.processEnded(image)),
    onUncaught: (error) => services.log(stackOf(error)),
  });
  return {
    ...handingOver(system.host.control),
    committed,
    imageCame,
    start: () => system.start(),
    ask: (request) => system.queue.ask(request),
  };
});
