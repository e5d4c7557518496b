/** Shorter words for what clients and servers do with LPC ports, for tests. */
import {
  NtAcceptConnectPort,
  NtClose,
  NtCompleteConnectPort,
  NtConnectPort,
  NtCreatePort,
  NtListenPort,
  NtReplyWaitReceivePortEx,
  NtRequestWaitReplyPort,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import {
  decodePortMessage,
  encodePortMessage,
  LPC_CONNECTION_REQUEST,
  LPC_REQUEST,
  type PortMessage,
  portMessage,
} from '../../personality/rtl/lpc.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { untilEnded } from './core-inputs.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const SECOND = -10_000_000;

/** A message to send. */
export function message(text: string, more: Partial<PortMessage> = {}): Uint8Array {
  return encodePortMessage(portMessage(encoder.encode(text), more));
}

export function replyTo(request: PortMessage, text: string): Uint8Array {
  const { process, thread, id } = request;
  return message(text, { process, thread, id });
}

export function textOf({ data }: { readonly data: Uint8Array }): string {
  return decoder.decode(data);
}

export async function createPort(process: NtProcess, name: string, more = {}) {
  const limits = { maximumConnectionInformation: 64, maximumMessage: 256, maximumPool: 0 };
  const answer = await NtCreatePort(process, { name, attributes: 0, ...limits, ...more });
  return { ...answer, status: statusName(answer.status) };
}

export async function connect(process: NtProcess, name: string, text = '') {
  const information = encoder.encode(text);
  const answer = await NtConnectPort(process, { name, section: 0, information });
  return { ...answer, status: statusName(answer.status), text: decoder.decode(answer.information) };
}

export async function ask(process: NtProcess, handle: number, text: string, more = {}) {
  const answer = await NtRequestWaitReplyPort(process, { handle, message: message(text, more) });
  if (!NT_SUCCESS(answer.status)) return { status: statusName(answer.status), text: '' };
  const reply = decodePortMessage(answer.message);
  return { status: statusName(answer.status), text: textOf(reply), reply };
}

/** The next message, within half a minute. */
export async function receive(
  process: NtProcess,
  handle: number,
  reply: Uint8Array = new Uint8Array(),
  timeout = 30 * SECOND,
) {
  const answer = await NtReplyWaitReceivePortEx(process, { handle, reply, timeout });
  const status = statusName(answer.status);
  if (status !== 'STATUS_SUCCESS') return { status, context: 0, message: undefined };
  return { status, context: answer.context, message: decodePortMessage(answer.message) };
}

/** Accepts the next client; its port, and what it said. */
export async function accept(process: NtProcess, handle: number, context: number, text = '') {
  const { message: bytes } = await NtListenPort(process, { handle });
  const request = decodePortMessage(bytes);
  const answer = replyTo(request, text);
  const more = { context, message: answer, accept: true, section: 0 };
  const accepted = await NtAcceptConnectPort(process, more);
  await NtCompleteConnectPort(process, accepted);
  return { handle: accepted.handle, request, said: textOf(request) };
}

/**
 * A server that answers everything: a connection is accepted, a request is answered by `answer`.
 * It ends when somebody asks for 'stop'; resolves to its handles in `ports`.
 */
export async function serve(
  process: NtProcess,
  port: number,
  answer: (request: string, context: number) => string,
): Promise<string[]> {
  const seen: string[] = [];
  const ports: number[] = [];
  let reply: Uint8Array = new Uint8Array();
  for (;;) {
    const received = await receive(process, port, reply);
    reply = new Uint8Array();
    if (!received.message) return [...seen, received.status];
    const { type } = received.message;
    if (type === LPC_CONNECTION_REQUEST) {
      const context = ports.length + 1;
      const given = { context, message: replyTo(received.message, ''), accept: true, section: 0 };
      const { handle } = await NtAcceptConnectPort(process, given);
      await NtCompleteConnectPort(process, { handle });
      ports.push(handle);
    } else if (type === LPC_REQUEST) {
      const text = textOf(received.message);
      reply = replyTo(received.message, answer(text, received.context));
      if (text !== 'stop') continue;
      await receive(process, port, reply, 0);
      for (const handle of ports) await NtClose(process, { handle });
      return seen;
    } else seen.push(`${type} ${received.context}`);
  }
}

/**
 * Another thread of the same process. `result` waits for its end, as a thread waits, and is what
 * its function resolved to.
 */
export async function aside<T>(process: NtProcess, body: (own: NtProcess) => Awaitable<T>) {
  let outcome: Promise<T> | undefined;
  const { handle, id } = await RtlCreateUserThread(process, async (own) => {
    outcome = (async () => body(own))();
    await outcome.catch(() => undefined);
    return 0;
  });
  const result = async (): Promise<T> => {
    await untilEnded(process, handle);
    if (!outcome) throw new Error('the thread never ran');
    return outcome;
  };
  return { handle, id, result };
}
