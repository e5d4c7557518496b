/**
 * Holds the time of a system on several processors: the host's side of personality/sel4/held.ts.
 *
 *   timeIn({ hold, memory })   answers time requests (record/types.ts)
 *
 * What a step waits for is looked at from here, in the kernel's memory: entries, messages, and the
 * kernel's other counters. A step gives one permit after the other, and lets the clock go meanwhile
 * so that what is to come can come. There is no log: so no way back, no slow pace, no picture of a
 * copy. `kernel` of the answer are the kernel's objects as they stand.
 */
import {
  COUNTER_ENTRY,
  COUNTER_FAULT,
  COUNTER_IPC,
  COUNTER_IRQ,
  COUNTER_SWITCH,
  NODE_COUNTERS,
  NODE_CURRENT,
  NODE_SIZE,
  NODE_THREADS,
  NODES,
  TCB_CTABLE,
  TCB_NODE_NEXT,
} from '../../kernel-as/layout.ts';
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import { TIMES, WORDS } from '../../personality/sel4/held-words.ts';
import { objectsIn } from '../../personality/sel4/objects.ts';
import type { TimeRequest, TimeState, Until } from './record/types.ts';

const COUNTERS: Readonly<Record<string, number>> = {
  'kernel.entry': COUNTER_ENTRY,
  'kernel.ipc': COUNTER_IPC,
  'kernel.switch': COUNTER_SWITCH,
  'kernel.irq': COUNTER_IRQ,
  'kernel.fault': COUNTER_FAULT,
};

/** Between two looks at whether a permit was used. */
const LOOK_MS = 1;
/** After a permit was used: that the entry is over. */
const OVER_MS = 2;

export interface Held {
  /** personality/sel4/held-words.ts. */
  readonly hold: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const clock = (): number => performance.timeOrigin + performance.now();

export function timeIn({
  hold: buffer,
  memory,
}: Held): (request: TimeRequest) => Promise<TimeState> {
  const words = new Int32Array(buffer);
  const times = new Float64Array(buffer);
  const kernel = new Int32Array(memory.buffer);
  let paused = false;
  /** The step that is under way. */
  let step = {};

  function count(counter: number): number {
    let sum = 0;
    for (let node = 0; node < MAX_PROCESSORS; node++) {
      const at = (NODES + node * NODE_SIZE + NODE_COUNTERS + counter * 8) >>> 2;
      sum += (kernel[at]! >>> 0) + kernel[at + 1]! * 2 ** 32;
    }
    return sum;
  }

  /** Of the first processor's threads the one with the largest CSpace: the root task's. */
  function rootThread(): number {
    let [root, most] = [0, -1];
    const word = (address: number): number => kernel[address >>> 2]!;
    let thread = word(NODES + NODE_THREADS);
    for (; thread !== 0; thread = word(thread + TCB_NODE_NEXT)) {
      const radix = word(thread + TCB_CTABLE + 4) & 31;
      if (radix > most) [root, most] = [thread, radix];
    }
    return root;
  }

  /** Found from the thread that runs there: in a copy of the kernel's memory that is the root's. */
  function objects(): Uint32Array {
    const copy = kernel.slice();
    copy[(NODES + NODE_CURRENT) >>> 2] = rootThread();
    return Uint32Array.from(objectsIn(copy));
  }

  function ring(): void {
    Atomics.add(words, WORDS.bell, 1);
    Atomics.notify(words, WORDS.bell);
  }

  function setStill(still: boolean): void {
    if ((Atomics.load(words, WORDS.still) === 1) === still) return;
    Atomics.add(words, WORDS.turn, 1);
    if (still) times[TIMES.stands] = clock() - times[TIMES.behind]!;
    else times[TIMES.behind] = clock() - times[TIMES.stands]!;
    Atomics.store(words, WORDS.still, Number(still));
    Atomics.add(words, WORDS.turn, 1);
  }

  async function stop(): Promise<void> {
    Atomics.store(words, WORDS.permits, 0);
    Atomics.store(words, WORDS.held, 1);
    setStill(true);
    paused = true;
    // Who was within the kernel has left it by then.
    await settled();
  }

  /** Nobody has entered the kernel any more for a while. */
  async function settled(): Promise<void> {
    let [before, now] = [-1, count(COUNTER_ENTRY)];
    while (before !== now) {
      await pause(OVER_MS);
      [before, now] = [now, count(COUNTER_ENTRY)];
    }
  }

  function letGo(): void {
    step = {};
    paused = false;
    Atomics.store(words, WORDS.held, 0);
    setStill(false);
    ring();
  }

  async function makeStep(what: number): Promise<void> {
    const own = (step = {});
    const before = count(what);
    while (count(what) === before && step === own) {
      if (Atomics.load(words, WORDS.permits) === 0) {
        Atomics.store(words, WORDS.permits, 1);
        setStill(false);
        ring();
      }
      await pause(LOOK_MS);
      if (Atomics.load(words, WORDS.permits) === 0) await settled();
    }
    if (step !== own) return;
    Atomics.store(words, WORDS.permits, 0);
    setStill(true);
    await settled();
  }

  return async ({ do: what, until = 'entry' }) => {
    if (what === 'slow')
      throw new Error('A system can be slowed in topology "single": "isolated" can be held.');
    const counter = what === 'step' ? counterOf(until) : COUNTER_ENTRY;
    if (what === 'resume') letGo();
    if ((what === 'pause' || what === 'step') && !paused) await stop();
    if (what === 'pause') step = {};
    if (what === 'step') await makeStep(counter);
    const state = { paused, entry: count(COUNTER_ENTRY), slow: 1 };
    return paused ? { ...state, kernel: objects() } : state;
  };
}

function counterOf(until: Until): number {
  const name =
    until === 'entry' ? 'kernel.entry' : until === 'message' ? 'kernel.ipc' : counterIn(until);
  const counter = name === undefined ? undefined : COUNTERS[name];
  if (counter !== undefined) return counter;
  throw new Error(
    'In topology "isolated" a step is an entry, a message or a change of a counter of the kernel: ' +
      `${Object.keys(COUNTERS).join(', ')}.`,
  );
}

const counterIn = (until: Until): string | undefined =>
  typeof until === 'object' && 'counter' in until ? until.counter : undefined;
