/**
 * A system without a page, watched while a line is typed: what `npm run trace` runs in Node.
 *
 *   traceLine(asked)   boots topology *single* in this thread, puts the disk in A:, waits for the
 *                      prompt, types the line, and resolves when the next prompt is there
 *   written(traced, format)
 *                      the trace as a file: FORMATS
 */
import { stackOf } from '../../personality/sel4/text.ts';
import type { WatchName } from '../../personality/rtl/watchanswer.ts';
import { WatchNames } from '../../personality/rtl/watchnames.ts';
import type { TraceBatch, WatchedRecord } from '../host/agent-protocol.ts';
import { imageAddresses } from '../host/code.ts';
import { hostedExecutive } from '../host/executive.ts';
import { kernelModule } from '../host/kernel-module.ts';
import { createLocalSystem, type LocalSystem } from '../host/local-system.ts';
import { eventsOf } from '../view/data/events.ts';
import { followOf } from '../view/data/follow.ts';
import { chromeOf } from '../view/export/chrome.ts';
import { fxtOf } from '../../personality/rtl/fxt.ts';
import { textOf } from '../view/export/text.ts';
import { recordsCsv } from '../view/export/csv.ts';
import { outside, plain } from './outside.ts';

export interface Asked {
  readonly line: string;
  /** The image in drive A:. */
  readonly disk: Uint8Array;
  /** Accesses to the diskette controller's ports, too. */
  readonly ports: boolean;
}

export interface Traced {
  readonly records: readonly WatchedRecord[];
  readonly names: readonly WatchName[];
  readonly lost: number;
  /** What the terminal showed, from the line on. */
  readonly screen: string;
}

const RAM_BYTES = 32 << 20;
const PROMPT_MS = 60_000;
const LINE_MS = 600_000;
const PROMPT = /[A-Z]:\\[^\r\n]*>$/;
/** A terminal's report of its size: so many rows that nothing stops at the end of a screen. */
const SIZE = new TextEncoder().encode('\x1b[48;9999;132;0;0t');
/** Looks at the ring this often, so that it does not run over. */
const LOOK_MS = 4;

const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

async function until(holds: () => boolean, limit: number, what: string): Promise<void> {
  for (const end = Date.now() + limit; !holds();) {
    if (Date.now() > end) throw new Error(`There was no ${what} within ${limit / 1000} s.`);
    await pause(5);
  }
}

export async function traceLine({ line, disk, ports }: Asked): Promise<Traced> {
  let screen = '';
  const services = outside((text) => (screen += text));
  const system: LocalSystem = createLocalSystem({
    module: await kernelModule(),
    ramBytes: RAM_BYTES,
    speed: 'fast',
    services,
    executive: hostedExecutive({ drivers: {} }, services, (image) => system.processEnded(image)),
    images: imageAddresses(),
    onUncaught: (error) => services.panic(stackOf(error)),
  });
  const prompted = (): boolean => PROMPT.test(plain(screen));
  try {
    system.start();
    system.host.control.insert(0, disk, false);
    await until(prompted, PROMPT_MS, 'prompt');
    system.host.control.type(SIZE);
    return { ...(await watched(system, line, ports, () => screen)) };
  } finally {
    system.stop();
  }
}

async function watched(
  system: LocalSystem,
  line: string,
  ports: boolean,
  screen: () => string,
): Promise<Traced> {
  const ask = async (request: { op: 'trace'; action: 'start' | 'ports' | 'stop' | 'read' }) => {
    const answer = await system.queue.ask(request);
    if ('error' in answer) throw new Error(answer.error.message);
    return answer.result as TraceBatch | undefined;
  };
  const records: WatchedRecord[] = [];
  const names: WatchName[] = [];
  let lost = 0;
  let stopped = false;
  const reading = (async () => {
    await ask({ op: 'trace', action: ports ? 'ports' : 'start' });
    while (!stopped) {
      const batch = await ask({ op: 'trace', action: 'read' });
      records.push(...(batch?.records ?? []));
      names.push(...(batch?.names ?? []));
      lost += batch?.lost ?? 0;
      // Reading makes records, too: without a pause it would have no end.
      await pause(LOOK_MS);
    }
  })();
  await until(() => records.length > 0, PROMPT_MS, 'record of the trace');
  const before = screen().length;
  system.host.control.type(new TextEncoder().encode(`${line}\r`));
  // The line itself is echoed first: the old prompt is not the new one.
  const shown = (): string => plain(screen().slice(before));
  await until(() => /\n.*[A-Z]:\\[^\n]*>$/s.test(shown()), LINE_MS, 'prompt behind the line');
  stopped = true;
  await reading;
  return { records, names, lost, screen: shown() };
}

function namesOf({ names }: Traced): WatchNames {
  const all = new WatchNames();
  all.add(names);
  return all;
}

export const FORMATS: Readonly<Record<string, (traced: Traced) => string | Uint8Array>> = {
  text: (traced) => textOf(followOf({ ...traced, names: namesOf(traced) })),
  fxt: ({ records, names }) => fxtOf(records, names),
  chrome: ({ records, names }) => chromeOf(records, names),
  csv: (traced) => recordsCsv(eventsOf({ ...traced, names: namesOf(traced) }).rows),
};
