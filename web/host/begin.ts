/**
 * Begins a system: its code and the kernel are fetched, and its workers run.
 *
 *   begin(what, services, onBroken)   `services`: the page's, for that code; `onBroken`: a worker
 *                                     of the system itself could not run, in words
 */
import { type Code, loadCode, workersOf } from './code.ts';
import { startIsolated } from './isolated.ts';
import { kernelModule } from './kernel-module.ts';
import type { ExecutiveInit, PageServices, Topology } from './protocol.ts';
import { startSingle } from './single.ts';
import type { Layout } from './topology.ts';

const RAM_BYTES = 32 << 20;

export interface BeginOptions {
  readonly topology: Topology;
  readonly speed: 'fast' | 'real';
  /** Programs and drivers beside the system's own, and which of them are drivers. */
  readonly images?: Readonly<Record<string, URL>> | undefined;
  readonly drivers?: ExecutiveInit['drivers'] | undefined;
  /** The page's policy lets blobs run, as far as it knows (code.ts). */
  readonly likely?: boolean;
}

export interface Begun {
  readonly code: Code;
  /** Settled when the workers run. */
  readonly layout: Promise<Layout>;
  /** `onBroken` is not called any more. */
  readonly forget: () => void;
}

/** Resolves when the code is here; rejects in words where it cannot be had. */
export async function begin(
  { topology, speed, images, drivers = {}, likely }: BeginOptions,
  services: (code: Code) => PageServices,
  onBroken: (reason: string) => void,
): Promise<Begun> {
  const coming = loadCode(workersOf(topology), images, likely);
  const [module, code] = await Promise.all([kernelModule(), coming]);
  const forget = code.onLost(onBroken);
  const start = topology === 'isolated' ? startIsolated : startSingle;
  const parts = { module, code, drivers, ramBytes: RAM_BYTES, speed, onBroken };
  return { code, layout: start({ ...parts, services: services(code) }), forget };
}
