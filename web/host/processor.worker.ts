/**
 * A processor in a worker of its own (topology isolated): any but the Executive's, which is
 * executive.worker.ts.
 *
 * It waits as a spare until it is given an image, and is that process's from then on.
 */
import { createBusClient } from '../../personality/sel4/bus.ts';
import { heldDoor, heldKernel } from '../../personality/sel4/held.ts';
import { HOST_IRQ, platformDoor } from '../../personality/sel4/index.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import { stackOf } from '../../personality/sel4/text.ts';
import { HostQueue } from './host-queue.ts';
import { createImageLoader } from './images.ts';
import type { ProcessorControl, ProcessorInit } from './protocol.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: ProcessorInit, { services, imageCame }): ProcessorControl => {
  const door = heldDoor(init.hold, platformDoor);
  const queue = new HostQueue(() => processor.interrupt(HOST_IRQ), door);
  const processor = createProcessor({
    module: init.module,
    memory: init.memory,
    ram: init.ram,
    index: init.index,
    bus: createBusClient(init.bus, init.index),
    topology: 'isolated',
    door,
    observe: heldKernel(init.hold),
    loader: createImageLoader(init.images, services.image, queue).load,
    onUncaught: (error) => services.log(stackOf(error)),
  });
  return {
    start: () => processor.serve(),
    ask: (request) => queue.ask(request),
    imageCame,
  };
});
