/**
 * One DMA transfer: from an IRP's buffer to the programmed channel and back.
 *
 * The transfer is direct where the part asked for is one piece of RAM below 16 MiB inside one page
 * of the controller; else it goes
 * through map registers, and the Executive copies: before a transfer to the device, after one from
 * it. While it is programmed, the
 * pages are held (by an MDL of its own), whatever the driver or the IRP's sender does meanwhile.
 *
 *   mapTransfer(parts, adapter, irp, offset, length, toDevice)     programs; { status, length }
 *   flushTransfer(parts, adapter, irp)                             masks, copies; { status,
 *   transferred }
 *   abandon(parts, transfer)                                       masks, copies nothing
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { Counter } from '../../ex/types.ts';
import type { HalNeeds } from '../needs.ts';
import type { Piece } from '../../mm/types.ts';
import type { Mdl } from '../../mm/mdl.ts';
import type { Adapter } from './channels.ts';
import type { DmaController } from './controller.ts';
import { MAP_BYTES, type MapRegisters } from './mapregisters.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const ISA_LIMIT = 0x100_0000;

/** What is programmed on a channel now. */
export interface Transfer {
  readonly channel: number;
  readonly irp: number;
  readonly offset: number;
  readonly length: number;
  readonly toDevice: boolean;
  /** Holds the part of the buffer. */
  readonly part: Mdl;
  /** Address of the map registers; undefined: direct. */
  readonly bounce: number | undefined;
}

export interface TransferParts {
  readonly executive: HalNeeds;
  readonly controller: DmaController;
  readonly mapRegisters: MapRegisters;
  /** By adapter id. */
  readonly active: Map<number, Transfer>;
  readonly bounces: Counter;
}

/** Whether the controller can reach it in one transfer. */
export function isReachable(piece: Piece, channel: number): boolean {
  const words = channel > 3;
  const page = words ? 0x2_0000 : 0x1_0000;
  const last = piece.address + piece.length - 1;
  if (last >= ISA_LIMIT || Math.floor(piece.address / page) !== Math.floor(last / page))
    return false;
  return !words || ((piece.address | piece.length) & 1) === 0;
}

export function mapTransfer(
  parts: TransferParts,
  adapter: Adapter,
  input: { irp: number; offset: number; length: number; toDevice: boolean },
): { status: number; length?: number } {
  const { executive, controller, active } = parts;
  const { irp, offset, toDevice } = input;
  if (active.has(adapter.id)) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  const buffer = executive.io.findMdl(adapter.process, irp);
  if (!buffer?.allows(toDevice)) return { status: Status.STATUS_INVALID_PARAMETER };
  if (input.length === 0 || offset + input.length > buffer.byteCount)
    return { status: Status.STATUS_INVALID_PARAMETER };
  const length = Math.min(input.length, adapter.maximumLength, MAP_BYTES);
  if (adapter.channel > 3 && length % 2 !== 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const part = buffer.partial(offset, length);
  const { pieces } = part;
  const only = pieces.length === 1 ? pieces[0] : undefined;
  const direct = only && isReachable(only, adapter.channel) ? only : undefined;
  const bounce = direct ? undefined : parts.mapRegisters.take(length);
  if (!direct && bounce === undefined) {
    part.release();
    return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  }
  active.set(adapter.id, { ...input, channel: adapter.channel, length, part, bounce });
  if (bounce !== undefined) {
    parts.bounces.value++;
    if (toDevice) copyOut(executive, pieces, bounce);
  }
  controller.program(adapter.channel, direct?.address ?? bounce ?? 0, length, toDevice);
  return { status: SUCCESS, length };
}

function copyOut(executive: HalNeeds, pieces: readonly Piece[], bounce: number): void {
  const { ram } = executive.mm;
  let to = bounce;
  for (const { address, length } of pieces) {
    ram.copyTo(address, ram, to, length);
    to += length;
  }
}

function copyIn(
  executive: HalNeeds,
  bounce: number,
  pieces: readonly Piece[],
  transferred: number,
): void {
  const { ram } = executive.mm;
  let done = 0;
  for (const { address, length } of pieces) {
    const count = Math.min(length, transferred - done);
    if (count <= 0) return;
    ram.copyTo(bounce + done, ram, address, count);
    done += count;
  }
}

/** Ends what is programmed; the bytes that went through by the controller's count. */
function finish(parts: TransferParts, id: number, transfer: Transfer, copy: boolean): number {
  const { executive, controller, mapRegisters, active } = parts;
  const { channel, length, bounce, part } = transfer;
  controller.mask(channel);
  const transferred = Math.max(0, length - controller.remaining(channel));
  if (bounce !== undefined) {
    if (copy && !transfer.toDevice) copyIn(executive, bounce, part.pieces, transferred);
    mapRegisters.giveBack(bounce, length);
  }
  part.release();
  active.delete(id);
  return transferred;
}

export function flushTransfer(
  parts: TransferParts,
  adapter: Adapter,
  irp: number,
): { status: number; transferred?: number } {
  const transfer = parts.active.get(adapter.id);
  if (!transfer || transfer.irp !== irp) return { status: Status.STATUS_INVALID_PARAMETER };
  // An IRP that is completed already has no buffer any more: nothing may be copied into it.
  const held = parts.executive.io.findMdl(adapter.process, irp) !== undefined;
  const transferred = finish(parts, adapter.id, transfer, held);
  return held ? { status: SUCCESS, transferred } : { status: Status.STATUS_INVALID_PARAMETER };
}

export function abandonTransfer(parts: TransferParts, adapter: Adapter): void {
  const transfer = parts.active.get(adapter.id);
  if (transfer) finish(parts, adapter.id, transfer, false);
}
