/**
 * The dispatcher of one processor: runs the thread that the kernel says is next.
 *
 * A thread is an async function; parked in a system call it is a promise that nobody has resolved.
 * The kernel answers every entry with the thread that this processor runs now:
 *
 *   the caller itself   its result is returned at once, no promise
 *   another thread      the caller's promise stays pending; the other's is resolved, or it starts
 *   none                idle as the policy says (idle.ts): *block* stays inside the call
 *
 * Invariants: at most one context is `running`, and only its code may use its Thread. Nothing here
 * waits for the event loop on a *block* processor; on the others the loop gets a turn after
 * TURN_MS. A thread that is stopped from another processor goes on until its next system call;
 * the kernel keeps that call and makes it when the thread is resumed.
 */
import {
  EXCEPTION_RETURNED,
  EXCEPTION_UNCAUGHT,
  SysNBSend,
  SysReply,
  SysSend,
  seL4_UserException,
} from '../../kernel-as/abi.ts';
import {
  NODES,
  NODE_CURRENT,
  NODE_SIZE,
  NODE_SLEEPING,
  NODE_WAKE,
  TCB_INFO,
} from '../../kernel-as/layout.ts';
import { createContexts, createImages, directoryOf, epochOf, startOf } from './context.ts';
import type { Context, Images } from './context.ts';
import { RuleError, statusOf } from './errors.ts';
import type { Views } from './heap.ts';
import { createIdler } from './idle.ts';
import type { IdlePolicy } from './idle.ts';
import { PlatformPromise, load, macrotask, microtask, nowMs } from './intrinsics.ts';
import type { Kernel } from './kernel.ts';
import type { Awaitable, Entry, MessageInfo, Thread } from './types.ts';

/** STATUS_INVALID_IMAGE_FORMAT: the thread's VSpace has no image here, or that no such entry. */
const NO_ENTRY = 0xc000007b;
/** How long threads may run on while the event loop waits, and how often that is looked at. */
const TURN_MS = 8;
const LOOK_EVERY = 128;

/**
 * Calls that are never put off for the event loop's sake: their callers, which may hold a whole set
 * of coroutines, rely on an answer at once. Send is among them, since signals are sends.
 */
function answersAtOnce(syscall: number): boolean {
  return syscall === SysSend || syscall === SysNBSend || syscall === SysReply;
}

/** Nothing to run now: the event loop turns, something will kick. */
const PARKED = -1;
const NOT_CURRENT = 'a thread makes calls and uses memory only while it is current';

export interface Dispatcher {
  readonly images: Images;
  setPolicy(policy: IdlePolicy): void;
  /** Throws RuleError unless the context runs and its TCB is still its own. */
  check(context: Context): void;
  enter(context: Context, syscall: number, cptr: number, info: number): Awaitable<MessageInfo>;
  /** Looks for something to run, if nothing does. */
  kick(): void;
  readonly busy: boolean;
}

export interface DispatcherOptions {
  readonly index: number;
  readonly kernel: Kernel;
  readonly heap: Views;
  readonly policy: IdlePolicy;
  /** Makes the Thread of a context. */
  threadFor(context: Context): Thread;
  /** Tells of an exception that ended a thread. */
  onUncaught(error: unknown, tcb: number): void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { index, kernel, heap } = options;
  const words = heap.words;
  const node = NODES + index * NODE_SIZE;
  const currentWord = (node + NODE_CURRENT) >>> 2;
  const wakeWord = (node + NODE_WAKE) >>> 2;
  const contexts = createContexts(words);
  const images = createImages(words);
  const idler = createIdler(words, wakeWord, (node + NODE_SLEEPING) >>> 2, kick);

  let policy = options.policy;
  let running: Context | undefined;
  let deferred = false;
  let turnStart = nowMs();
  let looks = 0;

  // One executor for all parked calls: a closure less for each switch.
  let resolver: (info: MessageInfo) => void;
  const keepResolver = (resolve: (info: MessageInfo) => void): void => {
    resolver = resolve;
  };

  const result = (context: Context): MessageInfo =>
    (words[(context.tcb + TCB_INFO) >>> 2] ?? 0) >>> 0;

  function check(context: Context): void {
    if (running !== context) throw new RuleError(NOT_CURRENT);
    if (epochOf(words, context.tcb) !== context.epoch) throw new RuleError('this thread is gone');
  }

