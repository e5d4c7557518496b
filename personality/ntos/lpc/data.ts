/**
 * NtReadRequestData, NtWriteRequestData: memory that a message names, of a sender who waits.
 *
 * What may be reached is what the message named when it was sent, and only until the reply: the
 * message that the caller gives says no more than which request is meant.
 */
import { dataEntry, type PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Piece } from '../mm/types.ts';
import type { NtThread } from '../ps/types.ts';
import type { Lpc } from './lpc.ts';
import type { Port } from './port.ts';

export interface CopyInput {
  readonly index: number;
  readonly address: number;
  readonly length: number;
}

export function copyRequestData(
  lpc: Lpc,
  caller: NtThread,
  port: Port,
  message: PortMessage,
  { index, address, length }: CopyInput,
  toSender: boolean,
): { status: number; length?: number } {
  const { mm } = lpc.needs;
  const exchange = lpc.exchanges.find(port, message);
  if (!exchange) return { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };
  const entry = dataEntry(exchange.request, index);
  if (!entry || length > entry.length) return { status: Status.STATUS_INVALID_PARAMETER };
  const { process } = exchange.requestor;
  const own = mm.probe(caller.process, address, length, !toSender);
  const other = mm.probe(process, entry.address, length, toSender);
  if (!own || !other) return { status: Status.STATUS_ACCESS_VIOLATION };
  if (toSender) write(lpc, other, read(lpc, own, length));
  else write(lpc, own, read(lpc, other, length));
  return { status: Status.STATUS_SUCCESS, length };
}

function read({ needs: { mm } }: Lpc, pieces: readonly Piece[], length: number): Uint8Array {
  const data = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    mm.ram.readInto(piece.address, data.subarray(at, at + piece.length));
    at += piece.length;
  }
  return data;
}

function write({ needs: { mm } }: Lpc, pieces: readonly Piece[], data: Uint8Array): void {
  let at = 0;
  for (const piece of pieces) {
    mm.ram.write(piece.address, data.subarray(at, at + piece.length));
    at += piece.length;
  }
}
