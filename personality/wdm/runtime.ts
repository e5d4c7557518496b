/**
 * One driver process's run-time state: its coroutines, services, DPCs, timers, requests in flight.
 *
 * Everything runs on the driver's main thread, as coroutines; interrupt service routines alone run
 * on interrupt threads, while the main thread waits. A system call that may block happens only in
 * `settle` and in the main loop (loop.ts), when no coroutine can run on: a coroutine that needs a
 * service queues it and waits.
 *
 *   spawn(body)             a coroutine; an exception in it ends the driver
 *   later(body)             the same, begun when all that can run now has run
 *   service(name, input)    for coroutines: has the main loop call the Executive
 *   mark(kind, ...)         in the trace, while somebody watches (rtl/watch.ts)
 *   queueDpc(dpc)           from service routines and timers
 *   settle()                runs DPCs, timers, coroutines and services until all of them wait
 *   nextDue                 when the earliest timer or timed wait is due
 */
import { Coroutines, Waitable } from '../rtl/coroutines.ts';
import type { ServiceInput, ServiceName, ServiceOutput } from '../rtl/services.ts';
import { MARK_DPC } from '../rtl/watchcodes.ts';
import { DirtyRanges } from './dirty.ts';
import type { IrpBody } from './irp.ts';
import type { Transport } from './transport.ts';
import type { FileObject, KDpc, KInterrupt, KTimer } from './types.ts';

/** What the cache does depends on what it knows to be dirty. */
const CACHE_SERVICES = /^WdmCc/;
/**
 * An IRP that was passed down goes before its device does, and a DMA channel that was freed is free
 * before another adapter waits for it.
 */
const ORDERED_SERVICES: ReadonlySet<ServiceName> = new Set([
  'WdmDetachDevice',
  'WdmDeleteDevice',
  'IoAllocateAdapterChannel',
  'IoMapTransfer',
]);

export class Runtime {
  readonly transport: Transport;
  /** What the driver is called: `\Driver\<name>` once it is known. */
  name = 'a driver';
  readonly coroutines: Coroutines;
  readonly interrupts: KInterrupt[] = [];
  readonly timers = new Set<KTimer>();
  /** IRPs that this driver holds or waits for, by id. */
  readonly inFlight = new Map<number, IrpBody>();
  /** Open files, by id. */
  readonly files = new Map<number, FileObject>();
  /** Encoded packets that wait for the next exchange. */
  readonly outbox: Uint8Array[] = [];
  /** Told with the next exchange, before what is in the outbox. */
  readonly dirty = new DirtyRanges();
  /** Has one now; set by the main loop. */
  exchange: () => Promise<void> = () => Promise.resolve();
  /** By class, what to call when an interface comes or goes (plugplay.ts). */
  readonly interfaceListeners = new Map<string, (link: string, arrived: boolean) => void>();
  /** What to call when a power IRP that was asked for is done, by request. */
  readonly powerRequests = new Map<number, (status: number) => void>();
  lastPowerRequest = 0;
  /** Id of the last IRP of this driver's own, without OWN_IRP. */
  lastOwnIrp = 0;
  /** System time when the machine booted, once it was asked for. */
  bootTime: number | undefined;
  #calls: { readonly name: ServiceName; run(): Promise<void> }[] = [];
  #dpcs: KDpc[] = [];
  #later: (() => Promise<void>)[] = [];
  #failure: { error: unknown } | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
    this.coroutines = new Coroutines(() => transport.now());
  }

  get now(): number {
    return this.transport.now();
  }

  get nextDue(): number {
    let due = this.coroutines.nextDue;
    for (const timer of this.timers) due = Math.min(due, timer.due);
    return due;
  }

  /** The driver cannot go on: the main loop throws this when it comes round. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  spawn(body: () => Promise<void>): void {
    void this.coroutines.spawn(async () => {
      try {
        await body();
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** For who watches the driver; nothing is made for nobody. */
  mark(kind: number, a = 0, b = 0, c = 0): void {
    const { transport } = this;
    if (transport.watching) transport.mark?.(kind, a, b, c);
  }

  later(body: () => Promise<void>): void {
    this.#later.push(body);
  }

  /** Call only from inside a coroutine. */
  async service<N extends ServiceName>(name: N, input: ServiceInput<N>): Promise<ServiceOutput<N>> {
    const done = new Waitable(this.coroutines);
    let output: ServiceOutput<N> | undefined;
    let failure: unknown;
    const run = async () => {
      try {
        output = await this.transport.call(name, input);
      } catch (error) {
        failure = error;
      }
      done.set();
    };
    this.#calls.push({ name, run });
    await done.wait();
    if (output === undefined) throw failure;
    return output;
  }

  /** False where it is queued already. */
  queueDpc(dpc: KDpc, argument: unknown): boolean {
    if (dpc.queued) return false;
    dpc.queued = true;
    dpc.argument = argument;
    this.#dpcs.push(dpc);
    return true;
  }

  get dpcsQueued(): boolean {
    return this.#dpcs.length > 0;
  }

  async settle(): Promise<void> {
    for (;;) {
      await this.coroutines.drain();
      if (this.#failure) throw this.#failure.error;
      if (this.#runDpcs()) continue;
      this.#expire();
      if (this.coroutines.busy || this.#dpcs.length > 0) continue;
      if (this.#later.length > 0) {
        for (const body of this.#later.splice(0)) this.spawn(body);
        continue;
      }
      const call = this.#calls.shift();
      if (!call) return;
      const { name } = call;
      const due = ORDERED_SERVICES.has(name) && this.outbox.length > 0;
      if (due || (!this.dirty.empty && CACHE_SERVICES.test(name))) await this.exchange();
      await call.run();
    }
  }

  #runDpcs(): boolean {
    const dpcs = this.#dpcs;
    if (dpcs.length === 0) return false;
    this.#dpcs = [];
    for (const dpc of dpcs) {
      dpc.queued = false;
      this.mark(MARK_DPC);
      dpc.routine(dpc.context, dpc.argument);
    }
    return true;
  }

  #expire(): void {
    this.coroutines.expire();
    if (this.timers.size === 0) return;
    const now = this.now;
    for (const timer of [...this.timers].sort((one, other) => one.due - other.due)) {
      if (timer.due > now) continue;
      // Periods that passed while the driver was busy are not made up for.
      if (timer.period > 0) timer.due = Math.max(timer.due + timer.period, now + 1);
      else {
        this.timers.delete(timer);
        timer.due = Infinity;
      }
      timer.waitable.set();
      if (timer.dpc) this.queueDpc(timer.dpc, undefined);
    }
  }
}
