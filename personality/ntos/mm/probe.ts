/**
 * Probing a process's buffer: from virtual addresses to pieces of RAM.
 *
 * The check is made against the mappings as they are now, and nothing is held: who waits before
 * using the pieces locks their pages
 * first (mm.lockPages), and a process that unmaps its buffer meanwhile loses the data, nobody else.
 *
 *   probeBuffer(space, address, length, write)   merged pieces, or undefined: access violation
 *   pagesOf(pieces)                              page numbers that the pieces touch
 */
import { PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import type { Space } from './space.ts';
import type { Piece } from './types.ts';

export function probeBuffer(
  space: Pick<Space, 'at'>,
  address: number,
  length: number,
  write: boolean,
): Piece[] | undefined {
  if (length < 0 || address + length > USER_LIMIT) return undefined;
  const pieces: { address: number; length: number }[] = [];
  let last: { address: number; length: number } | undefined;
  for (let done = 0; done < length;) {
    const mapping = space.at(address + done);
    if (!mapping || (write && !mapping.writable)) return undefined;
    const offset = (address + done) % PAGE_SIZE;
    const count = Math.min(PAGE_SIZE - offset, length - done);
    const physical = mapping.page + offset;
    if (last && last.address + last.length === physical) last.length += count;
    else pieces.push((last = { address: physical, length: count }));
    done += count;
  }
  return pieces;
}

export function* pagesOf(pieces: readonly Piece[]): IterableIterator<number> {
  for (const { address, length } of pieces) {
    if (length <= 0) continue;
    const end = Math.floor((address + length - 1) / PAGE_SIZE);
    for (let page = Math.floor(address / PAGE_SIZE); page <= end; page++) yield page;
  }
}
