/** The page of a long stress run: `stressKernel` is what scripts/stress.mjs calls. */
import type { StressResult } from './root.ts';
import { runStress } from './run.ts';

async function stressKernel(seed: number, milliseconds: number): Promise<StressResult> {
  const module = await WebAssembly.compileStreaming(fetch('/kernel.wasm'));
  return runStress({ module, processors: 4, seed, milliseconds });
}

Object.assign(globalThis, { stressKernel });
