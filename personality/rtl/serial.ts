/**
 * Structures of serial ports.
 *
 *   SERIAL_STATUS   what IOCTL_SERIAL_GET_COMMSTATUS answers: bytes that were received and not yet
 *                   read, bytes that are yet to be sent
 *
 * Source: published ntddser.h.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export interface CommStatus {
  readonly inQueue: number;
  readonly outQueue: number;
}

/** Errors, HoldReasons, AmountInInQueue, AmountInOutQueue, two booleans. */
export const SERIAL_STATUS_LENGTH = 20;

export function encodeCommStatus({ inQueue, outQueue }: CommStatus): Uint8Array {
  const bytes = new Uint8Array(SERIAL_STATUS_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, inQueue, true);
  view.setUint32(12, outQueue, true);
  return bytes;
}

export function decodeCommStatus(bytes: Uint8Array): CommStatus {
  if (bytes.length < SERIAL_STATUS_LENGTH)
    throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { inQueue: view.getUint32(8, true), outQueue: view.getUint32(12, true) };
}
