/** A processor of the stress test: 0 with the root task, the others with the image. */
import { createProcessor } from '../../personality/sel4/index.ts';
import type { PlatformEvent, Processor } from '../../personality/sel4/index.ts';
import { stressImage } from './image.ts';
import { stress } from './root.ts';
import type { StressResult } from './root.ts';

export interface StressStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Memory;
  readonly index: number;
  readonly processors: number;
  readonly seed: number;
  readonly milliseconds: number;
}

export type FromProcessor =
  | { readonly kind: 'done'; readonly result: StressResult }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'kill' | 'release'; readonly processor: number };

const tell = (message: FromProcessor): void => postMessage(message);
const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

let processor: Processor | undefined;

function start({ processors, seed, milliseconds, ...parts }: StressStart): void {
  const current = createProcessor({
    ...parts,
    topology: 'isolated',
    bus: { read: () => 0xff, write() {} },
    loader: () => Promise.resolve(stressImage),
    onRelease: (released) => tell({ kind: 'release', processor: released }),
    onUncaught: (error) => tell({ kind: 'error', text: describe(error) }),
  });
  processor = current;
  if (parts.index !== 0) return current.serve();
  current.runRoot(async (thread, bootInfo, platform) => {
    const kill = (victim: number): void => tell({ kind: 'kill', processor: victim });
    try {
      const input = { thread, bootInfo, platform, processors, seed, milliseconds, kill };
      tell({ kind: 'done', result: await stress(input) });
    } catch (error) {
      tell({ kind: 'error', text: describe(error) });
    }
    // It stays the current thread, so that nothing changes any more.
    await new Promise(() => undefined);
  });
}

self.onmessage = ({ data }: MessageEvent<StressStart | PlatformEvent>) => {
  if ('module' in data) start(data);
  else {
    processor?.hostNotify(data);
    // The lost one is out of the kernel's hands now: its number may be another's.
    tell({ kind: 'release', processor: data.processor });
  }
};
