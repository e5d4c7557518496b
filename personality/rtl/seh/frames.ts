/**
 * Frames: who is asked about an exception, and in which order.
 *
 * A thread's chain of frames is a list that grows inwards: each frame knows the one around it. It
 * is handed on as an argument (`seh`), never looked up: coroutines of one thread interleave, and
 * each has a chain of its own that begins at its thread's *base*. So the chains of a thread are a
 * tree, and what one coroutine does to its frames no other one sees.
 *
 * An exception is *on its way* when its handler is known: all frames from where it was raised to
 * its target then know what is coming (`expected`), so that each is asked about it once.
 *
 * Source of the rules: the published documentation of structured exception handling.
 */
import type { ExceptionRecord } from './record.ts';

export type Awaitable<T> = T | Promise<T>;

/** A place in a thread's chain of frames: what the functions of this folder take first. */
export interface Seh {
  readonly frame: Frame;
}

/** Answers EXCEPTION_*. `seh` is for what the filter itself raises or guards. */
export type Filter = (exception: Exception, seh: Seh) => Awaitable<number>;

/** Memory of the process, as a window of personality/sel4 has it. */
export interface ProbedMemory {
  getUint8(offset: number): number;
  setUint8(offset: number, value: number): void;
}

/** What the process gives for its exceptions to be handled. */
export interface SehHost {
  window(address: number, length: number, writable: boolean): ProbedMemory;
}

export interface VectoredHandler {
  readonly handler: Filter;
}

/** An exception that is being dispatched: what filters and handlers are given. */
export class Exception {
  record: ExceptionRecord;
  /** The JavaScript value that carries it. */
  readonly thrown: unknown;
  /** Where it is going; known when the search has ended. */
  target: Frame | undefined;
  /** Filters that are looking at it now. */
  asked = 0;

  constructor(record: ExceptionRecord, thrown: unknown) {
    this.record = record;
    this.thrown = thrown;
  }
}

/** A filter that is being asked, as a frame: what it raises is nested in what it judges. */
export interface Asking {
  readonly exception: Exception;
  /** Undefined for a vectored handler. */
  readonly of: Frame | undefined;
}

export class Frame implements Seh {
  readonly outer: Frame | undefined;
  readonly base: Base;
  readonly filter: Filter | undefined;
  readonly asking: Asking | undefined;
  /** Its body runs. A frame that has ended is asked nothing. */
  active = true;
  #expected: Map<unknown, Exception> | undefined;

  constructor(outer: Frame | undefined, base?: Base, filter?: Filter, asking?: Asking) {
    this.outer = outer;
    this.base = base ?? (outer as Frame).base;
    this.filter = filter;
    this.asking = asking;
  }

  get frame(): Frame {
    return this;
  }

  /** The base sees all exceptions of a thread, one after the other, and remembers none. */
  expect(exception: Exception): void {
    if (this.outer) (this.#expected ??= new Map()).set(exception.thrown, exception);
  }

  expected(thrown: unknown): Exception | undefined {
    return this.#expected?.get(thrown);
  }
}

/** What all chains of a thread end in: its process's vectored handlers, and its memory. */
export interface Base {
  readonly host: SehHost;
  readonly vectored: VectoredHandler[];
}

/**
 * A thread's outermost frame. Who makes it deals with what nobody handled. `first`: that of the
 * process's first thread, whose vectored handlers are all threads'.
 */
export function createSeh(host: SehHost, first?: Seh): Seh {
  return new Frame(undefined, { host, vectored: first?.frame.base.vectored ?? [] });
}
