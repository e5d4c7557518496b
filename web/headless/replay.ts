/**
 * A recording, played without a page: what `npm run replay` runs in Node.
 *
 *   playFile(file, options)   reads it, and plays it to its end, or to `until`; rejects in words
 *                             for what is no recording, or one of another build
 *   buildOf(file)             which code the session ran
 */
import { imageAddresses } from '../host/code.ts';
import { hostedExecutive } from '../host/executive.ts';
import { kernelModule } from '../host/kernel-module.ts';
import { factsOf, type RecordingFacts } from '../host/record/facts.ts';
import { unpackRecording } from '../host/record/format.ts';
import { replay } from '../host/record/replay.ts';
import type { ReplayResult } from '../host/record/types.ts';
import { outside, plain } from './outside.ts';

export interface Played extends ReplayResult {
  readonly facts: RecordingFacts;
  readonly screen: string;
  /** What the replay took. */
  readonly milliseconds: number;
}

const read = (file: Uint8Array) => unpackRecording(new Blob([new Uint8Array(file)]));

export const buildOf = async (file: Uint8Array): Promise<string> => (await read(file)).build;

export async function playFile(
  file: Uint8Array,
  { until }: { until?: number } = {},
): Promise<Played> {
  const recording = await read(file);
  let screen = '';
  const services = outside((text) => (screen += text));
  const parts = {
    module: await kernelModule(),
    images: imageAddresses(),
    executive: (onEnd: (image: string) => void) =>
      hostedExecutive({ drivers: {} }, services, onEnd),
    serialOutput: services.serialOutput,
    onUncaught: () => undefined,
  };
  const start = performance.now();
  const result = await replay(recording, parts, until === undefined ? {} : { until });
  const milliseconds = performance.now() - start;
  return { ...result, facts: factsOf(recording), screen: plain(screen), milliseconds };
}
