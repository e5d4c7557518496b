/**
 * What ke gives to the other components: service registration, coroutines, events, timers.
 */
import type { Coroutines, Waitable } from '../../rtl/coroutines.ts';
import type { Fields } from '../../rtl/schema.ts';
import type { ServiceInput, ServiceName, Services } from '../../rtl/services.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { NtThread } from '../ps/types.ts';

/** A service's answer; absent fields go as zeros. */
export type ServiceResult<N extends ServiceName> = { status: number } & Partial<
  Fields<Services[N]['out']>
>;

/**
 * Answers at once with a value, or later with a promise. Throwing NtException(status) answers with
 * that status.
 */
export type ServiceHandler<N extends ServiceName> = (
  caller: NtThread,
  input: ServiceInput<N>,
) => Awaitable<ServiceResult<N>>;

/** Whether a call needs what comes with the rest of the Executive; asked until that is here. */
export type Wants<I> = (caller: NtThread, input: I) => boolean;

export interface Timer {
  cancel(): void;
}

export interface Ke {
  readonly coroutines: Coroutines;
  /** Once for each service, while the Executive initialises. */
  register<N extends ServiceName>(
    name: N,
    handler: ServiceHandler<N>,
    wants?: Wants<ServiceInput<N>>,
  ): void;
  /** Microseconds since boot, monotonic. */
  now(): number;
  /** NT time: 100 ns since 1601, local time. */
  systemTime(): number;
  /** A dispatcher object for coroutines. */
  event(autoReset?: boolean, signalled?: boolean): Waitable;
  /** Starts a coroutine of the Executive's own. What it throws is logged. */
  spawn(what: string, body: () => Promise<void>): void;
  /** For coroutines: resolves after so many microseconds. */
  delay(micros: number): Promise<void>;
  /** Calls back after so many microseconds, unless cancelled. */
  after(micros: number, callback: () => void): Timer;
  log(...text: unknown[]): void;
  /** The Executive itself cannot go on: tells the host, and stops. */
  panic(reason: string): void;
}
