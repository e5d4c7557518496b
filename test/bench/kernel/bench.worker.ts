/**
 * One session of the kernel's benchmarks: everything once, in a worker, as a processor is.
 *
 * What is compared with each other is measured close together, so that it meets the same machine.
 */
import { createKernel } from '../../../personality/sel4/index.ts';
import { measureBare } from './bare.ts';
import { baselines } from './baselines.ts';
import { directBenches } from './direct.ts';
import { entries, localBenches } from './local.ts';
import { Recorder } from './measure.ts';
import type { MeasureOptions, Samples } from './measure.ts';
import { measureRemote } from './remote.ts';

export interface BenchStart extends MeasureOptions {
  readonly module: WebAssembly.Module;
}

async function session({ module, ...options }: BenchStart): Promise<Samples> {
  const recorder = new Recorder(options);
  const record = recorder.add.bind(recorder);
  const direct = await directBenches(module);
  const kernel = await createKernel({ wasm: module });
  await kernel.run(async (thread, bootInfo, platform) => {
    await record([...baselines(), ...localBenches(thread, bootInfo, platform), ...direct]);
  }, entries);
  await measureBare(record);
  await measureRemote(module, 'block', 'block', record);
  await measureRemote(module, 'yield', 'block', record);
  return recorder.samples;
}

self.onmessage = async ({ data }: MessageEvent<BenchStart>) => {
  try {
    postMessage({ samples: await session(data) });
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.stack : String(error) });
  }
};
