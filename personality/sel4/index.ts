/**
 * The kernel's user library: the only code that calls kernel.wasm.
 *
 *   createKernel(options?)   boots the kernel alone, on one processor, with a root task
 *   createProcessor(options) one worker's processor, for the host
 *   seL4_*                   system calls and invocations, by libsel4's names
 *
 * Programs get a Thread (types.ts) and nothing else; the numbers are in kernel-as/abi.ts.
 */
import { createMemories } from './boot.ts';
import type { IdlePolicy } from './idle.ts';
import { createProcessor } from './processor.ts';
import type { Processor } from './processor.ts';
import type { Entry, ImageLoader, PortBus, RootEntry } from './types.ts';

export * from '../../kernel-as/abi.ts';
export { createMemories } from './boot.ts';
export type { Memories } from './boot.ts';
export { busTimeouts, createBusBuffer, createBusClient, createBusServer } from './bus.ts';
export type { BusClient, BusServer } from './bus.ts';
export { RuleError, STATUS_ACCESS_VIOLATION, isVMFault } from './errors.ts';
export type { IdlePolicy } from './idle.ts';
export * from './invocations.ts';
export * from './message.ts';
export { PortError } from './port-error.ts';
export { platformDoor } from './door.ts';
export type { Door } from './door.ts';
export { createProcessor } from './processor.ts';
export type { Processor, ProcessorOptions } from './processor.ts';
export * from './syscalls.ts';
export type * from './types.ts';

export interface KernelOptions {
  /** The kernel's code. Default: kernel.wasm, as built. */
  readonly wasm?: WebAssembly.Module | BufferSource;
  /** Default 16 MiB each. */
  readonly kernelBytes?: number;
  readonly ramBytes?: number;
  /** Answers port accesses. Default: nothing is there, reads give all ones. */
  readonly bus?: PortBus;
  readonly loader?: ImageLoader;
  readonly policy?: IdlePolicy;
  onUncaught?(error: unknown, tcb: number): void;
}

export interface BootedKernel {
  /** Starts the root task, once; settles as its function does. */
  run(root: RootEntry, more?: readonly Entry[]): Promise<void>;
  /** Raises an interrupt line. */
  interrupt(line: number): void;
  counters(): Record<string, number>;
  readonly processor: Processor;
}

const MIB = 1 << 20;

const emptyBus: PortBus = {
  read: (_port, width) => (width === 4 ? 0xffffffff : width === 2 ? 0xffff : 0xff),
  write() {},
};

/** The kernel's code as the build leaves it. */
async function builtKernel(): Promise<BufferSource> {
  const address = new URL('../../build/kernel.wasm', import.meta.url);
  if (address.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return await readFile(address);
  }
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.href}: ${response.status}`);
  return await response.arrayBuffer();
}

/**
 * Boots the kernel on one processor, in a browser or in Node, without the personality.
 * Rejects where the code cannot be found or is not the kernel's.
 */
export async function createKernel(options: KernelOptions = {}): Promise<BootedKernel> {
  const code = options.wasm ?? (await builtKernel());
  const module = code instanceof WebAssembly.Module ? code : await WebAssembly.compile(code);
  const processor = createProcessor({
    module,
    ...createMemories(options.kernelBytes ?? 16 * MIB, options.ramBytes ?? 16 * MIB),
    index: 0,
    bus: options.bus ?? emptyBus,
    topology: 'single',
    loader: options.loader,
    policy: options.policy ?? 'local',
    onUncaught: options.onUncaught,
  });
  return {
    run: (root, more) =>
      new Promise((resolve, reject) => {
        processor.runRoot(async (thread, bootInfo, platform) => {
          try {
            await root(thread, bootInfo, platform);
            resolve();
          } catch (error) {
            reject(error);
          }
        }, more);
      }),
    interrupt: processor.interrupt,
    counters: processor.counters,
    processor,
  };
}
