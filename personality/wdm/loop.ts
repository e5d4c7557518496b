/**
 * The life of a driver process: DriverEntry, then the exchange of IRPs with the Executive.
 *
 * The thread blocks in one of two places. A driver without hardware that holds no IRP waits inside
 * WdmRequestIoPackets: one round trip brings an IRP and takes its completion. A driver that has
 * IRPs in flight, interrupts connected or a timer running waits for its doorbell, which the
 * Executive (new IRPs, the timer) and its own interrupt threads ring.
 *
 *   runDriver(runtime, entry)   returns when DriverEntry failed; throws what a routine threw
 */
import { BELL_PACKETS, BELL_TIMER } from '../rtl/layout.ts';
import { CURRENT_PROCESS } from '../rtl/services.ts';
import { createSeh } from '../rtl/seh/index.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException, hexOf } from '../rtl/status.ts';
import { PacketExchange } from './exchange.ts';
import type { Runtime } from './runtime.ts';
import type { DriverEntry, DriverObject, NTSTATUS } from './types.ts';

const SERVICES_KEY = '\\Registry\\Machine\\System\\CurrentControlSet\\Services\\';

export async function runDriver(runtime: Runtime, entry: DriverEntry): Promise<void> {
  const loop = new DriverLoop(runtime);
  const status = await loop.initialize(entry);
  await loop.report(status);
  if (status >>> 31 === 0) await loop.serve();
}

class DriverLoop {
  readonly #runtime: Runtime;
  readonly #exchange: PacketExchange;
  /** When the Executive's timer for this driver rings. */
  #armed = Infinity;
  #packetsWaiting = false;
  /** STATUS_PENDING until DriverEntry has ended. */
  #status: NTSTATUS = Status.STATUS_PENDING;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#exchange = new PacketExchange(runtime);
    runtime.exchange = async () => {
      if (await this.#exchange.run(false, this.#status)) this.#packetsWaiting = true;
    };
  }

  async initialize(entry: DriverEntry): Promise<NTSTATUS> {
    const runtime = this.#runtime;
    let status: NTSTATUS | undefined;
    runtime.spawn(async () => {
      const driver = await describe(runtime);
      this.#exchange.driver = driver;
      status = await statusOf(async () => entry(driver, SERVICES_KEY + driver.name.slice(8)));
    });
    for (;;) {
      await runtime.settle();
      if (status !== undefined) return status;
      await this.#waitDoorbell();
    }
  }

  /** The first exchange tells that the driver is ready, or that it failed. */
  async report(status: NTSTATUS): Promise<void> {
    this.#status = status;
    this.#packetsWaiting = await this.#exchange.run(false, status);
  }

  async serve(): Promise<never> {
    const runtime = this.#runtime;
    for (;;) {
      await runtime.settle();
      const idle = runtime.inFlight.size === 0 && this.#onlyPacketsCanWake();
      if (idle || this.#hasNews() || this.#packetsWaiting)
        this.#packetsWaiting = await this.#exchange.run(idle, Status.STATUS_SUCCESS);
      else await this.#waitDoorbell();
    }
  }

  #hasNews(): boolean {
    return this.#runtime.outbox.length > 0 || !this.#runtime.dirty.empty;
  }

  #onlyPacketsCanWake(): boolean {
    return this.#runtime.interrupts.length === 0 && this.#runtime.nextDue === Infinity;
  }

  async #waitDoorbell(): Promise<void> {
    const { transport, nextDue } = this.#runtime;
    if (nextDue < this.#armed) {
      this.#armed = Math.ceil(nextDue);
      await transport.call('WdmSetTimer', { due: this.#armed });
    }
    const bells = await transport.waitDoorbell();
    if (bells & BELL_TIMER) this.#armed = Infinity;
    if (bells & BELL_PACKETS) this.#packetsWaiting = true;
  }
}

async function describe(runtime: Runtime): Promise<DriverObject> {
  const { image } = await runtime.service('NtQueryInformationProcess', { handle: CURRENT_PROCESS });
  const name = `\\Driver\\${image.replace(/\.\w+$/, '')}`;
  runtime.name = name;
  const seh = createSeh(runtime.transport);
  return { name, majorFunction: {}, devices: new Map(), seh, runtime };
}

/** An NtException out of DriverEntry is its status; any other exception is a bug. */
async function statusOf(entry: () => Promise<NTSTATUS>): Promise<NTSTATUS> {
  try {
    const status = await entry();
    if (!Number.isInteger(status)) throw new Error(`DriverEntry returned ${hexOf(status)}`);
    return status >>> 0;
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
}
