/**
 * The page's side of the stress test: starts workers, terminates them when it is told to, and
 * checks the kernel's memory when all has come to rest.
 *
 *   runStress(options)   rejects with what went wrong
 */
import { LOCK_WORD, NODES, NODE_CURRENT } from '../../kernel-as/layout.ts';
import { createMemories } from '../../personality/sel4/index.ts';
import { TestKernel, instantiateOver } from '../kernel/harness.ts';
import { assertInvariants } from '../kernel/invariants.ts';
import type { FromProcessor, StressStart } from './processor.worker.ts';
import type { StressResult } from './root.ts';

export interface StressOptions {
  readonly module: WebAssembly.Module;
  readonly processors: number;
  readonly seed: number;
  readonly milliseconds: number;
}

const MIB = 1 << 20;

export async function runStress(options: StressOptions): Promise<StressResult> {
  const memories = createMemories(16 * MIB, 4 * MIB);
  const workers: (Worker | undefined)[] = [];
  try {
    const result = await new Promise<StressResult>((resolve, reject) => {
      const start = (index: number): Worker => {
        const worker = new Worker(new URL('./processor.worker.ts', import.meta.url), {
          type: 'module',
        });
        workers[index] = worker;
        worker.onerror = (event) => reject(new Error(event.message || `no worker ${index}`));
        worker.onmessage = ({ data }: MessageEvent<FromProcessor>) => {
          if (data.kind === 'done') resolve(data.result);
          else if (data.kind === 'error') reject(new Error(data.text));
          else replace(data);
        };
        worker.postMessage({ ...options, ...memories, index } satisfies StressStart);
        return worker;
      };
      const replace = ({ kind, processor }: { kind: 'kill' | 'release'; processor: number }) => {
        workers[processor]?.terminate();
        if (kind === 'release') start(processor);
        else root.postMessage({ kind: 'lost', processor, token: 0, reason: 'killed' });
      };
      const root = start(0);
      for (let index = 1; index <= options.processors; index++) start(index);
    });
    await checkMemory(memories.memory, options.module);
    return result;
  } finally {
    for (const worker of workers) worker?.terminate();
  }
}

/** The processors sleep; what they left behind must be whole. */
async function checkMemory(memory: WebAssembly.Memory, module: WebAssembly.Module): Promise<void> {
  const words = new Uint32Array(memory.buffer);
  const root = words[(NODES + NODE_CURRENT) >>> 2] ?? 0;
  if (root === 0) throw new Error('the root task is not current');
  const lock = (): number => words[LOCK_WORD >>> 2] ?? 0;
  for (let i = 0; i < 100 && lock() !== 0; i++) await new Promise((done) => setTimeout(done, 5));
  if (lock() !== 0) throw new Error(`the kernel lock is held by ${lock()}`);
  assertInvariants(new TestKernel(memory, await instantiateOver(memory, module), root));
}
