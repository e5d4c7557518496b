/**
 * From a call's name to its handler (personality/ntos/ke/dispatch.ts), without a message between.
 * Fields that are absent are what they are in a message: nothing.
 */
import * as Status from '../../../../personality/rtl/ntstatus.ts';
import { type ServiceName, services } from '../../../../personality/rtl/services.ts';
import { NtException } from '../../../../personality/rtl/status.ts';
import { isVMFault } from '../../../../personality/sel4/errors.ts';
import type { Awaitable, Thread } from '../../../../personality/sel4/types.ts';
import type { ServiceHandler } from '../../../../personality/ntos/ke/types.ts';
import type { NtThread } from '../../../../personality/ntos/ps/types.ts';

const FOR_ALL = /^Nt/;
const NO_BYTES = new Uint8Array();

export type Result = { status: number } & Record<string, unknown>;
type Handler = (caller: NtThread, input: never) => Awaitable<Result>;

interface Entry {
  readonly forDrivers: boolean;
  /** What the answer has besides its status, where a handler says nothing of it. */
  readonly absent: readonly (readonly [string, unknown])[];
  handler: Handler | undefined;
}

function nothingOf(kind: unknown): unknown {
  if (kind === 'str') return '';
  if (kind === 'bytes') return NO_BYTES;
  if (kind === 'bool') return false;
  return kind === 'u32' || kind === 'i32' || kind === 'i64' ? 0 : [];
}

export class Dispatcher {
  readonly #entries = new Map<string, Entry>();
  readonly #log: (...text: unknown[]) => void;

  constructor(_thread: Thread, log: (...text: unknown[]) => void) {
    this.#log = log;
    for (const [name, { out }] of Object.entries(services))
      this.#entries.set(name, {
        forDrivers: !FOR_ALL.test(name),
        absent: Object.entries(out).map(([field, kind]) => [field, nothingOf(kind)]),
        handler: undefined,
      });
  }

  register<N extends ServiceName>(name: N, handler: ServiceHandler<N>): void {
    this.#entries.get(name)!.handler = handler as Handler;
  }

  missing(): string[] {
    return [...this.#entries].filter(([, { handler }]) => !handler).map(([name]) => name);
  }

  call(caller: NtThread, name: string, input: object): Awaitable<Result> {
    const entry = this.#entries.get(name);
    if (!entry?.handler) return { status: Status.STATUS_NOT_IMPLEMENTED };
    if (entry.forDrivers && !caller.process.driver) return { status: Status.STATUS_ACCESS_DENIED };
    try {
      const result = entry.handler(caller, input as never);
      return result instanceof Promise
        ? result.then(
            (value) => whole(entry, value),
            (error: unknown) => whole(entry, this.#failure(name, error)),
          )
        : whole(entry, result);
    } catch (error) {
      return whole(entry, this.#failure(name, error));
    }
  }

  #failure(name: string, error: unknown): Result {
    if (error instanceof NtException) return { status: error.status };
    if (isVMFault(error)) return { status: Status.STATUS_ACCESS_VIOLATION };
    this.#log(`${name}:`, error);
    return { status: Status.STATUS_UNSUCCESSFUL };
  }
}

function whole({ absent }: Entry, result: Result): Result {
  for (const [field, nothing] of absent) if (result[field] === undefined) result[field] = nothing;
  return result;
}
