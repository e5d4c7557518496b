/**
 * What this library uses of the platform, taken when it is loaded: before any driver's or client's
 * code.
 *
 * Code loaded later shares the worker's globals and may replace `Atomics.wait` or
 * `Uint8Array.prototype.set`; a replaced function that this library called with a view of kernel
 * memory would have been handed that memory. So: every method is called through a copy bound here,
 * views are made by the constructors kept here, and never by `subarray` or `slice` (both look up a
 * constructor on the prototype). Element access by index needs no such care.
 *
 * It is also the one file below web/host that names the platform's clocks, timers and turns of the
 * event loop: what is not determined goes on from here through door.ts.
 */
const call = Function.prototype.call;

function uncurry<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (self: This, ...args: Args) => Result {
  return call.bind(method) as (self: This, ...args: Args) => Result;
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

function getter<Result>(name: string | symbol): (self: unknown) => Result {
  const get = Object.getOwnPropertyDescriptor(typedArray, name)?.get;
  if (!get) throw new Error(`no typed array getter ${String(name)}`);
  return uncurry(get as (this: unknown) => Result);
}

export const U8 = Uint8Array;
export const U16 = Uint16Array;
export const I32 = Int32Array;
export const F64 = Float64Array;
export const PlatformPromise = Promise;
export const freeze = Object.freeze;

const Instance = WebAssembly.Instance;
export const instantiate = (
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): WebAssembly.Instance => new Instance(module, imports);

const Module = WebAssembly.Module;
export const compile = (code: BufferSource): WebAssembly.Module => new Module(code);

const Memory = WebAssembly.Memory;
/**
 * Shared memory of so many 64 KiB pages: where SharedArrayBuffer cannot be made, this still can.
 */
export const createMemory = (pages: number): WebAssembly.Memory =>
  new Memory({ initial: pages, maximum: pages, shared: true });

const { getOwnPropertyDescriptors, setPrototypeOf } = Object;

/**
 * Freezes a class whose instances are given away: its prototype, its methods, itself. What stays
 * reachable from an instance cannot be changed, and `constructor` leads nowhere.
 */
export function freezeClass(made: { readonly prototype: object }): void {
  delete (made.prototype as { constructor?: unknown }).constructor;
  const properties = getOwnPropertyDescriptors(made.prototype) as Record<
    string,
    PropertyDescriptor
  >;
  for (const name in properties) {
    const { value, get } = properties[name] as PropertyDescriptor;
    freeze(value ?? get);
  }
  freeze(made.prototype);
  freeze(made);
}

/**
 * A list for `list[i]` and `length` alone. It has no prototype: no setter or getter that somebody
 * put on Array.prototype ever sees what is kept here.
 */
export function emptyList<T>(): T[] {
  return setPrototypeOf([], null) as T[];
}

const List = Array;
/** Such a list with so many elements, all undefined: one piece of memory, which never grows. */
export function emptyTable<T>(length: number): (T | undefined)[] {
  const table = setPrototypeOf(new List<T | undefined>(length), null) as (T | undefined)[];
  for (let i = 0; i < length; i++) table[i] = undefined;
  return table;
}

export const promiseThen = uncurry(
  Promise.prototype.then as (this: Promise<unknown>, done: () => void) => Promise<unknown>,
);

export const bytesSet = uncurry(Uint8Array.prototype.set);
export const bytesFill = uncurry(Uint8Array.prototype.fill);
export const bytesCopyWithin = uncurry(Uint8Array.prototype.copyWithin);
export const bytesLength = getter<number>('length');
export const bytesBuffer = getter<ArrayBufferLike>('buffer');
export const bytesOffset = getter<number>('byteOffset');
const typeTag = getter<string | undefined>(Symbol.toStringTag);

/** Whether a value really is a Uint8Array (or of a class made from it). */
export function isBytes(value: unknown): value is Uint8Array {
  return typeTag(value) === 'Uint8Array';
}

export const { load, store, add, sub, and, or, exchange, compareExchange, notify, wait } = Atomics;

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout?: number,
) => { async: false; value: string } | { async: true; value: Promise<string> };

/** Atomics.waitAsync, where the browser has it. */
export const waitAsync: WaitAsync | undefined = (Atomics as unknown as { waitAsync?: WaitAsync })
  .waitAsync;

const clock = performance;
const clockNow = uncurry(clock.now);
/** Milliseconds since the same moment on all processors. */
export const timeOrigin = clock.timeOrigin;
export const nowMs = (): number => clockNow(clock);

/** A turn of the microtask queue. */
export const microtask: (task: () => void) => void = queueMicrotask.bind(globalThis);

/**
 * A turn of the event loop: one macrotask, not throttled as timers are. Node has a function for it,
 * and needs it: its message ports take up to a thousand messages before any timer gets its turn.
 */
export const macrotask: (task: () => void) => void = (() => {
  const immediate = (globalThis as { setImmediate?: (task: () => void) => void }).setImmediate;
  if (immediate) return (task) => void immediate(task);
  const { port1, port2 } = new MessageChannel();
  const tasks: (() => void)[] = [];
  const post = uncurry(port2.postMessage as (this: MessagePort, message: unknown) => void);
  const shift = uncurry(
    Array.prototype.shift as (this: (() => void)[]) => (() => void) | undefined,
  );
  port1.onmessage = () => shift(tasks)?.();
  return (task) => {
    tasks[tasks.length] = task;
    post(port2, null);
  };
})();

const encoder = new TextEncoder();
const encode = uncurry(encoder.encode);
/** UTF-8. */
export const encodeText = (text: string): Uint8Array => encode(encoder, text);
const decoder = new TextDecoder();
const decode = uncurry(decoder.decode);
/** The reverse; takes a private copy, as the platform's decoder refuses shared memory. */
export const decodeText = (bytes: readonly number[]): string => decode(decoder, new U8(bytes));

const timer = setTimeout;
const clearTimer = clearTimeout;
type Timer = ReturnType<typeof setTimeout>;
export const later = (task: () => void, ms: number): Timer => timer(task, ms);
export const forget = (timer: Timer): void => clearTimer(timer);

const PlatformDate = Date;
const dateTime = uncurry(PlatformDate.prototype.getTime);
const dateOffset = uncurry(PlatformDate.prototype.getTimezoneOffset);
/** Local time in milliseconds since 1970. */
export function localDate(): number {
  const date = new PlatformDate();
  return dateTime(date) - dateOffset(date) * 60_000;
}

/** The console, for what nobody else can be told. */
export const report: (...text: unknown[]) => void = console.error.bind(console);
export const print: (...text: unknown[]) => void = console.log.bind(console);
