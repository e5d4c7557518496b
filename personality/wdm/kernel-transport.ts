/**
 * The transport of a driver process: service calls and the doorbell are system calls, ports are
 * capability invocations.
 *
 * Invocations go through the thread that runs: the main one, except inside `onThread`, where an
 * interrupt thread runs its service routine. Marshalling is rtl/marshal.ts.
 */
import { SERVICE_BUFFER_BASE, SERVICE_BUFFER_SIZE } from '../rtl/layout.ts';
import { SLOT_DOORBELL, SLOT_SERVICE } from '../rtl/layout.ts';
import { getFields, putFields } from '../rtl/marshal.ts';
import {
  type ServiceInput,
  type ServiceName,
  type ServiceOutput,
  services,
} from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import {
  seL4_X86_IOPort_In16,
  seL4_X86_IOPort_In32,
  seL4_X86_IOPort_In8,
  seL4_X86_IOPort_Out16,
  seL4_X86_IOPort_Out32,
  seL4_X86_IOPort_Out8,
} from '../sel4/invocations.ts';
import { MessageInfo_get_label, MessageInfo_get_length, MessageInfo_new } from '../sel4/message.ts';
import { seL4_Call, seL4_Wait } from '../sel4/syscalls.ts';
import type { Awaitable, Thread, Window } from '../sel4/types.ts';
import type { Transport } from './transport.ts';

/** The reply's register 0 is the status, the out fields follow. */
const FIRST_OUT = 1;

const portReaders = {
  1: seL4_X86_IOPort_In8,
  2: seL4_X86_IOPort_In16,
  4: seL4_X86_IOPort_In32,
} as const;
const portWriters = {
  1: seL4_X86_IOPort_Out8,
  2: seL4_X86_IOPort_Out16,
  4: seL4_X86_IOPort_Out32,
} as const;

export class KernelTransport implements Transport {
  readonly #main: Thread;
  readonly #buffer: Window;
  #running: Thread;

  constructor(main: Thread) {
    this.#main = main;
    this.#running = main;
    this.#buffer = main.window(SERVICE_BUFFER_BASE, SERVICE_BUFFER_SIZE, true);
  }

  /** Runs `body` as code of another thread of the process. It must not wait. */
  onThread<T>(thread: Thread, body: () => T): T {
    const before = this.#running;
    this.#running = thread;
    try {
      return body();
    } finally {
      this.#running = before;
    }
  }

  call<N extends ServiceName>(name: N, input: ServiceInput<N>): Awaitable<ServiceOutput<N>> {
    const { number, in: schema } = services[name];
    const used = putFields(schema, input as never, this.#main, 0, this.#buffer);
    const reply = seL4_Call(this.#main, SLOT_SERVICE, MessageInfo_new(number, 0, 0, used));
    return typeof reply === 'number'
      ? this.#answer(name, reply)
      : reply.then((info) => this.#answer(name, info));
  }

  async waitDoorbell(): Promise<number> {
    await seL4_Wait(this.#main, SLOT_DOORBELL);
    return this.#main.badge;
  }

  window(address: number, length: number, writable: boolean): Window {
    return this.#main.window(address, length, writable);
  }

  portIn(slot: number, port: number, width: 1 | 2 | 4): number {
    return portReaders[width](this.#running, slot, port);
  }

  portOut(slot: number, port: number, width: 1 | 2 | 4, value: number): void {
    portWriters[width](this.#running, slot, port, value);
  }

  now(): number {
    return this.#running.now();
  }

  get watching(): boolean {
    return this.#running.watching;
  }

  mark(kind: number, a: number, b: number, c: number): void {
    this.#running.mark(kind, a, b, c);
  }

  log(...text: unknown[]): void {
    this.#running.log(...text);
  }

  #answer<N extends ServiceName>(name: N, info: number): ServiceOutput<N> {
    if (MessageInfo_get_label(info) !== 0)
      throw new NtException(Status.STATUS_DEVICE_NOT_CONNECTED, name);
    const thread = this.#main;
    const status = thread.getMR(0) >>> 0;
    const length = MessageInfo_get_length(info);
    const output = getFields(services[name].out, thread, FIRST_OUT, length, this.#buffer);
    return { ...output, status } as unknown as ServiceOutput<N>;
  }
}
