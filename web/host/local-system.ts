/**
 * The whole system in one JavaScript thread (topology single): one processor, every process a
 * thread of it, the machine beside it.
 *
 * The same kernel and the same code as isolated. Ports are answered by a function call, and a read
 * lets time pass first, so that a driver that polls sees the device move. The worker
 * single.worker.ts is one of these; tests make them in the page.
 */
import { createMemories, type Door, HOST_IRQ, platformDoor } from '../../personality/sel4/index.ts';
import {
  createProcessor,
  type Processor,
  type ProcessorOptions,
} from '../../personality/sel4/processor.ts';
import type { ImageLoader, PortBus, RootEntry } from '../../personality/sel4/types.ts';
import { createMachine } from '../machine/index.ts';
import type { Machine } from '../machine/types.ts';
import { HostQueue } from './host-queue.ts';
import { createImageLoader } from './images.ts';
import { machineBus } from './machine-bus.ts';
import { MachineHost, type MachineServices } from './machine-host.ts';
import { connectMachine } from './machine-lines.ts';
import type { ImageAddresses } from './protocol.ts';
import { Pump } from './pump.ts';
import type { Witness } from './record/types.ts';
import { createWitness } from './record/witness.ts';

const KERNEL_BYTES = 16 << 20;
const AGENT = 'agent.exe';
/** They come while the kernel boots. */
const UNTIL_THE_PROMPT = ['serial.sys', 'smss.exe', AGENT, 'ntcmd.exe'];

export interface LocalParts {
  readonly module: WebAssembly.Module;
  readonly ramBytes: number;
  readonly speed: 'fast' | 'real';
  readonly services: MachineServices;
  readonly executive: RootEntry;
  /** Where the images are. */
  readonly images: ImageAddresses;
  /** Where an image is whose address was not known yet. Default: nowhere. */
  laterImage?(name: string): Promise<string>;
  /** Stands between a name and the loader of \??\BootModules. */
  wrapLoader?(load: ImageLoader): ImageLoader;
  /** Where time comes from. Default: the platform. */
  readonly door?: Door;
  /** Who replays looks at the kernel's entries (sel4/probe.ts), and at what is loaded. */
  readonly observe?: ProcessorOptions['observe'];
  readonly onLoaded?: ProcessorOptions['onLoaded'];
  onUncaught(error: unknown): void;
}

export interface LocalSystem {
  readonly machine: Machine;
  readonly host: MachineHost;
  readonly queue: HostQueue;
  readonly processor: Processor;
  /** The kernel's memory and RAM. */
  readonly memories: Readonly<Record<'memory' | 'ram', WebAssembly.Memory>>;
  /** What is compared where a session is replayed. */
  readonly witness: Witness;
  /** Boots the kernel, and the Executive on it. */
  start(): void;
  /** To be told of ends of processes: what was asked of an agent that ended is answered. */
  processEnded(image: string): void;
  /** Time stands still from now on: no interrupt comes, and no thread runs any more. */
  stop(): void;
}

const noImage = (name: string): Promise<string> =>
  Promise.reject(new Error(`there is no image ${name}`));

export function createLocalSystem(parts: LocalParts): LocalSystem {
  const { door = platformDoor } = parts;
  const memories = createMemories(KERNEL_BYTES, parts.ramBytes);
  const machine = createMachine({ ram: new Uint8Array(memories.ram.buffer), timing: parts.speed });
  const pump = new Pump(() => host.tick(), door);
  const host = new MachineHost(machine, parts.services, () => pump.poke(), door);
  const queue = new HostQueue(() => processor.interrupt(HOST_IRQ), door);
  const source = createImageLoader(parts.images, parts.laterImage ?? noImage, queue, door);
  const processor = createProcessor({
    module: parts.module,
    ...memories,
    index: 0,
    bus: polledBus(machineBus(machine), host, pump),
    topology: 'single',
    door,
    observe: parts.observe,
    onLoaded: parts.onLoaded,
    loader: parts.wrapLoader?.(source.load) ?? source.load,
    onUncaught: (error) => parts.onUncaught(error),
  });
  connectMachine(machine, processor);
  return {
    machine,
    host,
    queue,
    processor,
    memories,
    witness: createWitness([memories.memory, memories.ram], processor.entries),
    start() {
      source.ahead(UNTIL_THE_PROMPT);
      processor.runRoot(parts.executive);
    },
    processEnded(image) {
      if (image === AGENT) queue.agentEnded();
    },
    stop: () => pump.stop(),
  };
}

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
