/**
 * The Executive's main loop without messages (personality/ntos/ke/loop.ts): services are called,
 * interrupts are. What has a time waits for the page's timer.
 */
import type { Awaitable, CPtr } from '../../../../personality/sel4/types.ts';
import type { LoopHooks } from '../../../../personality/ntos/ke/loop.ts';
import { BADGE_CLOCK, BADGE_PLATFORM } from '../../../../personality/ntos/ke/badges.ts';
import type { KeCore } from '../../../../personality/ntos/ke/ke.ts';
import type { LoopNeeds } from '../../../../personality/ntos/ke/needs.ts';
import type { NtThread } from '../../../../personality/ntos/ps/types.ts';
import type { Dispatcher, Result } from './dispatch.ts';
import type { LinkedThread } from './kernel.ts';

export type { LoopHooks } from '../../../../personality/ntos/ke/loop.ts';

const TIMER_MS = 1;
const NEVER = new Promise<never>(() => undefined);
const hasEnded = (thread: NtThread): boolean => thread.state === 'ended';

export async function mainLoop(
  { thread }: LoopNeeds,
  ke: KeCore,
  _endpoint: CPtr,
  hooks: LoopHooks,
): Promise<void> {
  const { system } = thread as LinkedThread;
  const { coroutines } = ke;
  const dispatcher = ke.dispatcher as unknown as Dispatcher;

  async function later(caller: NtThread, answer: Promise<Result>): Promise<Result> {
    caller.process.pendingRequests++;
    const value = await answer;
    caller.process.pendingRequests--;
    return value;
  }

  function ended(caller: NtThread): boolean {
    caller.calling = false;
    if (!hasEnded(caller)) return false;
    hooks.requestEnded(caller);
    return true;
  }

  system.service = (badge, name, input) => {
    const caller = hooks.threadById(badge);
    if (!caller || hasEnded(caller)) return NEVER;
    caller.calling = true;
    const result = coroutines.run((): Awaitable<Result> => {
      const answer = dispatcher.call(caller, name, input);
      return answer instanceof Promise ? later(caller, answer) : answer;
    });
    if (result instanceof Promise) return result.then((value) => (ended(caller) ? NEVER : value));
    return ended(caller) ? NEVER : result;
  };
  system.interrupt = (badge) => {
    if ((badge & BADGE_CLOCK) === BADGE_CLOCK) hooks.clockInterrupt();
    if ((badge & BADGE_PLATFORM) === BADGE_PLATFORM) hooks.platformInterrupt();
  };
  system.ended = (badge) => {
    const thread = hooks.threadById(badge);
    if (thread && !hasEnded(thread)) hooks.threadFault(thread, undefined);
  };
  while (!ke.stopped) {
    await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
    coroutines.expire();
  }
}
