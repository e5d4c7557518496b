/**
 * A made-up Executive that runs one driver in the test's own realm, without the kernel.
 *
 * It speaks the services of rtl/services.ts and the packets of rtl/packets.ts, so a driver and its
 * runtime cannot tell the difference. Time is virtual: it moves on when the driver waits while
 * something is pending (an IRP, its initialisation), up to the next event of the machine or the
 * driver's timer; between requests only `advance` moves it.
 *
 *   const executive = new FakeExecutive({ machine, resources })
 *   await executive.start(driverEntry)                        the status of DriverEntry
 *   await executive.request(device, IRP_MJ_READ, {...}, ...)  an IRP: the completion
 *   executive.disks, .dma, .devices, .stack, .counts, .crash  what there is to look at
 */
import { IRP_MJ_READ, type IrpParameters, type MajorName } from '../../personality/rtl/irp.ts';
import {
  BELL_INTERRUPT,
  BELL_PACKETS,
  BELL_TIMER,
  PACKETS_IN,
  PACKETS_OUT,
  PACKETS_SIZE,
} from '../../personality/rtl/layout.ts';
import {
  decodePacket,
  encodePacket,
  joinBatch,
  majorName,
  type Packet,
  splitBatch,
} from '../../personality/rtl/packets.ts';
import type { ServiceInput, ServiceName, ServiceOutput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { serveInterrupt } from '../../personality/wdm/interrupt.ts';
import { runDriver } from '../../personality/wdm/loop.ts';
import { Runtime } from '../../personality/wdm/runtime.ts';
import type { Transport } from '../../personality/wdm/transport.ts';
import type { DriverEntry } from '../../personality/wdm/types.ts';
import type { Machine } from '../../web/machine/types.ts';
import { ArrayWindow } from './array-window.ts';
import { FakeCache } from './fake-cache.ts';
import { deviceHandlers } from './fake-devices.ts';
import { FakeIoSpace, ioSpaceHandlers } from './fake-iospace.ts';
import { dmaHandlers, FakeDma } from './fake-dma.ts';
import { makeBeep } from './fake-speaker.ts';
import { describe, FakeMdls, mdlHandlers } from './fake-mdls.ts';
import { FakeStack, lonelyHandlers } from './fake-stack.ts';
import { dead } from './fake-types.ts';
import type { FakeDevice, FakeOptions, IrpCompletion, RequestOptions } from './fake-types.ts';

export type { FakeDevice, FakeOptions, IrpCompletion, RequestOptions };

interface Pending {
  readonly packet: Uint8Array;
  readonly resolve: (completion: IrpCompletion) => void;
  readonly major: number;
}

/** Virtual time that may pass while a driver waits for one thing: past it, it hangs. */
const HANG = 600_000_000;

type Handlers = {
  readonly [N in ServiceName]?: (
    input: ServiceInput<N>,
  ) => Partial<ServiceOutput<N>> | Promise<Partial<ServiceOutput<N>>>;
};

export class FakeExecutive {
  readonly cache = new FakeCache();
  readonly stack = new FakeStack();
  readonly mdls = new FakeMdls();
  readonly dma: FakeDma | undefined;
  readonly devices: FakeDevice[] = [];
  readonly counts: Partial<Record<ServiceName, number>> = {};
  readonly logged: string[] = [];
  /** Dirty ranges that it told of. */
  marks = 0;
  crash: unknown;
  time = 0;
  readonly #options: FakeOptions;
  readonly #machine: Machine | undefined;
  readonly #in = new Uint8Array(PACKETS_SIZE);
  readonly #out = new Uint8Array(PACKETS_SIZE);
  readonly #queue: number[] = [];
  readonly #notices: Uint8Array[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #connected = new Map<number, { context: number; masked: boolean }>();
  readonly #raised = new Set<number>();
  readonly #grants = new Map<number, readonly [number, number]>();
  readonly #ioSpace: FakeIoSpace;
  #runtime: Runtime | undefined;
  #bells = 0;
  #timer = Infinity;
  #wake: (() => void) | undefined;
  #nextId = 1;
  #initialised: ((status: number) => void) | undefined;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.#machine = options.machine;
    this.#ioSpace = new FakeIoSpace(options.machine?.ram, options.memory ?? []);
    if (options.machine) {
      this.dma = new FakeDma(options.machine, options.dma ?? []);
      this.dma.pagesOf = (id) => this.mdls.bufferOf(id);
      options.machine.onIrq = (line, level) => {
        if (level) this.#raised.add(line);
      };
    }
  }

  /** The status of the first exchange; with AddDevice, that of its device's start. */
  async start(entry: DriverEntry): Promise<number> {
    const runtime = new Runtime(this.transport);
    this.#runtime = runtime;
    const status = await new Promise<number>((resolve) => {
      this.#initialised = resolve;
      void runDriver(runtime, entry).catch((error: unknown) => this.#died(error));
    });
    if (status !== 0 || this.crash !== undefined) return status;
    return this.stack.bringUp((...request) => this.request(...request), this.#options);
  }

  device(name: string): number {
    const found = this.devices.find((device) => device.name === name);
    if (!found) throw new Error(`no device ${name}`);
    return found.id;
  }

  request<M extends MajorName>(
    device: number | string,
    major: number,
    parameters: IrpParameters<M>,
    options: RequestOptions = {},
  ): Promise<IrpCompletion<M>> {
    const { minor = 0, flags = 0, file = 0, client = 0, buffer, user } = options;
    const id = this.#nextId++;
    const target = typeof device === 'string' ? this.device(device) : device;
    const head = { id, major, minor, flags, device: target, file, mdl: describe(buffer), client };
    const packet = encodePacket({ kind: 'request', ...head, parameters });
    if (buffer) this.dma?.buffers.set(id, buffer);
    this.mdls.add(id, buffer, options.writable ?? major === IRP_MJ_READ);
    if (user) this.mdls.users.set(id, user);
    return new Promise((resolve) => {
      const done = resolve as (completion: IrpCompletion) => void;
      if (this.crash !== undefined) return done(dead(id, major));
      this.#pending.set(id, { packet, resolve: done, major });
      this.#queue.push(id);
      this.#ring(BELL_PACKETS);
    });
  }

  /** The requestor of the last request gives it up. */
  cancelLast(): void {
    this.cancel(this.lastId);
  }

  /** That of the request with this id: `lastId`, when it was made. */
  cancel(id: number): void {
    this.#notices.push(encodePacket({ kind: 'cancel', id }));
    this.#ring(BELL_PACKETS);
  }

  get lastId(): number {
    return this.#nextId - 1;
  }

  /** IRPs that the driver has not completed. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Lets virtual time pass, as far as the driver follows without further requests. */
  async advance(microseconds: number): Promise<void> {
    const end = this.time + microseconds;
    do {
      this.#step(end - this.time);
      for (let turns = 0; turns < 50; turns++) await undefined;
      await new Promise((resolve) => setTimeout(resolve));
    } while (this.time < end);
  }

  readonly transport: Transport = {
    call: <N extends ServiceName>(name: N, input: ServiceInput<N>) => {
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      const handler = this.#handlers[name];
      const output = handler?.(input) ?? { status: Status.STATUS_NOT_IMPLEMENTED };
      return output as ServiceOutput<N> | Promise<ServiceOutput<N>>;
    },
    waitDoorbell: () => this.#waitDoorbell(),
    window: (address, length, writable) => this.#window(address, length, writable),
    portIn: (slot, port, width) => this.#portIn(slot, port, width),
    portOut: (slot, port, width, value) => this.#portOut(slot, port, width, value),
    now: () => this.time,
    log: (...text) => void this.logged.push(text.join(' ')),
  };

  readonly #handlers: Handlers = {
    NtQueryInformationProcess: () => {
      const image = this.#options.image ?? 'driver.sys';
      return { status: 0, id: 4, exitStatus: Status.STATUS_PENDING, image, commandLine: '' };
    },
    NtQuerySystemTime: () => {
      return { status: 0, time: (this.#options.systemTime ?? 0) + this.time * 10 };
    },
    WdmRequestIoPackets: (input) => this.#exchange(input),
    ...deviceHandlers(this.devices),
    WdmGetResources: () => {
      const { ports = [], interrupts = [], dma = [], memory = [] } = this.#options;
      return { status: 0, resources: JSON.stringify({ ports, interrupts, dma, memory }) };
    },
    WdmEnablePorts: ({ first, count }) => {
      const given = (this.#options.ports ?? []).some(
        ([start, length]) => count > 0 && first >= start && first + count <= start + length,
      );
      if (!given) return { status: Status.STATUS_ACCESS_DENIED, slot: 0 };
      const slot = 128 + this.#grants.size;
      this.#grants.set(slot, [first, count]);
      return { status: 0, slot };
    },
    WdmConnectInterrupt: ({ line, context }) => {
      if (!(this.#options.interrupts ?? []).includes(line) || this.#connected.has(line))
        return { status: Status.STATUS_ACCESS_DENIED, handlerSlot: 0, notificationSlot: 0 };
      this.#connected.set(line, { context, masked: false });
      return { status: 0, handlerSlot: 1, notificationSlot: 2 };
    },
    WdmAttachDeviceToStack: ({ device }) => this.stack.attach(device),
    WdmDetachDevice: ({ device }) => this.stack.detach(device),
    WdmDisconnectInterrupt: ({ line }) => {
      const status = this.#connected.delete(line) ? 0 : Status.STATUS_INVALID_PARAMETER;
      return { status };
    },
    ...lonelyHandlers,
    WdmSetTimer: ({ due }) => {
      this.#timer = due;
      return { status: 0 };
    },
    HalMakeBeep: (input) => makeBeep(this.#machine!, this.#options.ports, input.frequency),
    ...dmaHandlers(() => this.dma!),
    ...mdlHandlers(this.mdls),
    ...ioSpaceHandlers(() => this.#ioSpace),
    WdmCcMapData: (input) => this.cache.map(input),
    WdmCcUnmapData: ({ address }) => this.cache.unmap(address),
    WdmCcFlushCache: ({ device }) => this.cache.flush(device),
    WdmCcPurge: (input) => this.cache.purge(input),
    WdmCcSetFileSizes: (input) => this.cache.setFileSizes(input),
  };

  async #exchange({ outgoing, wait, status }: ServiceInput<'WdmRequestIoPackets'>) {
    for (const bytes of splitBatch(this.#out.slice(0, outgoing))) this.#take(decodePacket(bytes));
    if (status !== Status.STATUS_PENDING) this.#initialised?.(status);
    if (status !== Status.STATUS_PENDING) this.#initialised = undefined;
    while (wait && this.#queue.length + this.#notices.length === 0) await this.#sleep();
    const requests = this.#queue.map((id) => this.#pending.get(id)!.packet);
    const notices = this.#notices.splice(0);
    const batch = joinBatch([...notices, ...requests], PACKETS_SIZE);
    this.#queue.splice(0, batch.count - notices.length);
    this.#in.set(batch.bytes);
    return { status: 0, incoming: batch.bytes.length };
  }

  #take(packet: Packet): void {
    if (packet.kind === 'done') this.#complete(packet);
    else if (packet.kind === 'call') this.#below(packet);
    else if (packet.kind === 'dirty') {
      this.marks++;
      this.cache.setDirty(packet);
    } else if (packet.kind === 'free') this.dma!.free();
    else if (packet.kind === 'new') this.#refuse(packet);
    else throw new Error(`a packet ${packet.kind} of a driver without a device below`);
  }

  /** There is no device below but the bus's, and nobody may ask that. */
  #refuse({ id, major }: Packet<'new'>): void {
    const status = Status.STATUS_NO_SUCH_DEVICE;
    const refusal = { id, major, status, information: 0, result: {} };
    this.#notices.push(encodePacket({ kind: 'lowerDone', ...refusal }));
    this.#ring(BELL_PACKETS);
  }

  /** The bus has it, and answers at once. */
  #below(packet: Packet<'call'>): void {
    const { id, major } = packet;
    const completion = { id, major, status: this.stack.answer(packet), information: 0, result: {} };
    if (packet.notify) this.#notices.push(encodePacket({ kind: 'lowerDone', ...completion }));
    else this.#complete(completion);
  }

  #complete(completion: IrpCompletion): void {
    const pending = this.#pending.get(completion.id);
    if (!pending) throw new Error(`the driver completed ${completion.id}, which it does not hold`);
    if (pending.major !== completion.major) throw new Error(majorName(completion.major));
    this.#pending.delete(completion.id);
    this.dma?.buffers.delete(completion.id);
    this.mdls.completed(completion.id);
    pending.resolve(completion);
  }

  #died(error: unknown): void {
    this.crash = error ?? new Error('the driver ended');
    this.#initialised?.(Status.STATUS_DRIVER_PROCESS_TERMINATED);
    for (const [id, { resolve, major }] of this.#pending) resolve(dead(id, major));
    this.#pending.clear();
  }

  #ring(bell: number): void {
    this.#bells |= bell;
    this.#wake?.();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  async #waitDoorbell(): Promise<number> {
    const start = this.time;
    for (;;) {
      this.#serveInterrupts();
      if (this.#bells !== 0) break;
      const working = this.#initialised !== undefined || this.#pending.size > 0;
      if (!working || !this.#step(Infinity)) await this.#sleep();
      if (this.time - start > HANG) throw new Error('the driver hangs');
    }
    const bells = this.#bells;
    this.#bells = 0;
    return bells;
  }

  /** Moves on to what happens next, at most `limit` away. False where nothing will happen. */
  #step(limit: number): boolean {
    const machine = this.#machine;
    const event = machine?.nextEvent() ?? Infinity;
    const timer = Math.max(0, this.#timer - this.time);
    const step = Math.min(event, timer, limit);
    if (step === Infinity) return false;
    machine?.advance(step);
    this.time += step;
    if (this.#timer <= this.time) {
      this.#timer = Infinity;
      this.#ring(BELL_TIMER);
    }
    if (this.#raised.size > 0) this.#wake?.();
    return true;
  }

  /** As an interrupt thread would: until no connected line is high. */
  #serveInterrupts(): void {
    for (const line of [...this.#raised]) {
      this.#raised.delete(line);
      const connected = this.#connected.get(line);
      if (!connected || connected.masked) continue;
      let served;
      do {
        served = serveInterrupt(this.#runtime!, connected.context);
        if (served.ring) this.#ring(BELL_INTERRUPT);
      } while (served.acknowledge && this.#machine!.irq(line));
      connected.masked = !served.acknowledge;
    }
  }

  #window(address: number, length: number, writable: boolean): Window {
    if (address === PACKETS_IN) return new ArrayWindow(this.#in, { address, writable: false });
    if (address === PACKETS_OUT) return new ArrayWindow(this.#out, { address, writable });
    const view =
      this.mdls.window(address, length) ??
      this.cache.window(address, length) ??
      this.#ioSpace.window(address, length);
    if (!view) throw new Error(`nothing is mapped at ${address.toString(16)}`);
    return view;
  }

  #check(slot: number, port: number, width: number): void {
    const grant = this.#grants.get(slot);
    if (!grant || port < grant[0] || port + width > grant[0] + grant[1])
      throw new Error(`port ${port.toString(16)} was not granted`);
  }

  #portIn(slot: number, port: number, width: 1 | 2 | 4): number {
    this.#check(slot, port, width);
    const machine = this.#machine!;
    if (width === 1) return machine.in8(port);
    return width === 2 ? machine.in16(port) : machine.in32(port);
  }

  #portOut(slot: number, port: number, width: 1 | 2 | 4, value: number): void {
    this.#check(slot, port, width);
    const machine = this.#machine!;
    if (width === 1) machine.out8(port, value);
    else if (width === 2) machine.out16(port, value);
    else machine.out32(port, value);
  }
}
