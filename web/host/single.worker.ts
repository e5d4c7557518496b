/**
 * Everything in one worker (topology single): one processor, every process a thread of it, the
 * machine beside it.
 *
 * The same kernel and the same code as isolated. Ports are answered by a function call, and a read
 * lets time pass first, so that a driver that polls sees the device move.
 */
import { createMemories, HOST_IRQ } from '../../personality/sel4/index.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import type { PortBus } from '../../personality/sel4/types.ts';
import { createMachine } from '../machine/index.ts';
import { hostedExecutive } from './executive.ts';
import { HostQueue } from './host-queue.ts';
import { createImageLoader } from './images.ts';
import { lockdown } from './lockdown.ts';
import { machineBus } from './machine-bus.ts';
import { MachineHost } from './machine-host.ts';
import type { SingleControl, SingleInit } from './protocol.ts';
import { Pump } from './pump.ts';
import { type Services, startWorker, tell } from './worker-entry.ts';

const KERNEL_BYTES = 16 << 20;

startWorker((init: SingleInit, services: Services): SingleControl => {
  const memories = createMemories(KERNEL_BYTES, init.ramBytes);
  const ram = new Uint8Array(memories.ram.buffer);
  const machine = createMachine({ ram, timing: init.speed });
  const pump = new Pump(() => host.tick());
  const host = new MachineHost(machine, services, () => pump.poke());
  const queue = new HostQueue(() => processor.interrupt(HOST_IRQ));
  const load = createImageLoader(queue);
  const processor = createProcessor({
    module: init.module,
    ...memories,
    index: 0,
    bus: polledBus(machineBus(machine), host, pump),
    topology: 'single',
    loader: (name) => {
      tell(services.taken(0, name));
      return load(name);
    },
    onUncaught: (error) =>
      tell(services.log(error instanceof Error ? (error.stack ?? '') : String(error))),
  });
  machine.onIrq = (line, level) => {
    if (level) processor.interrupt(line);
  };
  lockdown();
  return {
    ...host.control,
    start: () => processor.runRoot(hostedExecutive(services)),
    ask: (request) => queue.ask(request),
  };
});

function polledBus(bus: PortBus, host: MachineHost, pump: Pump): PortBus {
  return {
    read: (port, width) => {
      host.tick();
      const value = bus.read(port, width);
      pump.poke();
      return value;
    },
    write: (port, width, value) => {
      bus.write(port, width, value);
      pump.poke();
    },
  };
}
