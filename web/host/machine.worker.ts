/**
 * The machine in a worker of its own (topology isolated): a processor that runs no threads, only
 * devices.
 *
 * It serves the port accesses of all processors in their order, lets time pass, and raises
 * interrupts in the kernel (machine-loop.ts). What the page does to the machine ends its sleep: an
 * event may be due sooner now.
 */
import { createBusServer } from '../../personality/sel4/bus.ts';
import { platformDoor } from '../../personality/sel4/door.ts';
import { heldDoor, heldKernel } from '../../personality/sel4/held.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import { createMachine } from '../machine/index.ts';
import { handingOver } from './handing-over.ts';
import { machineBus } from './machine-bus.ts';
import { MachineHost } from './machine-host.ts';
import { connectMachine } from './machine-lines.ts';
import { runMachine } from './machine-loop.ts';
import { nextTurn } from './next-turn.ts';
import type { MachineInit, MachineWorkerControl } from './protocol.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: MachineInit, { services, committed }): MachineWorkerControl => {
  const door = heldDoor(init.hold, platformDoor);
  const ram = new Uint8Array(init.ram.buffer);
  const machine = createMachine({ ram, timing: init.speed });
  const server = createBusServer(init.bus, machineBus(machine));
  const processor = createProcessor({
    module: init.module,
    memory: init.memory,
    ram: init.ram,
    index: init.index,
    bus: machineBus(machine),
    topology: 'isolated',
    door,
    observe: heldKernel(init.hold),
  });
  const host = new MachineHost(machine, services, () => server.rouse(), door);
  connectMachine(machine, processor);

  return {
    ...handingOver(host.control),
    committed,
    start() {
      processor.attach();
      void runMachine({
        server,
        tick: () => host.tick(),
        nextTurn,
        now: () => performance.now(),
      });
    },
  };
});
