/**
 * A service call: arguments into registers and the service buffer, one kernel Call, the answer out
 * of them.
 *
 * Marshalling is rtl/marshal.ts with the schemas of rtl/services.ts; the Executive does the same
 * from the other side.
 */
import { type Field, fieldsOf, getFields, putFields } from '../rtl/marshal.ts';
import type { Schema } from '../rtl/schema.ts';
import { REPLY_APCS, type ServiceDefinition } from '../rtl/service.ts';
import {
  type ServiceInput,
  type ServiceName,
  type ServiceOutput,
  services,
} from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { MessageInfo_get_label, MessageInfo_get_length, MessageInfo_new } from '../sel4/message.ts';
import { seL4_Call, seL4_Wait } from '../sel4/syscalls.ts';
import type { Awaitable, MessageInfo } from '../sel4/types.ts';
import type { NtProcess } from './types.ts';

/** The reply's register 0 is the status, the out fields follow. */
const FIRST_OUT = 1;

/** A service as a caller needs it. */
interface Call {
  readonly number: number;
  readonly in: Schema;
  /** With the optional fields. */
  readonly whole: Schema;
  readonly optional: readonly Field[];
  readonly out: Schema;
}

const calls = new Map<ServiceName, Call>();

function prepare(name: ServiceName): Call {
  const { number, in: input, optional, out }: ServiceDefinition = services[name];
  const whole = { ...input, ...optional };
  const call = { number, in: input, whole, optional: fieldsOf(optional), out };
  calls.set(name, call);
  return call;
}

/** A `length` of 0 is a wish, too: to hear how long the answer is. */
function asksMore(optional: readonly Field[], input: object): boolean {
  for (let i = 0; i < optional.length; i++) {
    const { name } = optional[i]!;
    const given = (input as Record<string, unknown>)[name];
    if (given || (given === 0 && name === 'length')) return true;
  }
  return false;
}

/**
 * A process that cannot call the Executive can do nothing, not even end. To receive where there is
 * no endpoint is a fault, which has its own way there: it ends the process.
 */
async function cutOff(process: NtProcess): Promise<never> {
  await seL4_Wait(process.thread, process.serviceSlot);
  throw new NtException(Status.STATUS_DEVICE_NOT_CONNECTED);
}

/** What the reply in the registers says; APCs that came with it run first. */
function answerOf<N extends ServiceName>(
  process: NtProcess,
  out: Schema,
  info: MessageInfo,
): Awaitable<ServiceOutput<N>> {
  const { thread, serviceBuffer } = process;
  const label = MessageInfo_get_label(info);
  // Any other label is the kernel's error: the endpoint capability is gone.
  if (label !== 0 && label !== REPLY_APCS) return cutOff(process);
  const answer = { status: thread.getMR(0) >>> 0 } as ServiceOutput<N>;
  getFields(out, thread, FIRST_OUT, MessageInfo_get_length(info), serviceBuffer, answer);
  return label === REPLY_APCS ? afterApcs(process, answer) : answer;
}

async function afterApcs<T>(process: NtProcess, answer: T): Promise<T> {
  await process.shared.deliverApcs(process);
  return answer;
}

async function answerLater<N extends ServiceName>(
  process: NtProcess,
  out: Schema,
  pending: Promise<MessageInfo>,
): Promise<ServiceOutput<N>> {
  let info: MessageInfo;
  try {
    info = await pending;
  } finally {
    process.busy = false;
  }
  return answerOf(process, out, info);
}

/** The answer itself where the Executive had it at once, and a promise where others ran first. */
export function callService<N extends ServiceName>(
  process: NtProcess,
  name: N,
  input: ServiceInput<N>,
): Awaitable<ServiceOutput<N>> {
  if (process.busy) throw new Error(`${name} while another service call is under way`);
  const { thread, serviceBuffer } = process;
  const call = calls.get(name) ?? prepare(name);
  const schema = asksMore(call.optional, input) ? call.whole : call.in;
  const used = putFields(schema, input as never, thread, 0, serviceBuffer);
  process.busy = true;
  let info: Awaitable<MessageInfo>;
  try {
    info = seL4_Call(thread, process.serviceSlot, MessageInfo_new(call.number, 0, 0, used));
  } catch (error) {
    process.busy = false;
    throw error;
  }
  if (info instanceof Promise) return answerLater(process, call.out, info);
  process.busy = false;
  return answerOf(process, call.out, info);
}
