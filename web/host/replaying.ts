/**
 * The page's side of a replay: a worker for it alone, which has nothing of the page's but a screen.
 *
 *   replayHere(recording, options)   resolves to what the replay found; rejects in words, also when
 *                                    it is told to stop. The worker ends with it
 */
import { loadCode } from './code.ts';
import { kernelModule } from './kernel-module.ts';
import type { PageServices } from './protocol.ts';
import { ownImagesIn } from './record/own-images.ts';
import type { Recording, VisitRequest, VisitResult } from './record/types.ts';
import { spawnReplay } from './spawn.ts';

export interface ReplayHereOptions {
  request: VisitRequest;
  signal: AbortSignal;
  onOutput(bytes: Uint8Array): void;
}

export async function replayHere(
  recording: Recording,
  { request, signal, onOutput }: ReplayHereOptions,
): Promise<VisitResult> {
  const [module, code] = await Promise.all([kernelModule(), loadCode(['replay'])]);
  signal.throwIfAborted();
  let fail!: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const services: PageServices = {
    ...silent,
    serialOutput: onOutput,
    image: (name) => code.image(name),
    log: (text) => console.info(`Neptune: ${text}`),
  };
  const { images } = code;
  const own = ownImagesIn(recording).map(addressOf);
  const init = { module, images, recording, request, own };
  const worker = spawnReplay(code, init, services);
  worker.onError = (reason) => fail(new Error(`the replay's worker failed: ${reason}`));
  const aborted = (): void => fail(signal.reason as Error);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await Promise.race([worker.control.run(), failed]);
  } finally {
    signal.removeEventListener('abort', aborted);
    worker.terminate();
    own.forEach(URL.revokeObjectURL);
  }
}

/** It runs in the replay's worker, which is as locked as any (docs/isolation.md). */
const addressOf = (code: Uint8Array): string =>
  URL.createObjectURL(new Blob([code as BlobPart], { type: 'text/javascript' }));

/** No commit, no sound, no word of a process that died: all that was told when it happened. */
const silent: PageServices = {
  serialOutput: () => undefined,
  sound: () => undefined,
  keyboard: () => undefined,
  drives: () => undefined,
  commit: () => new Promise(() => undefined),
  nvram: () => new Promise(() => undefined),
  written: () => undefined,
  wanted: () => undefined,
  taken: () => undefined,
  released: () => undefined,
  fault: () => undefined,
  dirty: () => undefined,
  halted: () => undefined,
  image: (name) => Promise.reject(new Error(`there is no image ${name}`)),
  log: () => undefined,
  panic: () => undefined,
};
