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
import { imageAddresses } from '../../web/host/code.ts';
import { hostedExecutive } from '../../web/host/executive.ts';
import { kernelModule } from '../../web/host/kernel-module.ts';
import type { LocalParts, LocalSystem } from '../../web/host/local-system.ts';
import type { PageServices } from '../../web/host/protocol.ts';
import {
  createRecordedSystem,
  type RecordedSystem,
} from '../../web/host/record/recorded-system.ts';
import { ownImagesIn } from '../../web/host/record/own-images.ts';
import type { Limits } from '../../web/host/record/recorder.ts';
import { replay, type ReplayOptions, type ReplayParts } from '../../web/host/record/replay.ts';
import { timeOf } from '../../web/host/record/time-part.ts';
import type {
  Recording,
  ReplayResult,
  VisitRequest,
  VisitResult,
} from '../../web/host/record/types.ts';
import { visit } from '../../web/host/record/visit.ts';
import { inTask, pause } from './in-task.ts';
import { keepIfFailed } from './kept.ts';
import { withoutMarks } from './marks.ts';
import { act, type Acted, BREAKS } from './recorded-acts.ts';

const TOUR = new URL('../../build/disks/tour.img', import.meta.url);
const BLANK = new URL('../../build/disks/blank.img', import.meta.url);
const imageAt = async (address: URL): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(address)).arrayBuffer());

export const tourDisk = (): Promise<Uint8Array> => imageAt(TOUR);

const RAM_BYTES = 32 << 20;
const PROMPT_MS = 15_000;
/** A machine that fails may come to none. */
const BROKEN_MS = 1000;
const PROMPT = /[A-Z]:\\[^\r\n]*>$/;

export interface Session {
  readonly recording: Recording;
  /** The machine's faults come by chance, by this seed; a replay is of a machine that has them. */
  readonly breaks: number | undefined;
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

export interface LiveSession extends Acted {
  screen(): string;
  prompt(patience?: number): Promise<void>;
  /** Until the screen has said it. */
  shown(text: string, patience?: number): Promise<void>;
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
  async function until(
    what: string,
    is: (screen: string) => boolean,
    patience = PROMPT_MS,
  ): Promise<void> {
    const end = performance.now() + patience;
    while (!is(withoutMarks(screen))) {
      if (performance.now() > end) throw new Error(`no ${what}: ${JSON.stringify(screen)}`);
      await pause(5);
    }
  }
  const session: LiveSession = {
    ...recorded,
    time: timeOf(recorded, platformDoor),
    uncaught,
    screen: () => withoutMarks(screen),
    prompt: (patience) => until('prompt', (text) => PROMPT.test(text), patience),
    shown: (text, patience) => until(text, (screen) => screen.includes(text), patience),
  };
  keepIfFailed(session);
  return session;
}

function breakDown({ machine }: LocalSystem, breaks: number | undefined): void {
  if (breaks !== undefined) machine.fault.chance(breaks, BREAKS);
}

export async function recordSession(
  seed: number,
  limits?: Partial<Limits>,
  acts = 12,
  mayBreak = true,
): Promise<Session> {
  const below = random(seed);
  const disks = await Promise.all([TOUR, BLANK].map(imageAt));
  const session = await bootRecorded(seed, limits);
  const breaks = below(4) === 0 && mayBreak ? seed : undefined;
  breakDown(session.system, breaks);
  await inTask(() => session.start());
  await inTask(() => session.control.insert(0, disks[0]!.slice(), false));
  if (below(4) > 0) await session.prompt(breaks && BROKEN_MS).catch(() => undefined);
  for (let left = acts; left > 0; left--) await act(session, below, disks);
  const recording = await inTask(() => session.recording());
  session.system.stop();
  return { recording, breaks, screen: session.screen(), uncaught: session.uncaught };
}

async function replayParts(
  recording: Recording,
  screen: (text: string) => void,
): Promise<ReplayParts> {
  const services = quietServices(screen);
  return {
    ...(await common([])),
    executive: (onEnd: (image: string) => void) =>
      hostedExecutive({ drivers: {} }, services, onEnd),
    serialOutput: services.serialOutput,
    own: ownImagesIn(recording).map((code) =>
      URL.createObjectURL(new Blob([code as BlobPart], { type: 'text/javascript' })),
    ),
  };
}

/** Of a session on a machine without faults: a visit has no place for them. */
export const visitSession = async (
  recording: Recording,
  request: VisitRequest,
): Promise<VisitResult> => visit(recording, await replayParts(recording, () => undefined), request);

export interface Replayed extends ReplayResult {
  readonly screen: string;
}

export async function replaySession(
  recording: Recording,
  options: ReplayOptions = {},
  breaks?: number,
  more: Partial<ReplayParts> = {},
): Promise<Replayed> {
  let screen = '';
  const parts = { ...(await replayParts(recording, (text) => (screen += text))), ...more };
  const result = await replay(recording, parts, {
    ...options,
    onSystem(past) {
      breakDown(past.system, breaks);
      options.onSystem?.(past);
    },
  });
  return { ...result, screen: withoutMarks(screen) };
}
