/**
 * Pipes by name, and their instances: which end is where, and what each may do.
 *
 * A pipe is there from its first instance until the last server end is closed. An instance joins a
 * server end and at most one client end; its life:
 *
 *      +-------- LISTEN -------+           client opens
 *      v                       |          +----------> CONNECTED --+
 *   LISTENING <- made, LISTEN  DISCONNECTED <- DISCONNECT -+       | an end is closed
 *      |                       ^                                   v
 *      +------ DISCONNECT -----+<----------- DISCONNECT ------- CLOSING
 *
 * What was written before an end was closed can still be read at the other (CLOSING). DISCONNECT
 * throws it away, and leaves the client end with no instance.
 */
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import {
  FILE_PIPE_CLOSING_STATE,
  FILE_PIPE_CONNECTED_STATE,
  FILE_PIPE_DISCONNECTED_STATE,
  FILE_PIPE_INBOUND,
  FILE_PIPE_LISTENING_STATE,
  FILE_PIPE_MESSAGE_TYPE,
  FILE_PIPE_OUTBOUND,
} from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  IoCompleteRequest,
  type IoCsq,
  IoCsqInitialize,
  IoCsqRemoveNextIrp,
} from '../../../personality/wdm/index.ts';
import { DataQueue } from './queue.ts';

/** What the first instance settles for all. */
export interface PipeShape {
  readonly type: number;
  /** FILE_PIPE_INBOUND and its like. */
  readonly configuration: number;
  readonly maximumInstances: number;
  /** For FSCTL_PIPE_WAIT: 100 ns, relative. */
  readonly timeout: number;
}

export interface Pipe extends PipeShape {
  readonly name: string;
  readonly instances: Set<Instance>;
  /** Who waits for an instance that listens: called with how that went. */
  readonly waiters: Set<(status: number) => void>;
}

/** The names. */
export type PipeTable = Map<string, Pipe>;

export interface Quotas {
  readonly inbound: number;
  readonly outbound: number;
}

/** One side of an instance: what a file object of this driver is. */
export interface End {
  readonly kind: 'end';
  readonly server: boolean;
  /** What the Executive calls its file. */
  readonly file: number;
  /** Undefined: the client was disconnected. */
  instance: Instance | undefined;
  readMode: number;
  completionMode: number;
}

export class Instance {
  readonly pipe: Pipe;
  readonly quotas: Quotas;
  state: number = FILE_PIPE_LISTENING_STATE;
  server: End | undefined;
  client: End | undefined;
  readonly listeners: IoCsq = IoCsqInitialize();
  inbound!: DataQueue;
  outbound!: DataQueue;

  constructor(pipe: Pipe, quotas: Quotas) {
    this.pipe = pipe;
    this.quotas = quotas;
    this.#empty();
  }

  /** What that end reads from; undefined: the pipe has no such direction. */
  readQueue({ server }: End): DataQueue | undefined {
    return server ? this.#in : this.#out;
  }

  writeQueue({ server }: End): DataQueue | undefined {
    return server ? this.#out : this.#in;
  }

  listen(): void {
    this.state = FILE_PIPE_LISTENING_STATE;
    for (const wake of [...this.pipe.waiters]) wake(Status.STATUS_SUCCESS);
  }

  /** `known`: whom the client acts for, if that is settled when it connects. */
  connect(client: End, known = 0): void {
    this.#empty();
    this.inbound.client = known;
    this.state = FILE_PIPE_CONNECTED_STATE;
    this.client = client;
    client.instance = this;
    this.#endListeners(Status.STATUS_SUCCESS);
  }

  /** By the server. */
  disconnect(): void {
    this.state = FILE_PIPE_DISCONNECTED_STATE;
    if (this.client) this.client.instance = undefined;
    this.client = undefined;
    this.#endListeners(Status.STATUS_PIPE_DISCONNECTED);
    for (const queue of [this.inbound, this.outbound]) {
      queue.endReads(Status.STATUS_PIPE_DISCONNECTED);
      queue.clear(Status.STATUS_PIPE_DISCONNECTED);
    }
  }

  /** The last handle to that end is closed. */
  close(end: End): void {
    if (end.server) this.server = undefined;
    else this.client = undefined;
    end.instance = undefined;
    if (this.state === FILE_PIPE_CONNECTED_STATE) {
      this.state = FILE_PIPE_CLOSING_STATE;
      const [read, written] = end.server
        ? [this.inbound, this.outbound]
        : [this.outbound, this.inbound];
      read.clear(Status.STATUS_PIPE_BROKEN);
      written.endReads(Status.STATUS_PIPE_BROKEN);
    }
    if (!this.server && !this.client) this.pipe.instances.delete(this);
  }

  get #in(): DataQueue | undefined {
    return this.pipe.configuration === FILE_PIPE_OUTBOUND ? undefined : this.inbound;
  }

  get #out(): DataQueue | undefined {
    return this.pipe.configuration === FILE_PIPE_INBOUND ? undefined : this.outbound;
  }

  #empty(): void {
    const messages = this.pipe.type === FILE_PIPE_MESSAGE_TYPE;
    this.inbound = new DataQueue(this.quotas.inbound, messages);
    this.outbound = new DataQueue(this.quotas.outbound, messages);
  }

  #endListeners(status: number): void {
    for (
      let irp = IoCsqRemoveNextIrp(this.listeners);
      irp;
      irp = IoCsqRemoveNextIrp(this.listeners)
    )
      IoCompleteRequest(irp, status);
  }
}

export function findPipe(table: PipeTable, name: string): Pipe | undefined {
  return table.get(RtlUpcase(name));
}

/** A new instance, of a new pipe where there is none of that name. */
export function addInstance(
  table: PipeTable,
  name: string,
  shape: PipeShape,
  quotas: Quotas,
  server: End,
): void {
  let pipe = findPipe(table, name);
  if (!pipe) {
    pipe = { ...shape, name, instances: new Set(), waiters: new Set() };
    table.set(RtlUpcase(name), pipe);
  }
  const instance = new Instance(pipe, quotas);
  instance.server = server;
  server.instance = instance;
  pipe.instances.add(instance);
  instance.listen();
}

export function listening({ instances }: Pipe): Instance | undefined {
  for (const instance of instances)
    if (instance.state === FILE_PIPE_LISTENING_STATE) return instance;
  return undefined;
}

/** The name goes with the last server end. */
export function closeEnd(table: PipeTable, end: End): void {
  const { instance } = end;
  if (!instance) return;
  const { pipe } = instance;
  instance.close(end);
  if ([...pipe.instances].some(({ server }) => server)) return;
  if (findPipe(table, pipe.name) === pipe) table.delete(RtlUpcase(pipe.name));
  for (const wake of [...pipe.waiters]) wake(Status.STATUS_OBJECT_NAME_NOT_FOUND);
}
