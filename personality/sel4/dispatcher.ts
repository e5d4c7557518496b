/**
 * The dispatcher of one processor: runs the thread that the kernel says is next.
 *
 * A thread is an async function; parked in a system call it is a promise that nobody has resolved.
 * The kernel answers every entry with the thread that this processor runs now:
 *
 *   the caller itself   its result is returned at once, no promise
 *   another thread      the caller's promise stays pending; the other's is resolved, or it starts;
 *                       the Executive answers on the caller's stack where it can (`receive`)
 *   none                idle as the policy says (idle.ts): *block* stays inside the call at first
 *
 * Invariants: at most one context is `running`, and only its code may use its Thread. Nothing here
 * waits for the event loop on a *block* processor; on the others the loop gets a turn after
 * TURN_MS, which is a timeslice, too: the next of the same priority follows. A thread that is
 * stopped from another processor goes on until its next system call; the kernel keeps that call
 * and makes it when the thread is resumed.
 */
import { SysRecv, SysReplyRecv, SysYield } from '../../kernel-as/abi.ts';
import {
  NODES,
  NODE_CURRENT,
  NODE_SEEN,
  NODE_SIZE,
  NODE_SLEEPING,
  NODE_WAKE,
  TCB_INFO,
} from '../../kernel-as/layout.ts';
import { createContexts, createImages, directoryOf, epochOf, startOf } from './context.ts';
import type { Context } from './context.ts';
import type { Dispatcher, DispatcherOptions } from './dispatching.ts';
import { RuleError } from './errors.ts';
import { RETURNED, STUCK, faultOf, noEntry } from './fault.ts';
import type { Fault } from './fault.ts';
import { createIdler } from './idle.ts';
import { PlatformPromise, load, microtask } from './intrinsics.ts';
import { NO_REPLY } from './message.ts';
import { room } from './room.ts';
import { createTurns, waits } from './turns.ts';
import type { Answer, Awaitable, Entry, Hold, MessageInfo, Thread } from './types.ts';

/** What an answer on the caller’s stack may need: 8 times the room of an entry into the kernel. */
const ROOM_TO_ANSWER = 7;
/** A thread that awaits something foreign for so long is ended. */
const STUCK_MS = 2000;

export type { Dispatcher } from './dispatching.ts';

