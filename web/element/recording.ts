/**
 * An element's session as a file, and such a file played again.
 *
 *   fileOf(recording)             a Blob
 *   recordingIn(file)             rejects in words for what is no recording
 *   visitHere(recording, request) one moment of it, and what is asked of that
 *   replayOptionsOf(value), visitOf(value)   of `replay`, of `visit`
 */
import { replayHere } from '../host/replaying.ts';
import type { Recording, VisitRequest, VisitResult } from '../host/record/types.ts';
import { isBlob, numberOf, optionsOf, signalOf, wrong } from './arguments.ts';
import { visitOf } from './watch-options.ts';

export { replayHere, visitOf };

interface Parts {
  packRecording(recording: Recording): Promise<Blob>;
  unpackRecording(file: Blob): Promise<Recording>;
}

export interface Visit extends VisitResult {
  /** What the terminal has been sent by then. */
  readonly output: Uint8Array;
}

export async function visitHere(recording: Recording, request: VisitRequest): Promise<Visit> {
  const parts: Uint8Array[] = [];
  const onOutput = (bytes: Uint8Array): void => void parts.push(bytes);
  const { signal } = new AbortController();
  const result = await replayHere(recording, { request, signal, onOutput });
  return { ...result, output: new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()) };
}

export interface ReplayOptions {
  /** Stops after the first event with which the kernel has been entered so often. */
  until?: number;
  signal?: AbortSignal;
}

export const replayOptionsOf = (value: unknown): ReplayOptions =>
  optionsOf<ReplayOptions>(value, 'The options', { until: numberOf, signal: signalOf });

export async function fileOf(recording: Recording): Promise<Blob> {
  return (await load()).packRecording(recording);
}

export async function recordingIn(file: unknown): Promise<Recording> {
  if (!isBlob(file)) throw wrong('The recording', 'a Blob', file);
  return (await load()).unpackRecording(file);
}

async function load(): Promise<Parts> {
  try {
    // In one piece: scripts/package.mjs makes of it what every bundler knows.
    return (await import(
      /* @vite-ignore */ new URL('../../build/parts/recording.js', import.meta.url).href
    )) as Parts;
  } catch (cause) {
    const message = 'What reads and writes recordings could not be loaded: is this page offline?';
    throw new Error(message, { cause });
  }
}
