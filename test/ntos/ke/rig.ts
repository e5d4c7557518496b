/**
 * Waiting without a kernel: coroutines, a clock that the test turns, threads that are nothing but
 * what waiting keeps with them.
 */
import { Coroutines, Waitable } from '../../../personality/rtl/coroutines.ts';
import type { Ke } from '../../../personality/ntos/ke/types.ts';
import type { Dispatcher } from '../../../personality/ntos/ke/wait/dispatcher.ts';
import type { KThread } from '../../../personality/ntos/ke/wait/thread.ts';
import { KeWaitForMultipleObjects } from '../../../personality/ntos/ke/wait/wait.ts';
import { WaitAll, WaitAny } from '../../../personality/rtl/objects.ts';

export interface FakeThread extends KThread {
  readonly name: string;
}

export function makeThread(name = ''): FakeThread {
  return {
    name,
    rundown: new Set(),
    mutants: new Set(),
    apcs: [],
    apcPlaces: 0,
    apcPending: false,
    alerted: false,
    interrupt: undefined,
    suspendCount: 0,
    wait: undefined,
  };
}

/** What the end of a thread does to what it waits for and owns. */
export function endThread(thread: KThread): void {
  for (const stop of [...thread.rundown].reverse()) stop();
  for (const mutant of [...thread.mutants]) mutant.abandon();
}

export interface Waiting {
  /** Undefined while it waits. */
  status: number | undefined;
}

export interface WaitOptions {
  readonly all?: boolean;
  readonly alertable?: boolean;
  readonly timeout?: number;
}

export function makeRig() {
  let now = 0;
  const coroutines = new Coroutines(() => now);
  const ke: Pick<Ke, 'coroutines' | 'now' | 'after'> = {
    coroutines,
    now: () => now,
    after(micros, callback) {
      const cancelled = new Waitable(coroutines);
      void coroutines.spawn(async () => {
        if (!(await cancelled.wait(Math.max(1, micros)))) callback();
      });
      return { cancel: () => void cancelled.set() };
    },
  };

  return {
    ke,
    coroutines,
    get now() {
      return now;
    },
    /** Begins a wait as a service does; its status comes at once, or after `drain`. */
    wait(
      thread: KThread | undefined,
      objects: readonly Dispatcher[],
      { all = false, alertable = false, timeout = Infinity }: WaitOptions = {},
    ): Waiting {
      const waiting: Waiting = { status: undefined };
      void coroutines.run(() => {
        const type = all ? WaitAll : WaitAny;
        const answer = KeWaitForMultipleObjects(ke, thread, objects, type, alertable, timeout);
        if (typeof answer === 'number') waiting.status = answer;
        else return answer.then((status) => void (waiting.status = status));
        return undefined;
      });
      return waiting;
    },
    /** Time passes, and nobody has run on yet. */
    expire(micros: number): void {
      now += micros;
      coroutines.expire();
    },
    /** Time passes, in steps to each time that something is due; all come to rest. */
    async pass(micros: number): Promise<void> {
      const end = now + micros;
      for (;;) {
        await coroutines.drain();
        if (coroutines.nextDue > end) break;
        now = Math.max(now, coroutines.nextDue);
        coroutines.expire();
      }
      now = end;
    },
    drain: () => coroutines.drain(),
  };
}

export type Rig = ReturnType<typeof makeRig>;
