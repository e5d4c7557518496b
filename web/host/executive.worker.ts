/**
 * Processor 0 in a worker of its own (topology isolated): it boots the kernel and runs the
 * Executive.
 *
 * No image is ever loaded here, so that it has no loader; the rest of the Executive is (rest.ts).
 * The other processors' script (processor.worker.ts) is apart from this one: what an isolate has
 * been given it holds, and they are many.
 */
import { createBusClient } from '../../personality/sel4/bus.ts';
import { platformDoor } from '../../personality/sel4/door.ts';
import { heldDoor, heldKernel } from '../../personality/sel4/held.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import { stackOf } from '../../personality/sel4/text.ts';
import { hostedExecutive } from './executive.ts';
import { REST } from './later-names.ts';
import type { ExecutiveControl, ExecutiveWorkerInit } from './protocol.ts';
import { connectRest } from './rest.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: ExecutiveWorkerInit, { services, imageCame }): ExecutiveControl => {
  const door = heldDoor(init.hold, platformDoor);
  connectRest(init.rest, () => services.image(REST));
  const processor = createProcessor({
    module: init.module,
    memory: init.memory,
    ram: init.ram,
    index: 0,
    bus: createBusClient(init.bus, 0),
    topology: 'isolated',
    door,
    observe: heldKernel(init.hold),
    onWanted: services.wanted,
    onTaken: services.taken,
    onRelease: services.released,
    onUncaught: (error) => services.log(stackOf(error)),
  });
  return {
    imageCame,
    start: () => processor.runRoot(hostedExecutive(init, services)),
    processorLost: (lost, reason) =>
      processor.hostNotify({ kind: 'lost', processor: lost, token: 0, reason }),
  };
});
