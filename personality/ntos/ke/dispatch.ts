/**
 * Service dispatch: from a message to its handler, and from the handler's result to the reply.
 *
 * Handlers are registered by name while the Executive initialises; arguments and results are
 * marshalled by the schemas of
 * rtl/services.ts. A handler's exception becomes the reply's status: NtException its own, a page
 * fault an access violation, anything
 * else STATUS_UNSUCCESSFUL and a line in the log.
 *
 *   register(name, handler, wants)  `wants`: what it needs the rest of the Executive for (rest.ts)
 *   rest                            waited for then, and by services that have no handler before
 *   call(caller, label, length)     decodes the message in the registers and runs the handler
 *   encode(caller, number, result)  puts a result into registers and service buffer; the message
 *   info
 */
import { fieldsOf, getFields, putFields } from '../../rtl/marshal.ts';
import type { Schema } from '../../rtl/schema.ts';
import { REPLY_APCS } from '../../rtl/service.ts';
import { type ServiceInput, type ServiceName, services } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../rtl/status.ts';
import { isVMFault, MessageInfo_new } from '../../sel4/index.ts';
import type { Awaitable, MessageInfo, Thread } from '../../sel4/types.ts';
import type { NtThread } from '../ps/types.ts';
import type { Rest } from './rest.ts';
import type { ServiceHandler, Wants } from './types.ts';

/** Services of every process; the others are for drivers alone. */
const FOR_ALL = /^Nt/;

export type Result = { status: number } & Record<string, unknown>;
type Handler = (caller: NtThread, input: never) => Awaitable<Result>;

interface Entry {
  readonly name: ServiceName;
  readonly in: Schema;
  readonly out: Schema;
  readonly optional: Schema;
  /** Registers of a message without the optional fields. */
  readonly needed: number;
  /** Registers of a reply, by the schema: the reply's length when encoding fails. */
  readonly registers: number;
  readonly forDrivers: boolean;
  handler: Handler | undefined;
  wants: Wants<never> | undefined;
}

/** With the status, or the label's place. */
function registersOf(schema: Schema): number {
  return fieldsOf(schema).reduce((sum, { size }) => sum + size, 1);
}

export class Dispatcher {
  readonly #thread: Thread;
  readonly #log: (...text: unknown[]) => void;
  readonly #entries: (Entry | undefined)[] = [];
  rest: Pick<Rest, 'here' | 'have'> = { here: true, have: () => Promise.resolve(0) };

  constructor(thread: Thread, log: (...text: unknown[]) => void) {
    this.#thread = thread;
    this.#log = log;
    for (const [name, definition] of Object.entries(services))
      this.#entries[definition.number] = {
        name: name as ServiceName,
        in: definition.in,
        out: definition.out,
        optional: definition.optional,
        needed: registersOf(definition.in) - 1,
        registers: registersOf(definition.out),
        forDrivers: !FOR_ALL.test(name),
        handler: undefined,
        wants: undefined,
      };
  }

  register<N extends ServiceName>(
    name: N,
    handler: ServiceHandler<N>,
    wants?: Wants<ServiceInput<N>>,
  ): void {
    const entry = this.#entries[services[name].number];
    if (!entry || entry.handler) throw new Error(`${name} is registered twice`);
    entry.handler = handler as Handler;
    entry.wants = wants;
  }

  /** Services without a handler: for tests. */
  missing(): string[] {
    return this.#entries.filter((entry) => entry && !entry.handler).map((entry) => entry!.name);
  }

  call(caller: NtThread, number: number, length: number): Awaitable<Result> {
    const entry = this.#entries[number];
    if (!entry || (!entry.handler && this.rest.here))
      return { status: Status.STATUS_NOT_IMPLEMENTED };
    if (entry.forDrivers && !caller.process.driver) return { status: Status.STATUS_ACCESS_DENIED };
    let result: Awaitable<Result>;
    try {
      const input = getFields(entry.in, this.#thread, 0, length, caller.buffer);
      const { needed, optional } = entry;
      if (length > needed) getFields(optional, this.#thread, needed, length, caller.buffer, input);
      const { handler, wants } = entry;
      const waits = !this.rest.here && (!handler || wants?.(caller, input as never));
      result = waits ? this.#later(entry, caller, input) : handler!(caller, input as never);
    } catch (error) {
      return this.#failure(entry.name, error);
    }
    return result instanceof Promise
      ? result.catch((error: unknown) => this.#failure(entry.name, error))
      : result;
  }

  /** The input was decoded while it was in the registers. */
  async #later(entry: Entry, caller: NtThread, input: object): Promise<Result> {
    const status = await this.rest.have();
    if (!NT_SUCCESS(status)) return { status };
    if (caller.state === 'ended') return { status: Status.STATUS_THREAD_IS_TERMINATING };
    return (
      (await entry.handler?.(caller, input as never)) ?? { status: Status.STATUS_NOT_IMPLEMENTED }
    );
  }

  encode(caller: NtThread, number: number, result: Result): MessageInfo {
    const entry = this.#entries[number];
    let used = 1;
    let status = result.status;
    if (entry) {
      try {
        used = putFields(entry.out, result as never, this.#thread, 1, caller.buffer);
      } catch (error) {
        status = this.#failure(entry.name, error).status;
        used = entry.registers;
        for (let register = 1; register < used; register++) this.#thread.setMR(register, 0);
      }
    }
    this.#thread.setMR(0, status);
    // Who is told by its status fetches them anyway.
    const apcs = caller.apcPending && status !== Status.STATUS_USER_APC;
    return MessageInfo_new(apcs ? REPLY_APCS : 0, 0, 0, used);
  }

  #failure(name: string, error: unknown): Result {
    if (error instanceof NtException) return { status: error.status };
    if (isVMFault(error)) return { status: Status.STATUS_ACCESS_VIOLATION };
    this.#log(`${name}:`, error);
    return { status: Status.STATUS_UNSUCCESSFUL };
  }
}
