/**
 * Reading and writing devices without a cache: terminals, the null device, disks that hold no known
 * file system.
 *
 *   readDevice(io, transfer)    { status, information }
 *   writeDevice(io, transfer)
 *
 * Buffered devices get data in packets of at most PIECE bytes, pipes of PIPE_TRANSFER_LIMIT; those
 * with direct I/O get the client's pages, TRANSFER_LIMIT at a time, and disks among them take whole
 * sectors only. The caller holds the MDL. A failure after some bytes have moved, or giving up by
 * `scope`, reports those bytes as a success.
 */
import { DO_DIRECT_IO } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_ERROR, NT_SUCCESS } from '../../../rtl/status.ts';
import type { Window } from '../../../sel4/types.ts';
import type { Piece } from '../../mm/types.ts';
import { type Mdl, slicePieces } from '../../mm/mdl.ts';
import { TRANSFER_LIMIT } from '../../cc/types.ts';
import { PIPE_TRANSFER_LIMIT } from '../../../rtl/pipes.ts';
import type { QuotaBlock } from '../../ps/quota.ts';
import { isDisk, isMeeting } from '../device/device.ts';
import type { FileObject } from '../file/fileobject.ts';
import type { CancelScope } from '../request/scope.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';

/** Bytes of data in one packet. */
const PIECE = 0x2000;

/** A pipe's packet holds as much as may be one message. */
function pieceOf({ device }: FileObject): number {
  return isMeeting(device) ? PIPE_TRANSFER_LIMIT : PIECE;
}

export interface TransferResult {
  readonly status: number;
  readonly information: number;
}

/** As much of `data` as there is room for. */
export function writePieces(ram: Window, pieces: readonly Piece[], data: Uint8Array): void {
  let at = 0;
  for (const piece of slicePieces(pieces, 0, data.length)) {
    ram.write(piece.address, data.subarray(at, at + piece.length));
    at += piece.length;
  }
}

/** What is to be moved between a device and memory. */
export interface DeviceTransfer {
  readonly file: FileObject;
  readonly offset: number;
  readonly mdl: Mdl;
  readonly length: number;
  readonly scope: CancelScope;
  /** Of a write to a pipe: as lending.ts has it. */
  readonly client?: number;
}

export function readDevice(io: IoContext, transfer: DeviceTransfer): Promise<TransferResult> {
  const direct = (transfer.file.device.flags & DO_DIRECT_IO) !== 0;
  return direct ? transferDirect(io, transfer, false) : readBuffered(io, transfer);
}

export function writeDevice(io: IoContext, transfer: DeviceTransfer): Promise<TransferResult> {
  const direct = (transfer.file.device.flags & DO_DIRECT_IO) !== 0;
  return direct ? transferDirect(io, transfer, true) : writeBuffered(io, transfer);
}

/** One packet: a terminal answers with what has been typed. */
async function readBuffered(
  io: IoContext,
  { file, offset, mdl, length, scope }: DeviceTransfer,
): Promise<TransferResult> {
  const count = Math.min(length, pieceOf(file));
  const parameters = { offset, length: count };
  const request = { major: 'read', file: file.id, parameters } as const;
  const irp = await callDriver(io, file.device, request, scope);
  if (NT_ERROR(irp.status)) return { status: irp.status, information: 0 };
  const data = (irp.result.data ?? new Uint8Array()).subarray(0, count);
  writePieces(io.executive.mm.ram, mdl.pieces, data);
  return { status: irp.status, information: data.length };
}

async function writeBuffered(
  io: IoContext,
  { file, offset, mdl, length, scope, client = 0 }: DeviceTransfer,
): Promise<TransferResult> {
  const { ram } = io.executive.mm;
  const meets = isMeeting(file.device);
  let done = 0;
  do {
    const count = Math.min(length - done, pieceOf(file));
    const data = new Uint8Array(count);
    let at = 0;
    for (const piece of slicePieces(mdl.pieces, done, count)) {
      ram.readInto(piece.address, data.subarray(at, at + piece.length));
      at += piece.length;
    }
    const parameters = { offset: offset + done, length: meets ? length - done : count, data };
    const request = { major: 'write', file: file.id, client, parameters } as const;
    const irp = await callDriver(io, file.device, request, scope);
    const failed = !NT_SUCCESS(irp.status);
    if (failed && done === 0) return { status: irp.status, information: 0 };
    const written = failed ? 0 : Math.min(irp.information, count);
    done += written;
    if (written < count) break;
  } while (done < length && !scope.cancelled);
  return { status: Status.STATUS_SUCCESS, information: done };
}

/** `body`, while the quota pays for the bytes that a driver holds for it. */
export async function paid<R extends { status: number }>(
  quota: QuotaBlock,
  bytes: number,
  body: () => Promise<R>,
): Promise<R | { status: number; information: number }> {
  const status = quota.charge('pagedPool', bytes);
  if (status !== Status.STATUS_SUCCESS) return { status, information: 0 };
  try {
    return await body();
  } finally {
    quota.giveBack('pagedPool', bytes);
  }
}

async function transferDirect(
  io: IoContext,
  { file, offset, mdl, length, scope }: DeviceTransfer,
  write: boolean,
): Promise<TransferResult> {
  const { device } = file;
  const unit = isDisk(device) ? device.sectorSize : 1;
  if (offset % unit !== 0 || length % unit !== 0)
    return { status: Status.STATUS_INVALID_PARAMETER, information: 0 };
  let done = 0;
  while (done < length && !(scope.cancelled && done > 0)) {
    const count = Math.min(length - done, TRANSFER_LIMIT);
    const at = offset + done;
    const to = { file: file.id, mdl: mdl.partial(done, count) };
    const place = { offset: at, length: count };
    const data = new Uint8Array();
    const irp = write
      ? await callDriver(
          io,
          device,
          { major: 'write', ...to, parameters: { ...place, data } },
          scope,
        )
      : await callDriver(io, device, { major: 'read', ...to, parameters: place }, scope);
    const failed = !NT_SUCCESS(irp.status);
    if (failed && done === 0) return { status: irp.status, information: 0 };
    const moved = failed ? 0 : Math.min(irp.information, count);
    done += moved;
    if (moved < count) break;
  }
  return { status: Status.STATUS_SUCCESS, information: done };
}
