/**
 * The page of the kernel's benchmarks. It only starts workers: `runBenches` is what
 * scripts/bench.mjs calls, once for each session.
 */
import type { MeasureOptions, Samples } from './measure.ts';

async function runBenches(options: MeasureOptions): Promise<Samples> {
  if (!crossOriginIsolated) throw new Error('the page must be cross-origin isolated');
  const module = await WebAssembly.compileStreaming(fetch('/kernel.wasm'));
  const worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<{ samples?: Samples; error?: string }>) => {
        if (data.samples) resolve(data.samples);
        else reject(new Error(data.error));
      };
      worker.postMessage({ module, ...options });
    });
  } finally {
    worker.terminate();
  }
}

Object.assign(globalThis, { runBenches });
