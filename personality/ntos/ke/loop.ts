/**
 * The Executive's main loop: one endpoint, one thread, one message at a time.
 *
 * Each turn: let the coroutines run until all wait; set the clock for the earliest time-out; answer
 * the last caller, if its answer is there, and receive. A service handler that answers at once is
 * answered by the ReplyRecv that fetches the next message: one kernel entry a call. Where nothing
 * else is to be done in between, and the caller is on the same processor, all of that takes place
 * on its stack (Platform.receive). For a handler that waits, the reply capability is saved, and its
 * coroutine sends the answer when it has it.
 *
 * Rule: between decoding a message and answering it, or saving its reply, nothing is awaited and
 * nothing else is asked of the kernel: message registers and the caller's reply capability belong
 * to the last message received. Whoever needs the registers (the clock's ports) lets the answer go
 * first.
 */
import {
  MessageInfo_get_label,
  MessageInfo_get_length,
  NO_REPLY,
  seL4_Reply,
} from '../../sel4/index.ts';
import type { Awaitable, CPtr, MessageInfo } from '../../sel4/types.ts';
import type { LoopNeeds } from './needs.ts';
import type { Watch } from '../ex/watch.ts';
import type { NtThread } from '../ps/types.ts';
import { BADGE_CLOCK, BADGE_FAULT, BADGE_INTERRUPT, BADGE_PLATFORM } from './badges.ts';
import type { Result } from './dispatch.ts';
import { faultStatus } from './faults.ts';
import type { KeCore } from './ke.ts';
import { Replies } from './replies.ts';

/** What the loop asks of the components around it. */
export interface LoopHooks {
  threadById(id: number): NtThread | undefined;
  /** `status` undefined: the thread's entry function returned. */
  threadFault(thread: NtThread, status: number | undefined): void;
  /** A call of a thread that has ended is over. */
  requestEnded(thread: NtThread): void;
  clockInterrupt(): void;
  platformInterrupt(): void;
  /**
   * Sets the clock so that it interrupts at or before `due` (microseconds); Infinity: not needed.
   * `before` is called where that needs the message registers.
   */
  setClock(due: number, before: () => void): void;
}

function hasEnded(thread: NtThread): boolean {
  return thread.state === 'ended';
}

function serviceIn(watch: Watch, caller: NtThread, number: number): void {
  const { id, process } = caller;
  caller.request = watch.nextRequest();
  watch.name('process', process.id, process.driver?.name ?? process.image);
  watch.name('thread', id, String(process.id));
  watch.mark('service.in', number, id, caller.request);
}

/** What goes on after its answer keeps the number elsewhere (io/request/scope.ts). */
function serviceOut(watch: Watch, caller: NtThread, status: number): void {
  watch.mark('service.out', status, caller.id, caller.request);
  caller.request = 0;
}

export async function mainLoop(
  executive: LoopNeeds,
  ke: KeCore,
  endpoint: CPtr,
  hooks: LoopHooks,
): Promise<void> {
  const { thread, platform, watch } = executive;
  const { coroutines, dispatcher } = ke;
  const replies = new Replies(thread, executive.mm.slots);

  /** The call is over; false: nobody is there to be answered. */
  function callEnded(caller: NtThread): boolean {
    caller.calling = false;
    if (!hasEnded(caller)) return true;
    hooks.requestEnded(caller);
    return false;
  }

  /**
   * Answers through the saved capability when the handler is done, and the caller is not (or no
   * more) suspended; part of its coroutine.
   */
  async function answerLater(caller: NtThread, number: number, result: Awaitable<Result>) {
    const { process } = caller;
    const slot = replies.save();
    if (slot === 0) ke.log(`no slot for the reply to ${process.image}`);
    process.pendingRequests++;
    const value = await result;
    while (caller.suspendCount > 0 && !hasEnded(caller))
      await caller.resumed.wait(Infinity, caller.rundown);
    process.pendingRequests--;
    if (caller.request !== 0) serviceOut(watch, caller, value.status);
    const answered = callEnded(caller);
    if (slot === 0) return;
    if (answered) replies.send(slot, dispatcher.encode(caller, number, value));
    else replies.drop(slot);
  }

  /** The reply's message info, or NO_REPLY where the answer comes later or never. */
  function service(badge: number, info: MessageInfo): number {
    const caller = hooks.threadById(badge);
    if (!caller || hasEnded(caller)) return NO_REPLY;
    caller.calling = true;
    const number = MessageInfo_get_label(info);
    if (watch.on) serviceIn(watch, caller, number);
    const result = coroutines.run((): Awaitable<Result | void> => {
      const answer = dispatcher.call(caller, number, MessageInfo_get_length(info));
      const later = answer instanceof Promise || (caller.suspendCount > 0 && !hasEnded(caller));
      return later ? answerLater(caller, number, answer) : answer;
    });
    if (!result || result instanceof Promise) return NO_REPLY;
    if (caller.request !== 0) serviceOut(watch, caller, result.status);
    if (!callEnded(caller)) return NO_REPLY;
    return dispatcher.encode(caller, number, result);
  }

  function interrupt(badge: number): void {
    if ((badge & BADGE_CLOCK) === BADGE_CLOCK) hooks.clockInterrupt();
    if ((badge & BADGE_PLATFORM) === BADGE_PLATFORM) hooks.platformInterrupt();
  }

  function fault(badge: number, info: MessageInfo): void {
    const faulter = hooks.threadById(badge & ~BADGE_FAULT);
    if (!faulter || hasEnded(faulter)) return;
    hooks.threadFault(
      faulter,
      faultStatus(MessageInfo_get_label(info), (register) => thread.getMR(register)),
    );
  }

  function handle(info: MessageInfo): number {
    const badge = thread.badge;
    if ((badge & BADGE_FAULT) !== 0) fault(badge, info);
    else if ((badge & BADGE_INTERRUPT) !== 0) interrupt(badge);
    else return service(badge, info);
    return NO_REPLY;
  }

  function handleSafely(info: MessageInfo): number {
    try {
      return handle(info);
    } catch (error) {
      ke.log('main loop:', error);
      return NO_REPLY;
    }
  }

  async function settle(): Promise<void> {
    try {
      await coroutines.drain();
    } catch (error) {
      ke.log('main loop:', error);
    }
  }

  let reply = NO_REPLY;

  /** The answer in the message registers goes now: somebody else needs them. */
  function answerNow(): void {
    if (reply !== NO_REPLY) void seL4_Reply(thread, reply);
    reply = NO_REPLY;
  }

  /** What the clock was set for. */
  let due = NaN;

  /**
   * On the caller's stack. Whatever is to be done before the next message is received, but to
   * answer, the loop does.
   */
  function answer(info: MessageInfo): number {
    reply = handleSafely(info);
    return ke.stopped || coroutines.busy || coroutines.nextDue !== due ? NO_REPLY : reply;
  }

  while (!ke.stopped) {
    if (coroutines.busy) {
      // What the coroutines do may take its time, too.
      answerNow();
      await settle();
    }
    due = coroutines.nextDue;
    hooks.setClock(due, answerNow);
    const received = platform.receive(endpoint, reply, answer);
    const info = received instanceof Promise ? await received : received;
    if (info !== NO_REPLY) reply = handleSafely(info);
  }
}
