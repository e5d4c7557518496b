/**
 * The page of the tests of hostile programs: boots a system with them, and loads one after the
 * other. harness.mjs bundles it, and drives it from outside.
 */
import { System, SystemError, type SystemOptions } from '../../web/host/system.ts';
import type { Topology } from '../../web/host/protocol.ts';

const NOTHING = { ports: [], interrupts: [], dma: [] } as const;

export interface HostileSystem {
  exec(line: string): Promise<{ status: number; output: string }>;
  /** A file's text; undefined where it cannot be read. */
  text(path: string): Promise<string | undefined>;
  said: { faults: string[]; panics: string[]; commits: number; logs: string[] };
  end(): void;
}

/** `disk`: the image for drive A:, as base64. */
async function bootHostile(
  topology: Topology,
  names: readonly string[],
  disk: string,
): Promise<HostileSystem> {
  const said: HostileSystem['said'] = { faults: [], panics: [], commits: 0, logs: [] };
  const images = names.map((name) => [
    `${name}.sys`,
    new URL(`./hostile/${name}.js`, import.meta.url),
  ]);
  const drivers = names.map((name) => [
    name,
    { image: `${name}.sys`, counterName: name, ...NOTHING },
  ]);
  const system = await System.boot({
    topology,
    images: Object.fromEntries(images) as Record<string, URL>,
    drivers: Object.fromEntries(drivers) as SystemOptions['drivers'],
    onFault: (image) => void said.faults.push(image),
    onPanic: (reason) => void said.panics.push(reason),
    onLog: (text) => void said.logs.push(text),
    commit: async () => {
      said.commits++;
      return 'kept';
    },
  });
  await system.insert(
    0,
    Uint8Array.from(atob(disk), (byte) => byte.charCodeAt(0)),
  );
  return {
    said,
    exec: (line) => system.ask({ op: 'exec', line }),
    async text(path) {
      try {
        return new TextDecoder().decode(await system.ask({ op: 'readFile', path }));
      } catch (error) {
        if (error instanceof SystemError) return undefined;
        throw error;
      }
    },
    end: () => system.terminate(),
  };
}

declare global {
  var bootHostile: (
    topology: Topology,
    names: readonly string[],
    disk: string,
  ) => Promise<HostileSystem>;
}
globalThis.bootHostile = bootHostile;
