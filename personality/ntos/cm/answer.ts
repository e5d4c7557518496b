/**
 * Structures on their way to a caller whose buffer may be too small, and bytes on theirs from him.
 *
 *   answer(context, caller, bytes, fixed, asked)   as much of `bytes` as fits
 *   callersBytes(context, caller, input)           what he has given, in the message or in memory
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import type { CmContext } from './context.ts';

/** What fits into a service buffer beside everything else. */
const ANSWER_LIMIT = 0x3800;

export interface Asked {
  readonly length: number;
  /** Where the answer goes; 0: into the message. */
  readonly address?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly data?: Uint8Array;
  readonly needed?: number;
}

/** `fixed`: without so much an answer would mean nothing. */
export function answer(
  context: CmContext,
  caller: NtThread,
  bytes: Uint8Array,
  fixed: number,
  { length, address = 0 }: Asked,
): Answer {
  const needed = bytes.length;
  const room = address === 0 ? Math.min(length, ANSWER_LIMIT) : length;
  if (room < fixed) return { status: Status.STATUS_BUFFER_TOO_SMALL, needed };
  const data = bytes.subarray(0, room);
  const status = room < needed ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS;
  if (address === 0) return { status, data, needed };
  const { mm } = context.needs;
  const pieces = mm.probe(caller.process, address, data.length, true);
  if (!pieces) return { status: Status.STATUS_ACCESS_VIOLATION };
  let at = 0;
  for (const piece of pieces) {
    mm.ram.write(piece.address, data.subarray(at, at + piece.length));
    at += piece.length;
  }
  return { status, needed };
}

export function callersBytes(
  { needs: { mm } }: CmContext,
  { process }: NtThread,
  { data, address = 0, length = 0 }: { data: Uint8Array; address?: number; length?: number },
): Uint8Array | undefined {
  if (address === 0) return data;
  const pieces = mm.probe(process, address, length, false);
  if (!pieces) return undefined;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    mm.ram.readInto(piece.address, bytes.subarray(at, at + piece.length));
    at += piece.length;
  }
  return bytes;
}
