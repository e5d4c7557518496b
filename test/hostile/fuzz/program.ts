/**
 * The fuzzer: a program that calls every method of every object that it can reach, with arguments
 * of all kinds, conversions that call again, and receivers that are not theirs; now and then where
 * the stack is all but used up.
 *
 * It ends after CALLS calls, or where a call blocks it; the checks follow, and it is started anew
 * with another seed. What it counts is in a page that its checker reads:
 *
 *   word 0   calls made so far      word 1   shared things that it could replace
 *   word 2   times that something of it saw shared memory
 */
import type { Image, Thread, Window } from '../../../personality/sel4/types.ts';
import { ALLOWED } from '../../../web/host/realm/allowed.ts';
import { Arguments } from './arguments.ts';
import { captureIntrinsics } from './intrinsics.ts';

export const CALLS = 500;
/** Where its own pages are: of RAM, of kernel memory. */
export const PAGES = 0x2000_0000;
/** The page of counts. */
export const COUNTS = 0x3000_0000;

const { getOwnPropertyNames, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const apply = Reflect.apply;
const shared = globalThis.SharedArrayBuffer as SharedArrayBufferConstructor | undefined;
const isView = ArrayBuffer.isView;

type Method = (...values: unknown[]) => unknown;

function methodsOf(object: object): Method[] {
  const methods: Method[] = [];
  const prototype = getPrototypeOf(object) as object;
  for (const name of getOwnPropertyNames(prototype)) {
    const { value, get } = getOwnPropertyDescriptor(prototype, name)!;
    methods.push((value ?? get) as Method);
  }
  return methods;
}

/** Replaced intrinsics look at what passes through them, and answer wrongly now and then. */
function spy(args: Arguments, saw: () => void): (was: unknown) => unknown {
  return (was) =>
    function (this: unknown, ...values: unknown[]): unknown {
      for (let i = -1; i < values.length; i++) {
        const each = i < 0 ? this : values[i];
        if (shared && (each instanceof shared || (isView(each) && each.buffer instanceof shared)))
          saw();
      }
      return args.below(50) === 0 ? args.number() : apply(was as Method, this, values);
    };
}

async function run(thread: Thread, seed: number, replace: boolean): Promise<void> {
  const counts = thread.window(COUNTS, 4096, true);
  const count = (word: number, by: number): void => {
    try {
      counts.setUint32(word * 4, counts.getUint32(word * 4) + by);
    } catch {
      // Not now: the thread is in a call.
    }
  };
  const windows: Window[] = [
    thread.window(PAGES, 4096, true),
    thread.window(PAGES + 0x800, 8192, true),
    thread.window(PAGES + 0x1000, 4096, false),
    thread.window(0, 0xffff_ffff, true),
  ];
  const objects: unknown[] = [thread, ...windows, undefined, {}, new Proxy(windows[0]!, {})];
  objects.push(Object.create(thread) as unknown);
  const methods = [...methodsOf(thread), ...methodsOf(windows[0]!)];
  let depth = 0;
  const args = new Arguments(seed, () => {
    if (depth < 2 && args.below(3) === 0) call();
  });

  function call(): unknown {
    depth++;
    try {
      const method = methods[args.below(methods.length)]!;
      // Lines for the developer's console: a few are enough.
      if (method === thread.log && args.below(100) !== 0) return undefined;
      const receiver = objects[args.below(args.below(4) ? 5 : objects.length)];
      const values = [args.next(), args.next(), args.next(), args.next()];
      if (values[3] && args.below(3) === 0) values[2] = windows[args.below(windows.length)];
      const result = apply(method, receiver, values);
      if (isView(result) && shared && result.buffer instanceof shared) count(2, 1);
      return result;
    } catch {
      return undefined;
    } finally {
      depth--;
    }
  }

  /** The same where the stack is used up: at every depth on the way back, until some end well. */
  function deepCall(): unknown {
    let left = 3;
    let result: unknown;
    const dive = (): void => {
      try {
        dive();
      } catch {
        // The end.
      }
      if (left <= 0) return;
      result = call();
      if (result !== undefined) left = result instanceof Promise ? 0 : left - 1;
    };
    dive();
    return result;
  }

  const intrinsics = replace ? captureIntrinsics(ALLOWED) : undefined;
  const saw = (): void => count(2, 1);
  try {
    if (intrinsics) count(1, intrinsics.replaceAll(spy(args, saw)));
    for (let i = 0; i < CALLS; i++) {
      count(0, 1);
      const result = args.below(200) === 0 ? deepCall() : call();
      // A call that went elsewhere comes back, or is ended from outside.
      if (result instanceof Promise) await result;
    }
  } finally {
    intrinsics?.restore();
  }
}

export const image: Image = () => ({
  entries: [async (thread, [seed, replace]) => run(thread, seed, replace !== 0)],
});
