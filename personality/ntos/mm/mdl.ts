/**
 * MDLs: memory that is held and can be described, split, mapped and handed to DMA (NT: memory
 * descriptor lists).
 *
 * An MDL is a list of pieces of RAM. As long as it lives its pages are locked: whoever frees or
 * unmaps them meanwhile loses the data, nobody else. Every IRP with direct I/O has one, and so has
 * every service that waits before it uses a caller's buffer.
 *
 *   new Mdl(mm, pieces, direction)   locks the pages
 *   partial(offset, length)          an MDL of its own for a part (IoBuildPartialMdl)
 *   map(process), unmap(process)     into the process that holds the request; at most once in each
 *   release()                        unmapped everywhere, pages unlocked
 *
 * A mapping has the rights of the request, kept by the kernel's frames: data on its way to a device
 * can be read alone. It is of whole pages: who maps a part of a page sees all of that page, as in
 * NT.
 *
 * Sectors of one request may lie anywhere in the cache's pages. What can be mapped as one stretch
 * of addresses is a *segment*, and a driver sees a chain of MDLs, one for each.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Process } from '../ps/types.ts';
import type { Mm, Piece } from './types.ts';

/** What an MDL needs of the memory manager. */
export type MdlNeeds = Pick<
  Mm,
  'lockPages' | 'unlockPages' | 'mapPages' | 'unmapPages' | 'reserveView' | 'releaseView'
>;

/**
 * Which way the data goes, as devices see it: of a write `toDevice`, and nobody who holds the
 * request may change it. Memory of a driver's own may go both ways.
 */
export type Direction = 'toDevice' | 'fromDevice' | 'both';

/** A stretch of an MDL that is contiguous where it is mapped. */
export interface Segment {
  /** Of the first byte in the first page. */
  readonly byteOffset: number;
  readonly byteCount: number;
  /** Their physical addresses. */
  readonly pages: readonly number[];
}

export class Mdl {
  readonly pieces: readonly Piece[];
  readonly byteCount: number;
  readonly direction: Direction;
  readonly #mm: MdlNeeds;
  readonly #mappings = new Map<Process, { address: number; count: number; charge: number }>();
  #released = false;

  constructor(mm: MdlNeeds, pieces: readonly Piece[], direction: Direction) {
    this.#mm = mm;
    this.pieces = pieces;
    this.byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.direction = direction;
    mm.lockPages(pieces);
  }

  /** As many bytes as there are of [offset, offset + length), for that direction or its own. */
  partial(offset: number, length: number, direction = this.direction): Mdl {
    return new Mdl(this.#mm, slicePieces(this.pieces, offset, length), direction);
  }

  /** Whether a device may be given the data, or write it. */
  allows(toDevice: boolean): boolean {
    return this.direction === 'both' || (this.direction === 'toDevice') === toDevice;
  }

  get segments(): Segment[] {
    return segmentsOf(this.pieces);
  }

  /** Where its first segment's first page is in that process; the others follow page by page. */
  map(process: Process): { status: number; address?: number } {
    const known = this.#mappings.get(process);
    if (known) return { status: Status.STATUS_SUCCESS, address: known.address };
    if (this.#released || this.byteCount === 0) return { status: Status.STATUS_INVALID_PARAMETER };
    const pages = this.segments.flatMap((segment) => segment.pages);
    // Memory of its own is charged to it already.
    const charge = this.direction === 'both' ? 0 : pages.length;
    const charged = process.quota.charge('views', charge);
    if (!NT_SUCCESS(charged)) return { status: charged };
    const address = this.#mm.reserveView(process, pages.length);
    const status =
      address === undefined
        ? Status.STATUS_INSUFFICIENT_RESOURCES
        : this.#mm.mapPages(process, address, pages, this.direction !== 'toDevice');
    if (address === undefined || !NT_SUCCESS(status)) {
      if (address !== undefined) this.#mm.releaseView(process, address, pages.length);
      process.quota.giveBack('views', charge);
      return { status };
    }
    this.#mappings.set(process, { address, count: pages.length, charge });
    return { status, address };
  }

  /** Whether it was mapped there. */
  unmap(process: Process): boolean {
    const mapping = this.#mappings.get(process);
    if (!mapping) return false;
    this.#mappings.delete(process);
    this.#mm.unmapPages(process, mapping.address, mapping.count);
    this.#mm.releaseView(process, mapping.address, mapping.count);
    process.quota.giveBack('views', mapping.charge);
    return true;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const process of [...this.#mappings.keys()]) this.unmap(process);
    this.#mm.unlockPages(this.pieces);
  }
}

/** The part [offset, offset + length) of a list of pieces. */
export function slicePieces(pieces: readonly Piece[], offset: number, length: number): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const skip = Math.min(offset, piece.length);
    const count = Math.min(piece.length - skip, length);
    if (count > 0) out.push({ address: piece.address + skip, length: count });
    offset -= skip;
    length -= count;
  }
  return out;
}

/** Pieces join where one ends and the next begins at the border of a page. */
export function segmentsOf(pieces: readonly Piece[]): Segment[] {
  const segments: { byteOffset: number; byteCount: number; pages: number[] }[] = [];
  let last: (typeof segments)[number] | undefined;
  let open = false;
  for (const { address, length } of pieces) {
    if (length <= 0) continue;
    const byteOffset = address % PAGE_SIZE;
    if (!last || !open || byteOffset !== 0)
      segments.push((last = { byteOffset, byteCount: 0, pages: [] }));
    last.byteCount += length;
    const end = address + length;
    for (let page = address - byteOffset; page < end; page += PAGE_SIZE) last.pages.push(page);
    open = end % PAGE_SIZE === 0;
  }
  return segments;
}
