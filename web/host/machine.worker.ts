/**
 * The machine in a worker of its own (topology isolated): a processor that runs no threads, only
 * devices.
 *
 * It serves the port accesses of all processors in their order, lets time pass, and raises
 * interrupts in the kernel. After an access it looks for the next one for a short while, since a
 * driver seldom makes only one; then it sleeps until the doorbell or the next event.
 */
import { createBusServer } from '../../personality/sel4/bus.ts';
import { createProcessor } from '../../personality/sel4/processor.ts';
import { createMachine } from '../machine/index.ts';
import { machineBus } from './machine-bus.ts';
import { MachineHost } from './machine-host.ts';
import { nextTurn } from './next-turn.ts';
import type { MachineInit, MachineWorkerControl } from './protocol.ts';
import { startWorker } from './worker-entry.ts';

/** How long to look for another access before sleeping. */
const LINGER_MS = 0.05;
/** The event loop gets a turn at least this often. */
const TURN_MS = 5;
const LONGEST_SLEEP_MS = 1000;

startWorker((init: MachineInit, { services, committed }): MachineWorkerControl => {
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
  });
  const host = new MachineHost(machine, services, () => host.tick());
  machine.onIrq = (line, level) => {
    if (level) processor.interrupt(line);
  };

  async function run(): Promise<never> {
    let turn = performance.now();
    let active = turn;
    for (;;) {
      const served = server.serveOnce();
      const next = host.tick();
      const now = performance.now();
      if (served > 0 || next === 0) active = now;
      if (now - turn > TURN_MS) {
        await nextTurn();
        turn = performance.now();
      } else if (now - active > LINGER_MS) {
        const sleep = Math.min((next ?? Infinity) / 1000, LONGEST_SLEEP_MS);
        if (!(await server.waitAsync(sleep))) server.wait(Math.min(sleep, 1));
        turn = performance.now();
        active = turn;
      }
    }
  }

  return {
    ...host.control,
    committed,
    start() {
      processor.attach();
      void run();
    },
  };
});
