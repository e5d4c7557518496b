/**
 * NtImpersonateClientOfPort: the server's thread acts for whoever sent a message, as far as that
 * one allowed when it connected.
 *
 * The message must be a request that waits for its reply, and must have come by that port. With
 * dynamic tracking it is asked now whom the thread that waits acts for; with static tracking it is
 * whom it acted for when it connected.
 */
import type { PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { impersonate } from '../se/impersonate.ts';
import type { Lpc } from './lpc.ts';
import type { Port } from './port.ts';

export function impersonateClientOfPort(
  lpc: Lpc,
  caller: NtThread,
  port: Port,
  message: PortMessage,
): number {
  const { peer } = port;
  if (!peer?.lends) return Status.STATUS_PORT_DISCONNECTED;
  const exchange = lpc.exchanges.find(port, message);
  if (exchange?.from !== peer) return Status.STATUS_REPLY_MESSAGE_MISMATCH;
  const { quality } = peer.lends;
  const { status, token } = quality.dynamic
    ? peer.lends.lend(exchange.requestor)
    : { status: Status.STATUS_CANNOT_IMPERSONATE, token: peer.lends.token(1) };
  return token ? impersonate(caller, token, quality.level) : status;
}
