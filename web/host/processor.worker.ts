/**
 * A processor in a worker of its own (topology isolated).
 *
 * Processor 0 runs the Executive. Every other one waits as a spare until it is given an image, and
 * is that process's from then on: before the image is loaded, the worker loses all powers but the
 * kernel.
 */
import { createBusClient } from '../../personality/sel4/bus.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import { hostedExecutive } from './executive.ts';
import { HOST_IRQ } from '../../personality/sel4/index.ts';
import { HostQueue } from './host-queue.ts';
import { createImageLoader } from './images.ts';
import { lockdown } from './lockdown.ts';
import type { ProcessorControl, ProcessorInit } from './protocol.ts';
import { describe, type Services, startWorker, tell } from './worker-entry.ts';

startWorker((init: ProcessorInit, services: Services): ProcessorControl => {
  const queue = new HostQueue(() => processor.interrupt(HOST_IRQ));
  const load = createImageLoader(queue);
  const processor = createProcessor({
    module: init.module,
    memory: init.memory,
    ram: init.ram,
    index: init.index,
    bus: createBusClient(init.bus, init.index),
    topology: 'isolated',
    loader: (name) => {
      tell(services.taken(init.index, name));
      lockdown();
      return load(name);
    },
    onRelease: (released) => tell(services.released(released)),
    onUncaught: (error) => tell(services.log(describe(error))),
  });
  return {
    start() {
      if (init.index === 0) processor.runRoot(hostedExecutive(services));
      else processor.serve();
    },
    ask: (request) => queue.ask(request),
    processorLost: (lost, reason) =>
      processor.hostNotify({ kind: 'lost', processor: lost, token: 0, reason }),
  };
});
