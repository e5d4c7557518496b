/**
 * A service call: arguments into registers and the service buffer, one kernel Call, the answer out
 * of them.
 *
 * Marshalling is rtl/marshal.ts with the schemas of rtl/services.ts; the Executive does the same
 * from the other side.
 */
import { fieldsOf, getFields, putFields } from '../rtl/marshal.ts';
import type { Schema } from '../rtl/schema.ts';
import type { ServiceDefinition } from '../rtl/service.ts';
import {
  type ServiceInput,
  type ServiceName,
  type ServiceOutput,
  services,
} from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { MessageInfo_get_label, MessageInfo_get_length, MessageInfo_new } from '../sel4/message.ts';
import { seL4_Call } from '../sel4/syscalls.ts';
import type { NtProcess } from './types.ts';

/** The reply's register 0 is the status, the out fields follow. */
const FIRST_OUT = 1;

/** A `length` of 0 is a wish, too: to hear how long the answer is. */
function asksMore(optional: Schema, input: object): boolean {
  for (const [name] of fieldsOf(optional)) {
    const given = (input as Record<string, unknown>)[name];
    if (given || (given === 0 && name === 'length')) return true;
  }
  return false;
}

const wholes = new WeakMap<ServiceDefinition, Schema>();

/** What goes in, with the optional fields. */
function wholeOf(definition: ServiceDefinition): Schema {
  let whole = wholes.get(definition);
  if (!whole) wholes.set(definition, (whole = { ...definition.in, ...definition.optional }));
  return whole;
}

export async function callService<N extends ServiceName>(
  process: NtProcess,
  name: N,
  input: ServiceInput<N>,
): Promise<ServiceOutput<N>> {
  if (process.busy) throw new Error(`${name} while another service call is under way`);
  const { thread, serviceBuffer } = process;
  const definition = services[name];
  const schema = asksMore(definition.optional, input) ? wholeOf(definition) : definition.in;
  const used = putFields(schema, input as never, thread, 0, serviceBuffer);
  process.busy = true;
  let info: number;
  try {
    info = await seL4_Call(
      thread,
      process.serviceSlot,
      MessageInfo_new(definition.number, 0, 0, used),
    );
  } finally {
    process.busy = false;
  }
  // A label is the kernel's error: the endpoint capability is gone.
  if (MessageInfo_get_label(info) !== 0) throw new NtException(Status.STATUS_DEVICE_NOT_CONNECTED);
  const status = thread.getMR(0) >>> 0;
  const length = MessageInfo_get_length(info);
  const output = getFields(definition.out, thread, FIRST_OUT, length, serviceBuffer);
  return { ...output, status } as ServiceOutput<N>;
}
