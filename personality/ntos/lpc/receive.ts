/**
 * Receiving: NtReplyWaitReceivePort, NtListenPort, and word of a thread's end.
 *
 *   receive(lpc, caller, port, timeout)   the next message for whoever receives at that port
 *   listen(lpc, caller, port)             the next connection request; what else comes is dropped
 *   registerEnd(lpc, caller, port)        LPC_CLIENT_DIED, when the thread ends
 */
import { LPC_CLIENT_DIED, type PortMessage, portMessage } from '../../rtl/lpc.ts';
import { WaitAny } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { KeWaitForMultipleObjects } from '../ke/wait/wait.ts';
import type { NtThread } from '../ps/types.ts';
import type { Lpc } from './lpc.ts';
import { clientId, type Packet, type Port, post, uncharge } from './port.ts';

export interface Received {
  readonly status: number;
  readonly context?: number;
  readonly message?: PortMessage;
}

/** What the Executive keeps of a thread's wish. */
const WISH_BYTES = 64;
/** The time that NT tells of: who dies here was not made at a known one. */
const NO_TIME = new Uint8Array(8);

export async function receive(
  lpc: Lpc,
  caller: NtThread,
  port: Port,
  timeout: number,
): Promise<Received> {
  const { ke, ob } = lpc.needs;
  const { queue, gone } = port.inbox;
  ob.reference(port);
  try {
    const objects = [queue, gone];
    const status = await KeWaitForMultipleObjects(ke, caller, objects, WaitAny, false, timeout);
    const packet = queue.taken(caller);
    if (packet) return taken(caller, packet);
    return {
      status: status === Status.STATUS_WAIT_0 + 1 ? Status.STATUS_PORT_DISCONNECTED : status,
    };
  } finally {
    ob.dereference(port);
  }
}

function taken(caller: NtThread, packet: Packet): Received {
  uncharge(packet);
  packet.exchange?.receivedBy(caller);
  const { connect } = packet;
  if (connect) {
    connect.packet = undefined;
    connect.receiver = caller.process;
    // Nobody will accept it.
    if (caller.state === 'ended') connect.end(Status.STATUS_PORT_CONNECTION_REFUSED);
  }
  const { context, message } = packet;
  return { status: Status.STATUS_SUCCESS, context, message };
}

export async function listen(lpc: Lpc, caller: NtThread, port: Port): Promise<Received> {
  for (;;) {
    const received = await receive(lpc, caller, port, Infinity);
    const { message } = received;
    if (!message || lpc.connects.has(message.id)) return received;
    lpc.exchanges.endOf(({ id }) => id === message.id, Status.STATUS_LPC_REPLY_LOST);
  }
}

export function registerEnd({ needs: { ob } }: Lpc, caller: NtThread, port: Port): number {
  const { quota } = caller.process;
  const target = port.outbox ?? (port.kind === 'connection' ? port : undefined);
  if (!target) return Status.STATUS_PORT_DISCONNECTED;
  const charged = quota.charge('pagedPool', WISH_BYTES);
  if (charged !== Status.STATUS_SUCCESS) return charged;
  ob.reference(port);
  caller.rundown.add(() => {
    const message = portMessage(NO_TIME, { type: LPC_CLIENT_DIED, ...clientId(caller) });
    if (port.kind === 'connection' || port.peer)
      post(target, { message, context: port.peer?.context ?? 0, quota });
    quota.giveBack('pagedPool', WISH_BYTES);
    ob.dereference(port);
  });
  return charged;
}
