/**
 * Handle tables: what a process holds.
 *
 * Handles are multiples of 4, given out ascending from 4; numbers of closed handles come again only
 * after HANDLE_LIMIT others, so that
 * a stale handle is an error and not another object. Each entry owns a reference to its object and
 * remembers the access that was
 * granted.
 *
 *   HandleTableBody    get, add, remove, entries
 */
import type { HandleEntry, HandleTable, ObObject } from './types.ts';

/** Handles that one process may hold at a time. */
export const HANDLE_LIMIT = 4096;
const NUMBER_LIMIT = 0x10_0000;

export class HandleTableBody implements HandleTable {
  readonly #entries = new Map<number, HandleEntry>();
  #last = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(handle: number): HandleEntry | undefined {
    return this.#entries.get(handle);
  }

  entries(): IterableIterator<[number, HandleEntry]> {
    return this.#entries.entries();
  }

  /** The new handle, or 0 where the table is full. */
  add(object: ObObject, access: number): number {
    if (this.#entries.size >= HANDLE_LIMIT) return 0;
    do {
      this.#last = this.#last + 4 >= NUMBER_LIMIT ? 4 : this.#last + 4;
    } while (this.#entries.has(this.#last));
    this.#entries.set(this.#last, { object, access });
    return this.#last;
  }

  remove(handle: number): HandleEntry | undefined {
    const entry = this.#entries.get(handle);
    if (entry) this.#entries.delete(handle);
    return entry;
  }
}
