/**
 * Sessions that chance makes, recorded behind the platform's own clock: no two are alike, even of
 * one seed. All of them must be the same when they are replayed.
 *
 *   recordSession(seed, limits)   boots, does things, and gives what was recorded
 *   replaySession(recording)      boots again, from the log
 *   quietServices(screen)         of a page that hears what is printed, and nothing else
 */
import { platformDoor } from '../../personality/sel4/door.ts';
import { stackOf } from '../../personality/sel4/text.ts';
import type { AgentRequest } from '../../web/host/agent-protocol.ts';
import { imageAddresses } from '../../web/host/code.ts';
import { hostedExecutive } from '../../web/host/executive.ts';
import { kernelModule } from '../../web/host/kernel-module.ts';
import type { LocalParts } from '../../web/host/local-system.ts';
import type { PageServices } from '../../web/host/protocol.ts';
import {
  createRecordedSystem,
  type RecordedSystem,
} from '../../web/host/record/recorded-system.ts';
import type { Limits } from '../../web/host/record/recorder.ts';
import { replay, type ReplayOptions } from '../../web/host/record/replay.ts';
import type { Time } from '../../web/host/record/time.ts';
import { timeOf } from '../../web/host/record/time-part.ts';
import type { Recording, ReplayResult } from '../../web/host/record/types.ts';
import type { TimeRequest } from '../../web/host/record/types.ts';
import { withoutMarks } from './marks.ts';

const TOUR = new URL('../../build/disks/tour.img', import.meta.url);
const BLANK = new URL('../../build/disks/blank.img', import.meta.url);
const imageAt = async (address: URL): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(address)).arrayBuffer());

export const tourDisk = (): Promise<Uint8Array> => imageAt(TOUR);

const RAM_BYTES = 32 << 20;
const LINES = [
  'dir',
  'vol',
  'type README.TXT',
  'echo once more>>NEW.TXT',
  'ps',
  'time',
  'dir B:',
  'sync',
];
const COMMANDS = [
  'dir A:',
  'copy A:\\README.TXT A:\\COPY.TXT',
  'tree',
  'del A:\\COPY.TXT',
  'lsdrv',
];
/** By number: 2 and 3 are system processes, then come drivers. */
const KILLED = 10;
const PROMPT = /[A-Z]:\\[^\r\n]*>$/;

export interface Session {
  readonly recording: Recording;
  readonly screen: string;
  readonly uncaught: string[];
}

