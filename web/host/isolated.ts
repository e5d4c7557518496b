/**
 * Topology isolated: a worker for each processor, over shared memory.
 *
 * Processor 0 runs the Executive, processor 1 the machine; the others are spares that become
 * processes. Those of the boot are started together, each later one when the Executive wants it: a
 * worker that waits costs as much memory as one that works. A released processor's number is used
 * again. The agent is one of the processes: the page's line to it (agent-line.ts) follows it from
 * processor to processor.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
// Not from index.ts: the page would have the whole of the kernel's library with it.
import { createMemories } from '../../personality/sel4/boot.ts';
import { createBusBuffer } from '../../personality/sel4/bus.ts';
import { HOLD_BYTES } from '../../personality/sel4/held-words.ts';
import { AgentLine } from './agent-line.ts';
import { SPARES_AT_BOOT } from './code.ts';
import { REST } from './later-names.ts';
import type { ExecutiveControl, PageServices, ProcessorControl, SharedParts } from './protocol.ts';
import { spawnExecutive, spawnMachine, spawnProcessor, type Spawned } from './spawn.ts';
import type { Layout, LayoutParts } from './topology.ts';

const KERNEL_BYTES = 16 << 20;
const MACHINE = 1;
const FIRST_SPARE = 2;
const AGENT = 'agent.exe';

export async function startIsolated(parts: LayoutParts): Promise<Layout> {
  const memories = createMemories(KERNEL_BYTES, parts.ramBytes);
  const hold = new SharedArrayBuffer(HOLD_BYTES);
  const shared: SharedParts = { module: parts.module, ...memories, bus: createBusBuffer(), hold };
  const { code } = parts;
  const pool = new ProcessorPool(shared, parts);
  const machineInit = { ...shared, index: MACHINE, speed: parts.speed };
  const machine = spawnMachine(code, machineInit, parts.services);
  machine.onError = (reason) => parts.onBroken(`the machine's worker failed: ${reason}`);
  // Their scripts are compiled while the Executive starts.
  pool.fill(SPARES_AT_BOOT);
  await pool.startExecutive();
  await machine.control.start();
  pool.join();
  let time: Layout['time'] | undefined;
  return {
    machine: machine.control,
    agent: pool.agent,
    async time(request) {
      time ??= (await import('./hold.ts')).timeIn({ hold, memory: memories.memory });
      return time(request);
    },
    terminate() {
      pool.terminate();
      machine.terminate();
    },
  };
}

class ProcessorPool {
  readonly agent = new AgentLine();
  readonly #shared: SharedParts;
  readonly #parts: LayoutParts;
  readonly #services: PageServices;
  #executive: Spawned<ExecutiveControl> | undefined;
  /** Of all processors but the Executive's. */
  readonly #workers = new Map<number, Spawned<ProcessorControl>>();
  readonly #spares = new Set<number>();
  /**
   * Numbers to be had, the one that has rested longest first: a worker that was ended may live on
   * for a while.
   */
  readonly #numbers: number[] = [];
  #ended = false;
  /** The kernel runs: spares may join it. */
  #joining = false;

  constructor(shared: SharedParts, parts: LayoutParts) {
    this.#shared = shared;
    this.#parts = parts;
    for (let index = FIRST_SPARE; index < MAX_PROCESSORS; index++) this.#numbers.push(index);
    this.#services = {
      ...parts.services,
      wanted: () => this.fill(1),
      taken: (processor, image) => this.#taken(processor, image),
      released: (processor) => this.#released(processor),
    };
  }

  async startExecutive(): Promise<void> {
    const { code, drivers } = this.#parts;
    const init = { ...this.#shared, drivers, rest: code.images[REST] };
    const worker = spawnExecutive(code, init, this.#services);
    worker.onError = (reason) => this.#parts.onBroken(`the Executive's worker failed: ${reason}`);
    this.#executive = worker;
    await worker.control.start();
  }

  /** Spares join from now on, those that are here first. */
  join(): void {
    this.#joining = true;
    for (const index of this.#spares) void this.#workers.get(index)?.control.start();
  }

  fill(count: number): void {
    while (!this.#ended && this.#spares.size < count) {
      const index = this.#numbers.shift();
      if (index === undefined) return;
      this.#addSpare(index);
    }
  }

  terminate(): void {
    this.#ended = true;
    this.#executive?.terminate();
    for (const worker of this.#workers.values()) worker.terminate();
    this.#workers.clear();
  }

  #addSpare(index: number): void {
    const { code } = this.#parts;
    const init = { ...this.#shared, index, images: code.images };
    const worker = spawnProcessor(code, init, this.#services);
    this.#workers.set(index, worker);
    this.#spares.add(index);
    worker.onError = (reason) => {
      if (this.#workers.get(index) === worker) void this.#lost(index, reason);
    };
    if (this.#joining) void worker.control.start();
  }

  #taken(processor: number, image: string): void {
    this.#spares.delete(processor);
    this.#parts.services.taken(processor, image);
    const control = this.#workers.get(processor)?.control;
    if (image.toLowerCase() === AGENT && control)
      this.agent.found(processor, { ask: (request) => control.ask(request) });
  }

  /** Its number may be another's only once the Executive has taken the lost one out. */
  async #lost(index: number, reason: string): Promise<void> {
    this.#workers.get(index)?.terminate();
    this.#spares.delete(index);
    this.agent.lost(index);
    await this.#executive?.control.processorLost(index, reason);
    this.#released(index);
  }

  #released(processor: number): void {
    const worker = this.#workers.get(processor);
    if (!worker) return;
    worker.terminate();
    this.#workers.delete(processor);
    this.#spares.delete(processor);
    this.#numbers.push(processor);
    this.agent.lost(processor);
    this.#parts.services.released(processor);
  }
}
