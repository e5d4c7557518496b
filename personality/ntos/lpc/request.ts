/**
 * Sending and replying.
 *
 *   requestPort              a datagram: nobody waits for a reply
 *   requestWaitReplyPort     a request, or a callback to who waits for one; waits for its reply
 *   replyPort                to a request that this port has received
 *   replyWaitReplyPort       to a callback; waits on for the reply to the request it interrupted
 */
import { LPC_DATAGRAM, LPC_REPLY, LPC_REQUEST, type PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { NtThread } from '../ps/types.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Lpc } from './lpc.ts';
import { clientId, isTooLong, type Port, portByHandle, post } from './port.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** A side of a connection that has another one, and takes a message of that length. */
function sender(
  lpc: Lpc,
  { process }: NtThread,
  handle: number,
  message: PortMessage,
): { status: number; port?: Port; outbox?: Port } {
  const sides = ['server', 'client'] as const;
  const { status, port } = portByHandle(lpc.needs, lpc.type, process, handle, sides);
  if (!port) return { status };
  if (isTooLong(port, message)) return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  const { outbox } = port;
  if (!outbox || outbox.isClosed) return { status: Status.STATUS_PORT_DISCONNECTED };
  return { status, port, outbox };
}

/** What who receives it knows the connection by. */
function contextOf(port: Port): number {
  return port.peer?.context ?? 0;
}

export function requestPort(
  lpc: Lpc,
  caller: NtThread,
  handle: number,
  message: PortMessage,
): number {
  const { status, port, outbox } = sender(lpc, caller, handle, message);
  if (!port || !outbox) return status;
  const id = lpc.exchanges.nextId();
  const sent = { ...message, ...clientId(caller), type: LPC_DATAGRAM, id, callback: 0 };
  return post(outbox, {
    message: sent,
    context: contextOf(port),
    quota: caller.process.quota,
  });
}

export async function requestWaitReplyPort(
  lpc: Lpc,
  caller: NtThread,
  handle: number,
  message: PortMessage,
): Promise<Answer> {
  const found = sender(lpc, caller, handle, message);
  const { port, outbox } = found;
  if (!port || !outbox) return { status: found.status };
  const calls = message.type === LPC_REQUEST;
  const interrupted = calls ? lpc.exchanges.find(port, message) : undefined;
  if (calls && (!interrupted?.waiting || interrupted.from !== port.peer))
    return { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };
  const to = interrupted ? port.peer! : outbox;
  const begun = lpc.exchanges.begin(caller, port, to, message, interrupted);
  const { exchange } = begun;
  if (!exchange) return { status: begun.status };
  if (interrupted) interrupted.interrupt(exchange);
  else {
    const packet = { message: exchange.request, context: contextOf(port), exchange };
    exchange.packet = packet;
    const posted = post(to, packet);
    if (posted !== SUCCESS) exchange.end({ status: posted });
  }
  return exchange.wait(lpc.needs.ke);
}

/** Ends the exchange that the reply belongs to. */
function reply(
  lpc: Lpc,
  port: Port,
  message: PortMessage,
): { status: number; exchange?: Exchange } {
  if (isTooLong(port, message)) return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  const exchange = lpc.exchanges.find(port, message);
  if (!exchange) return { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };
  exchange.end({ status: SUCCESS, message: { ...message, type: LPC_REPLY, callback: 0 } });
  return { status: SUCCESS, exchange };
}

export function replyPort(lpc: Lpc, port: Port, message: PortMessage): number {
  return reply(lpc, port, message).status;
}

export async function replyWaitReplyPort(
  lpc: Lpc,
  caller: NtThread,
  port: Port,
  message: PortMessage,
): Promise<Answer> {
  const interrupted = lpc.exchanges.find(port, message)?.interrupted;
  if (interrupted?.requestor !== caller) return { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };
  const { status } = reply(lpc, port, message);
  return NT_SUCCESS(status) ? interrupted.wait(lpc.needs.ke) : { status };
}