/** mulberry32: small, seeded, good enough to choose by. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));
/** Inputs come in tasks of their own, as they do to a worker. */
export const inTask = <T>(act: () => T): Promise<Awaited<T>> =>
  new Promise((resolve, reject) =>
    platformDoor.turn(() => {
      try {
        Promise.resolve(act()).then(resolve, reject);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }),
  );

export function quietServices(screen: (text: string) => void): PageServices {
  const nothing = (): void => undefined;
  return {
    serialOutput: (bytes) => screen(new TextDecoder().decode(bytes)),
    ...{
      sound: nothing,
      keyboard: nothing,
      drives: nothing,
      written: nothing,
      wanted: nothing,
      taken: nothing,
    },
    ...{ released: nothing, fault: nothing, dirty: nothing, halted: nothing, log: nothing },
    panic: (reason) => screen(`panic: ${reason}`),
    commit: () => Promise.resolve('kept'),
    nvram: () => Promise.resolve({ result: 'kept' }),
    image: (name) => Promise.reject(new Error(`there is no image ${name}`)),
  };
}

const common = async (uncaught: string[]) => ({
  module: await kernelModule(),
  images: imageAddresses(),
  onUncaught: (error: unknown) => void uncaught.push(stackOf(error)),
});

export interface LiveSession extends RecordedSystem {
  readonly time: Time;
  screen(): string;
  prompt(): Promise<void>;
  readonly uncaught: string[];
}

export async function bootRecorded(
  seed = 1,
  limits?: Partial<Limits>,
  more: Partial<LocalParts> = {},
): Promise<LiveSession> {
  const below = random(seed ^ 0x5eed);
  const uncaught: string[] = [];
  let screen = '';
  const services: PageServices = {
    ...quietServices((text) => (screen += text)),
    async commit() {
      if (below(2) === 0) await pause(below(40));
      return below(8) === 0 ? 'failed' : 'kept';
    },
  };
  const recorded: RecordedSystem = createRecordedSystem(
    {
      ...(await common(uncaught)),
      ramBytes: RAM_BYTES,
      speed: 'fast',
      services,
      executive: hostedExecutive({ drivers: {} }, services, (image) =>
        recorded.system.processEnded(image),
      ),
      ...more,
    },
    limits,
  );
  return {
    ...recorded,
    time: timeOf(recorded, platformDoor),
    uncaught,
    screen: () => withoutMarks(screen),
    async prompt() {
      const end = performance.now() + 15_000;
      while (!PROMPT.test(withoutMarks(screen))) {
        if (performance.now() > end) throw new Error(`no prompt: ${JSON.stringify(screen)}`);
        await pause(5);
      }
    },
  };
}

/** One thing that somebody does, and perhaps waits for. */
async function act(session: LiveSession, below: (below: number) => number, disks: Uint8Array[]) {
  const { control } = session;
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const ask = (request: AgentRequest): Promise<unknown> => inTask(() => session.ask(request));
  const data = (): Uint8Array =>
    new Uint8Array(below(3) === 0 ? below(30_000) : below(300)).fill(below(256));
  const acts: (() => Promise<unknown>)[] = [
    () => inTask(() => control.type(new TextEncoder().encode(`${one(LINES)}\r`))),
    () => inTask(() => control.type(new TextEncoder().encode(`${one(LINES)}\r`))),
    () => inTask(() => control.type(Uint8Array.of(one([3, 8, 13, 27, 65])))),
    () => ask({ op: 'exec', line: one(COMMANDS) }),
    () => ask({ op: 'exec', line: one(COMMANDS) }),
    () => ask({ op: 'writeFile', path: `A:\\F${below(4)}.BIN`, data: data() }),
    () => ask({ op: 'readFile', path: `A:\\F${below(4)}.BIN` }),
    () => ask({ op: 'counters' }),
    () => inTask(() => control.insert(1, one(disks).slice(), below(4) === 0)),
    () => inTask(() => control.eject(1)),
    () => inTask(() => control.keep(0)),
    () => inTask(() => control.key('KeyA', below(2) === 0)),
    () => ask({ op: 'exec', line: `kill ${2 + below(KILLED)}` }),
  ];
  // Held and let go, in the middle of whatever goes on: a replay sees nothing of it.
  const time = (request: TimeRequest): Promise<unknown> => inTask(() => session.time.ask(request));
  const held = async (): Promise<void> => {
    await time({ do: 'pause' });
    for (let steps = below(20); steps > 0; steps--) {
      const step = time({ do: 'step', until: one(['entry', 'message'] as const) });
      await Promise.race([step, pause(50)]);
    }
    await time({ do: 'resume' });
    if (below(3) === 0) await time({ do: 'slow', times: one([1, 3, 10]) });
  };
  acts.push(held, held, held);
  const doing = one(acts)();
  if (below(3) === 0) void doing.catch(() => undefined);
  else await Promise.race([doing.catch(() => undefined), pause(300)]);
  if (below(2) === 0) await pause(below(30));
}

export async function recordSession(
  seed: number,
  limits?: Partial<Limits>,
  acts = 12,
): Promise<Session> {
  const below = random(seed);
  const disks = await Promise.all([TOUR, BLANK].map(imageAt));
  const session = await bootRecorded(seed, limits);
  await inTask(() => session.start());
  await inTask(() => session.control.insert(0, disks[0]!.slice(), false));
  if (below(4) > 0) await session.prompt();
  for (let left = acts; left > 0; left--) await act(session, below, disks);
  const recording = await inTask(() => session.recording());
  session.system.stop();
  return { recording, screen: session.screen(), uncaught: session.uncaught };
}

export interface Replayed extends ReplayResult {
  readonly screen: string;
}

export async function replaySession(
  recording: Recording,
  options: ReplayOptions = {},
): Promise<Replayed> {
  let screen = '';
  const services = quietServices((text) => (screen += text));
  const parts = {
    ...(await common([])),
    executive: (onEnd: (image: string) => void) =>
      hostedExecutive({ drivers: {} }, services, onEnd),
    serialOutput: services.serialOutput,
  };
  const result = await replay(recording, parts, options);
  return { ...result, screen: withoutMarks(screen) };
}
