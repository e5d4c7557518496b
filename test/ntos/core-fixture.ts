/**
 * The Executive on one processor, with the real kernel and the emulated machine, and images of the
 * test's own. io and cc are stand-ins here: what is under test is what surrounds them.
 *
 *   bootExecutive({ images, ... }, body)   boots, runs `body` until it settles, stops the clock
 */
import type { Executive } from '../../personality/ntos/executive.ts';
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';
import type { ExecutiveOptions } from '../../personality/ntos/options.ts';
import { executiveMain } from '../../personality/ntos/boot.ts';
import { createCc } from '../../personality/ntos/cc/index.ts';
import { createIo } from '../../personality/ntos/io/index.ts';
import { createMemories, createProcessor, PLATFORM_IRQ } from '../../personality/sel4/index.ts';
import type { Image, Processor } from '../../personality/sel4/index.ts';
import { defaults, fakeCc, fakeIo } from './core-fakes.ts';
import type { FakeIo } from './core-fakes.ts';
import type { Machine } from '../../web/machine/types.ts';
import { createMachine } from '../../web/machine/index.ts';

const MIB = 1 << 20;

export interface Booted {
  readonly executive: Executive;
  readonly io: FakeIo;
  readonly machine: Machine;
  readonly processor: Processor;
  readonly faults: { image: string; status: number }[];
  readonly panics: string[];
  readonly log: unknown[];
  /** Runs `body` as a coroutine of the Executive, on its thread. */
  inside<T>(body: () => T | Promise<T>): Promise<T>;
}

/** A driver of the test's own, with the hardware that it is given. */
export function testDriver(hardware: Partial<DriverConfiguration> = {}): DriverConfiguration {
  const none = { ports: [], interrupts: [], dma: [] };
  return { image: 'test.sys', counterName: 'test', ...none, ...hardware };
}

/** Waits for something that comes to pass within ten seconds, on a busy machine too. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export interface Setup {
  /** By image name; `smss.exe` starts at boot. */
  readonly images: Record<string, Image>;
  readonly options?: Partial<ExecutiveOptions>;
  readonly ramBytes?: number;
  /** The kernel, where it is not in build/. */
  readonly module?: WebAssembly.Module;
  /** With the real io and cc. */
  readonly whole?: boolean;
}

let moduleOnce: Promise<WebAssembly.Module> | undefined;

async function fetchKernel(): Promise<WebAssembly.Module> {
  return await WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));
}

/** The machine's time follows the clock on the wall while a test runs. */
function keepTime(machine: Machine): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    machine.advance((now - last) * 1000);
    last = now;
  }, 1);
  return () => clearInterval(timer);
}

export async function bootExecutive(
  setup: Setup,
  body: (booted: Booted) => Promise<void>,
): Promise<void> {
  const module = setup.module ?? (await (moduleOnce ??= fetchKernel()));
  const memories = createMemories(16 * MIB, setup.ramBytes ?? 32 * MIB);
  const machine = createMachine({ ram: new Uint8Array(memories.ram.buffer) });
  const io: FakeIo = { attached: [], died: [], buffers: new Map(), initialised: 0, unload: 0 };
  const faults: { image: string; status: number }[] = [];
  const panics: string[] = [];
  const log: unknown[] = [];
  const processor = createProcessor({
    module,
    ...memories,
    index: 0,
    topology: 'single',
    policy: 'local',
    bus: {
      read: (port, width) =>
        width === 1 ? machine.in8(port) : width === 2 ? machine.in16(port) : machine.in32(port),
      write(port, width, value) {
        if (width === 1) machine.out8(port, value);
        else if (width === 2) machine.out16(port, value);
        else machine.out32(port, value);
      },
    },
    loader: async (name) => {
      const image = setup.images[name];
      if (!image) throw new Error(`no image ${name}`);
      return image;
    },
    onUncaught: (error) => void log.push(error),
  });
  machine.onIrq = (line, level) => {
    if (level) processor.interrupt(line);
  };
  const options: ExecutiveOptions = {
    ...defaults,
    loadTimeout: 2_000_000,
    onProcessFault: (image, status) => void faults.push({ image, status }),
    onPanic: (reason) => void panics.push(reason),
    ...setup.options,
  };
  const stopTime = keepTime(machine);
  const errands: (() => void)[] = [];
  try {
    const executive = await new Promise<Executive>((resolve) => {
      const factories = {
        createIo(made: Executive) {
          resolve(made);
          return setup.whole ? createIo(made) : fakeIo(io);
        },
        createCc: (made: Executive) => (setup.whole ? createCc(made) : fakeCc),
      };
      const main = executiveMain(options, factories);
      processor.runRoot((thread, bootInfo, platform) =>
        main(thread, bootInfo, {
          ...platform,
          events() {
            for (const errand of errands.splice(0)) errand();
            return platform.events();
          },
        }),
      );
    });
    function inside<T>(errand: () => T | Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        errands.push(() =>
          executive.ke.spawn('errand', async () => {
            try {
              resolve(await errand());
            } catch (error) {
              reject(error);
            }
          }),
        );
        processor.interrupt(PLATFORM_IRQ);
      });
    }
    await body({ executive, io, machine, processor, faults, panics, log, inside });
  } finally {
    stopTime();
  }
}