/** Nothing to run now: the event loop turns, something will kick. */
const PARKED = -1;
const ANSWERING = 'an answer makes no call that waits';
const NOT_CURRENT = 'a thread makes calls and uses memory only while it is current';

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { index, kernel, heap, door } = options;
  const words = heap.words;
  const node = NODES + index * NODE_SIZE;
  const currentWord = (node + NODE_CURRENT) >>> 2;
  const seenWord = (node + NODE_SEEN) >>> 2;
  const contexts = createContexts(words);
  const images = createImages(words);
  const sleepingWord = (node + NODE_SLEEPING) >>> 2;
  const idler = createIdler(words, (node + NODE_WAKE) >>> 2, sleepingWord, kick);

  let policy = options.policy;
  let running: Context | undefined;
  let deferred = false;
  let watching = false;
  let holder: Hold | undefined;

  const turns = createTurns(
    () => door.now(),
    () => policy !== 'block',
  );

  // One executor for all parked calls: a closure less for each switch.
  let resolver: (info: MessageInfo) => void;
  const keepResolver = (resolve: (info: MessageInfo) => void): void => {
    resolver = resolve;
  };

  const result = (tcb: number): MessageInfo => (words[(tcb + TCB_INFO) >>> 2] ?? 0) >>> 0;

  function check(context: Context): void {
    if (running !== context) throw new RuleError(NOT_CURRENT);
    if (epochOf(words, context.tcb) !== context.epoch) throw new RuleError('this thread is gone');
  }

  /** The next thread to run, or PARKED. */
  function next(): number {
    return kernel.schedule(index) || idle(undefined);
  }

  /** The same, where the kernel has just found nothing to run in a call of this caller. */
  function idle(caller: Context | undefined): number {
    for (;;) {
      const seen = words[seenWord] ?? 0;
      if (policy === 'local') return PARKED;
      const changed = policy === 'block' ? idler.block(seen) : idler.spin(seen);
      if (!changed && idler.arm(seen)) return PARKED;
      const tcb = handedOver(caller) || kernel.schedule(index);
      if (tcb !== 0) return tcb;
    }
  }

  /**
   * The thread that the kernel has made current while this processor idled. It may have been
   * deleted or moved since; where its continuation is not here, the kernel has to be asked.
   */
  function handedOver(caller: Context | undefined): number {
    const tcb = load(words, currentWord);
    const context = contexts.find(tcb);
    const waits = context !== undefined && (context === caller || context.resume !== undefined);
    return waits ? tcb : 0;
  }

  /** A program that has used up its stack has its call answered on another. */
  function roomToAnswer(): boolean {
    try {
      room(ROOM_TO_ANSWER);
      return true;
    } catch {
      return false;
    }
  }

  function park(context: Context): Promise<MessageInfo> {
    const promise = new PlatformPromise<MessageInfo>(keepResolver);
    context.resume = resolver;
    running = undefined;
    return promise;
  }

  /**
   * The path of every message. A thread that has been deleted or moved stays parked for good: the
   * kernel drops its call, since it is current no more.
   *
   * A caller that has used up its stack is told so before anything is done. Should a step fail all
   * the same (the kernel is given enough, a function compiled anew may want more): until it is
   * known who runs, nobody does, and a step that lets somebody run is the last of its kind.
   */
  function enter(context: Context, syscall: number, cptr: number, info: number) {
    if (running !== context) throw new RuleError(NOT_CURRENT);
    // It runs, and has not been resumed: it is in its answer.
    if (context.answer !== undefined && waits(syscall)) throw new RuleError(ANSWERING);
    room(0);
    running = undefined;
    const tcb = kernel.enter(index, syscall, cptr, info) || idle(context);
    if (turns.due(syscall)) return putOff(context, tcb, syscall);
    const other = contexts.find(tcb);
    if (other === context) {
      const answer = result(tcb);
      running = context;
      return answer;
    }
    if (other?.answer !== undefined && roomToAnswer())
      return answered(context, other, other.answer);
    return change(context, tcb, other);
  }

  /** From a thread that waits to another. */
  function change(context: Context, tcb: number, other: Context | undefined): Promise<MessageInfo> {
    const promise = park(context);
    const resume = other?.resume;
    if (other === undefined || resume === undefined) {
      carryOn(tcb);
    } else {
      resume(result(tcb));
      running = other;
      other.resume = undefined;
      other.answer = undefined;
    }
    return promise;
  }

  /** Platform.receive, for the thread that runs. */
  function receive(cptr: number, reply: number, answer: Answer): Awaitable<number> {
    const context = running;
    if (context === undefined) throw new RuleError(NOT_CURRENT);
    const none = reply === NO_REPLY;
    const received = enter(context, none ? SysRecv : SysReplyRecv, cptr, none ? 0 : reply);
    if (context.resume !== undefined) {
      context.port = cptr;
      context.answer = answer;
    }
    return received;
  }

  /**
   * The server answers on its caller's stack, and receives again, as long as messages come for it.
   * In most cases the caller goes on at once; in the others it is parked as in `enter`.
   */
  function answered(caller: Context, server: Context, answer: Answer): Awaitable<MessageInfo> {
    for (;;) {
      running = server;
      let reply: number;
      try {
        reply = answer(result(server.tcb));
      } catch (error) {
        return failed(caller, server, error);
      }
      if (reply === NO_REPLY) return left(caller, server);
      running = undefined;
      const tcb = kernel.enter(index, SysReplyRecv, server.port, reply) || idle(caller);
      if (turns.due(SysReplyRecv)) return putOff(caller, tcb, SysReplyRecv);
      const other = contexts.find(tcb);
      if (other === caller) {
        running = caller;
        return result(tcb);
      }
      if (other !== server) return change(caller, tcb, other);
    }
  }

  /** It goes on in its own function. */
  function left(caller: Context, server: Context): Promise<MessageInfo> {
    const promise = park(caller);
    server.resume?.(NO_REPLY);
    running = server;
    server.resume = undefined;
    server.answer = undefined;
    return promise;
  }

  /** An answer that throws ends its thread, as an exception in its function does. */
  function failed(caller: Context, server: Context, error: unknown): Promise<MessageInfo> {
    const promise = park(caller);
    server.resume = undefined;
    server.answer = undefined;
    server.ended = faultOf(error);
    tell(error, server.tcb);
    carryOn(raise(server.ended));
    return promise;
  }

  /** The event loop first. Who comes after a Yield has not had its turn yet, and keeps it. */
  function putOff(context: Context, tcb: number, syscall: number): Promise<MessageInfo> {
    const promise = park(context);
    if (turns.held) holdBack(context, tcb);
    else if (tcb !== PARKED) defer(syscall !== SysYield);
    return promise;
  }

  /**
   * Held between two entries: what the kernel has decided stays, and is done when it is let go, as
   * it would have been at once. Whoever holds lets no interrupt in until then.
   */
  function holdBack(context: Context, tcb: number): void {
    deferred = true;
    holder?.held(() => {
      deferred = false;
      if (tcb === PARKED) return;
      const { resume } = context;
      const other = contexts.find(tcb);
      if (other === context || other?.answer === undefined || !resume || !roomToAnswer())
        return carryOn(tcb);
      context.resume = undefined;
      (resume as (outcome: Awaitable<MessageInfo>) => void)(answered(context, other, other.answer));
    });
  }

  /** Runs `first`, or what comes instead of it, until some thread's code is on its way. */
  function carryOn(first: number): void {
    for (let tcb = first; tcb !== PARKED;) tcb = tcb === 0 ? next() : run(tcb);
  }

  /**
   * Lets the event loop turn; then the timeslice is `over`, or goes on. Which call of a round (a
   * client's, its server's) the looks at the clock fall on moves on, so that none escapes them.
   */
  function defer(over: boolean): void {
    deferred = true;
    door.turn(() => {
      deferred = false;
      turns.skip();
      begin(over ? kernel.tick(index) : 0);
    });
  }

  /** Resumes or starts a thread: PARKED when its code is on its way, else who is next. */
  function run(tcb: number): number {
    const context = contexts.find(tcb);
    if (context === undefined) return start(tcb);
    if (context.ended) return raise(context.ended);
    context.resume?.(result(tcb));
    running = context;
    context.resume = undefined;
    context.answer = undefined;
    return PARKED;
  }

  function start(tcb: number): number {
    const { ip, args } = startOf(words, tcb);
    const entry = images.entry(directoryOf(words, tcb), ip);
    const context = contexts.create(tcb);
    if (!entry) {
      tell(new RuleError(`no entry ${ip} in the image of thread ${tcb}`), tcb);
      context.ended = noEntry(ip);
      return raise(context.ended);
    }
    const thread = options.threadFor(context);
    microtask(() => void live(context, entry, thread, args));
    running = context;
    return PARKED;
  }

  /** Whatever telling does, and whatever the exception is: the thread's end goes on. */
  function tell(error: unknown, tcb: number): void {
    try {
      options.onUncaught(error, tcb);
    } catch {
      // Nobody else can be told.
    }
  }

  /** A thread's life in this image; never rejects. */
  async function live(
    context: Context,
    entry: Entry,
    thread: Thread,
    args: readonly [number, number, number, number],
  ): Promise<void> {
    let end = RETURNED;
    try {
      await entry(thread, args);
    } catch (error) {
      end = faultOf(error);
      tell(error, context.tcb);
    }
    context.ended = end;
    context.resume = undefined;
    if (running !== context) {
      // Its last call may have run out of stack, and left nobody to run.
      if (running === undefined) kick();
      return;
    }
    running = undefined;
    const alive = load(words, currentWord) === context.tcb;
    carryOn(alive && epochOf(words, context.tcb) === context.epoch ? raise(end) : 0);
  }

  function raise({ kind, words: [w0, w1, w2] }: Fault): number {
    running = undefined;
    return kernel.fault(index, kind, w0, w1, w2);
  }

  /**
   * Something is to be done, and a thread is said to run. Its code runs to its next call before the
   * event loop turns, unless it awaits what is none of the kernel's: then it may never go on, and
   * nobody else of this processor can. If no call has come by STUCK_MS from now, it is ended.
   */
  function watch(): void {
    if (watching || deferred) return;
    watching = true;
    const suspect = running;
    const before = turns.calls;
    door.later(() => {
      watching = false;
      if (running === undefined || deferred) return;
      if (running !== suspect || turns.calls !== before) return watch();
      tell(new RuleError('a thread awaits what is no system call'), running.tcb);
      running.ended = STUCK;
      const alive = load(words, currentWord) === running.tcb;
      const gone = epochOf(words, running.tcb) !== running.epoch;
      running = undefined;
      carryOn(alive && !gone ? raise(STUCK) : 0);
    }, STUCK_MS);
  }

  function kick(): void {
    if (running !== undefined) watch();
    if (running === undefined && !deferred) begin(0);
  }

  /** The event loop has turned. `first` as in carryOn(). */
  function begin(first: number): void {
    turns.begin();
    idler.awake();
    carryOn(first);
  }

  return {
    images,
    setPolicy(value) {
      policy = value;
    },
    check,
    enter,
    receive,
    kick,
    hold(hold) {
      holder = hold;
      turns.hold(hold && (() => hold.stops()));
    },
    get busy() {
      return running !== undefined || deferred;
    },
  };
}
