/**
 * Everything in one worker (topology single), recorded from its start.
 */
import { stackOf } from '../../personality/sel4/text.ts';
import { hostedExecutive } from './executive.ts';
import { handingOver } from './handing-over.ts';
import { REST, TIME } from './later-names.ts';
import type { SingleControl, SingleInit } from './protocol.ts';
import { createRecordedSystem } from './record/recorded-system.ts';
import { connectRest } from './rest.ts';
import { timeControl } from './time.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: SingleInit, { services, committed, imageCame }): SingleControl => {
  connectRest(init.images[REST], () => services.image(REST));
  const recorded = createRecordedSystem({
    ...init,
    services,
    laterImage: services.image,
    executive: hostedExecutive(init, services, (image) => recorded.system.processEnded(image)),
    onUncaught: (error) => services.log(stackOf(error)),
  });
  return {
    ...handingOver(recorded.control),
    committed,
    imageCame,
    start: recorded.start,
    ownImage: recorded.ownImage,
    ask: recorded.ask,
    recording: recorded.recording,
    time: timeControl(recorded, () => init.images[TIME] ?? services.image(TIME)),
  };
});
