/**
 * Handle tables: what a process holds.
 *
 * Handles are multiples of 4, given out ascending from 4; numbers of closed handles come again only
 * after many others, so that a stale handle is an error and not another object. Each entry owns a
 * reference to its object, remembers the access that was granted, and is charged to the process.
 *
 *   HandleTableBody    get, check, charge, uncharge, add, put, remove, entries
 *
 * Invariant: what the quota is charged is what the entries are, and what was charged for entries to
 * come.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { QuotaBlock } from '../ps/quota.ts';
import { unlimited } from '../ps/quotatable.ts';
import type { HandleEntry, HandleTable, ObObject, ObType } from './types.ts';

const NUMBER_LIMIT = 0x10_0000;

export class HandleTableBody implements HandleTable {
  readonly #entries = new Map<number, HandleEntry>();
  readonly #quota: QuotaBlock;
  #last = 0;

  constructor(quota = new QuotaBlock({ limits: unlimited })) {
    this.#quota = quota;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(handle: number): HandleEntry | undefined {
    return this.#entries.get(handle);
  }

  entries(): IterableIterator<[number, HandleEntry]> {
    return this.#entries.entries();
  }

  /** Charges for an entry to come. */
  charge({ charge }: ObType): number {
    const status = this.#quota.charge('handles', 1);
    if (status !== Status.STATUS_SUCCESS || !charge) return status;
    const more = this.#quota.charge(charge, 1);
    if (more !== Status.STATUS_SUCCESS) this.#quota.giveBack('handles', 1);
    return more;
  }

  /** What `charge` would answer. */
  check({ charge }: ObType): number {
    const status = this.#quota.check('handles', 1);
    return status === Status.STATUS_SUCCESS && charge ? this.#quota.check(charge, 1) : status;
  }

  uncharge({ charge }: ObType): void {
    this.#quota.giveBack('handles', 1);
    if (charge) this.#quota.giveBack(charge, 1);
  }

  /** The new handle; it has been charged. */
  add(object: ObObject, access: number, inherit = false): number {
    do {
      this.#last = this.#last + 4 >= NUMBER_LIMIT ? 4 : this.#last + 4;
    } while (this.#entries.has(this.#last));
    this.#entries.set(this.#last, { object, access, inherit, protect: false });
    return this.#last;
  }

  /** The entry under a number that is not in use; it has been charged. */
  put(handle: number, entry: HandleEntry): void {
    this.#entries.set(handle, entry);
  }

  remove(handle: number): HandleEntry | undefined {
    const entry = this.#entries.get(handle);
    if (!entry) return undefined;
    this.#entries.delete(handle);
    this.uncharge(entry.object.header.type);
    return entry;
  }
}
