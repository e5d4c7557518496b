/**
 * What the driver runtime needs of the world below it: services, the doorbell, memory, ports.
 *
 * In a driver process this is the kernel (kernel-transport.ts); tests put a made-up Executive here.
 * `call` and `waitDoorbell` may block the thread, so only the runtime's main loop uses them, when
 * no coroutine can run on. Everything else answers at once.
 */
import type { ServiceInput, ServiceName, ServiceOutput } from '../rtl/services.ts';
import type { Awaitable, Window } from '../sel4/types.ts';

export interface Transport {
  call<N extends ServiceName>(name: N, input: ServiceInput<N>): Awaitable<ServiceOutput<N>>;
  /** Waits until the doorbell has rung: the BELL_* bits. */
  waitDoorbell(): Awaitable<number>;
  window(address: number, length: number, writable: boolean): Window;
  /** `slot` holds the capability, `port` is absolute. */
  portIn(slot: number, port: number, width: 1 | 2 | 4): number;
  portOut(slot: number, port: number, width: 1 | 2 | 4, value: number): void;
  /** Microseconds since boot. */
  now(): number;
  /** Whether the trace is on; and a mark in it (rtl/watch.ts). */
  readonly watching?: boolean;
  mark?(kind: number, a: number, b: number, c: number): void;
  log(...text: unknown[]): void;
}
