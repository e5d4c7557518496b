/**
 * The Executive's kernel part: coroutines, events and timers for the other components, and the
 * service table.
 *
 *   createKe(executive)   the component; loop.ts runs it
 *
 * Time-outs of coroutines and `after` are both waits of coroutines; the clock (hal/clock.ts) is set
 * for the earliest before the loop
 * blocks.
 */
import { Coroutines, Waitable } from '../../rtl/coroutines.ts';
import type { KeNeeds } from './needs.ts';
import type { Ke, Timer } from './types.ts';
import { RateLimit } from '../ex/ratelimit.ts';
import { Dispatcher } from './dispatch.ts';

/** Lines of the log at once, and microseconds for each one more. */
const LOG_BURST = 256;
const LOG_PAUSE = 50_000;

export interface KeCore extends Ke {
  readonly dispatcher: Dispatcher;
  readonly stopped: boolean;
  /** Ends the main loop after the current message. */
  stop(): void;
}

export function createKe(executive: KeNeeds): KeCore {
  const { thread, options, platform } = executive;
  const coroutines = new Coroutines(() => thread.now());
  const lines = new RateLimit(LOG_BURST, LOG_PAUSE);
  let leftOut = 0;
  const dispatcher = new Dispatcher(thread, log);
  let stopped = false;

  /** Clients can cause lines (a program that is not there): they must not flood the page. */
  function log(...text: unknown[]): void {
    if (!lines.allows(coroutines, thread.now())) return void leftOut++;
    if (leftOut > 0) thread.log(`ntos: ${leftOut} lines left out`);
    leftOut = 0;
    thread.log('ntos:', ...text);
  }

  function spawn(what: string, body: () => Promise<void>): void {
    coroutines.spawn(body).catch((error: unknown) => log(`${what}:`, error));
  }

  async function delay(micros: number): Promise<void> {
    await new Waitable(coroutines).wait(Math.max(1, micros));
  }

  function after(micros: number, callback: () => void): Timer {
    const cancelled = new Waitable(coroutines);
    spawn('timer', async () => {
      // Cancelled between its time and here: it is not called.
      if (!(await cancelled.wait(Math.max(1, micros))) && !cancelled.signalled) callback();
    });
    return { cancel: () => void cancelled.set() };
  }

  return {
    coroutines,
    dispatcher,
    get stopped() {
      return stopped;
    },
    stop: () => (stopped = true),
    register: (name, handler, wants) => dispatcher.register(name, handler, wants),
    now: () => thread.now(),
    systemTime: () => platform.date(),
    event: (autoReset, signalled) => new Waitable(coroutines, autoReset, signalled),
    spawn,
    delay,
    after,
    log,
    panic(reason) {
      log('panic:', reason);
      stopped = true;
      options.onPanic?.(reason);
    },
  };
}