  /** The next thread to run, or PARKED. */
  function idle(): number {
    const seen = load(words, wakeWord);
    return kernel.schedule(index) || idleSince(seen);
  }

  /**
   * The same, where the kernel has just found nothing to run. `seen` is the wake word as it was
   * before that: looking into the queue once more would only be in the way of whoever is about to
   * fill it.
   */
  function idleSince(seen: number): number {
    for (let last = seen; ;) {
      if (policy === 'block') idler.block(last);
      else if (policy === 'local' || (!idler.spin(last) && idler.arm(last))) return PARKED;
      last = load(words, wakeWord);
      const next = kernel.schedule(index);
      if (next !== 0) return next;
    }
  }

  /** Whether the event loop has waited long enough for a turn. */
  function tired(): boolean {
    if (policy === 'block' || ++looks < LOOK_EVERY) return false;
    looks = 0;
    return nowMs() - turnStart > TURN_MS;
  }

  function park(context: Context): Promise<MessageInfo> {
    const promise = new PlatformPromise<MessageInfo>(keepResolver);
    context.resume = resolver;
    running = undefined;
    return promise;
  }

  function enter(context: Context, syscall: number, cptr: number, info: number) {
    if (running !== context) throw new RuleError(NOT_CURRENT);
    // A thread that has been deleted or moved stays parked for good.
    const alive = epochOf(words, context.tcb) === context.epoch;
    const seen = load(words, wakeWord);
    let next = alive ? kernel.enter(index, syscall, cptr, info) : kernel.schedule(index);
    if (next === 0) next = idleSince(seen);
    context.buffer = -1;
    const mine = next === context.tcb && epochOf(words, next) === context.epoch;
    const late = !answersAtOnce(syscall) && tired();
    if (mine && !late) return result(context);
    const promise = park(context);
    if (late && next !== PARKED) defer();
    else carryOn(next);
    return promise;
  }

  /** Runs `next`, or what comes instead of it, until some thread's code is on its way. */
  function carryOn(next: number): void {
    while (next !== PARKED) {
      next = next === 0 ? idle() : run(next);
    }
  }

  /** Lets the event loop turn, then goes on. */
  function defer(): void {
    deferred = true;
    macrotask(() => {
      deferred = false;
      kick();
    });
  }

  /** Resumes or starts a thread: PARKED when its code is on its way, else who is next. */
  function run(tcb: number): number {
    const context = contexts.find(tcb);
    if (context === undefined) return start(tcb);
    running = context;
    if (context.ended) return raise(context.ended[0], context.ended[1]);
    context.buffer = -1;
    const resume = context.resume;
    context.resume = undefined;
    resume?.(result(context));
    return PARKED;
  }

  function start(tcb: number): number {
    const { ip, args } = startOf(words, tcb);
    const entry = images.entry(directoryOf(words, tcb), ip);
    const context = contexts.create(tcb);
    running = context;
    if (!entry) {
      options.onUncaught(new RuleError(`no entry ${ip} in the image of thread ${tcb}`), tcb);
      context.ended = [EXCEPTION_UNCAUGHT, NO_ENTRY];
      return raise(EXCEPTION_UNCAUGHT, NO_ENTRY);
    }
    const thread = options.threadFor(context);
    microtask(() => void live(context, entry, thread, args));
    return PARKED;
  }

  /** A thread's life in this image; never rejects. */
  async function live(
    context: Context,
    entry: Entry,
    thread: Thread,
    args: readonly [number, number, number, number],
  ): Promise<void> {
    let end: readonly [number, number] = [EXCEPTION_RETURNED, 0];
    try {
      await entry(thread, args);
    } catch (error) {
      end = [EXCEPTION_UNCAUGHT, statusOf(error)];
      options.onUncaught(error, context.tcb);
    }
    context.ended = end;
    context.resume = undefined;
    if (running !== context) return;
    running = undefined;
    const alive = load(words, currentWord) === context.tcb;
    carryOn(alive && epochOf(words, context.tcb) === context.epoch ? raise(end[0], end[1]) : 0);
  }

  function raise(number: number, code: number): number {
    running = undefined;
    return kernel.fault(index, seL4_UserException, number, code, 0);
  }

  function kick(): void {
    if (running !== undefined || deferred) return;
    turnStart = nowMs();
    idler.awake();
    carryOn(0);
  }

  return {
    images,
    setPolicy(value) {
      policy = value;
    },
    check,
    enter,
    kick,
    get busy() {
      return running !== undefined || deferred;
    },
  };
}
