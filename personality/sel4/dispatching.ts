/** What a dispatcher (dispatcher.ts) is to the rest of its processor, and what it needs of it. */
import type { Context, Images } from './context.ts';
import type { Door } from './door.ts';
import type { Views } from './heap.ts';
import type { IdlePolicy } from './idle.ts';
import type { Kernel } from './kernel.ts';
import type { Answer, Awaitable, Hold, MessageInfo, Thread } from './types.ts';

export interface Dispatcher {
  readonly images: Images;
  setPolicy(policy: IdlePolicy): void;
  /** Throws RuleError unless the context runs and its TCB is still its own. */
  check(context: Context): void;
  enter(context: Context, syscall: number, cptr: number, info: number): Awaitable<MessageInfo>;
  /** For the thread that runs: types.ts, Platform. */
  receive(cptr: number, reply: number, answer: Answer): Awaitable<number>;
  /** Looks for something to run, if nothing does. */
  kick(): void;
  /** types.ts, Hold. */
  hold(hold: Hold | undefined): void;
  readonly busy: boolean;
}

export interface DispatcherOptions {
  readonly index: number;
  readonly kernel: Kernel;
  readonly heap: Views;
  readonly policy: IdlePolicy;
  readonly door: Door;
  /** Makes the Thread of a context. */
  threadFor(context: Context): Thread;
  /** Tells of an exception that ended a thread. */
  onUncaught(error: unknown, tcb: number): void;
}
