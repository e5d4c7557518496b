/**
 * Share modes: who may open a file that others have open.
 *
 * An open for data or deletion succeeds only if every earlier one shares what it wants, and it
 * shares what every earlier one has. Opens that want attributes only neither count nor ask
 * (IoCheckShareAccess, ntifs.h).
 */
import {
  DELETE,
  FILE_APPEND_DATA,
  FILE_READ_DATA,
  FILE_SHARE_DELETE,
  FILE_SHARE_READ,
  FILE_SHARE_WRITE,
  FILE_WRITE_DATA,
} from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';

/** What an open wants, in the bits of share modes. */
function wanted(access: number): number {
  let bits = 0;
  if ((access & FILE_READ_DATA) !== 0) bits |= FILE_SHARE_READ;
  if ((access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) !== 0) bits |= FILE_SHARE_WRITE;
  if ((access & DELETE) !== 0) bits |= FILE_SHARE_DELETE;
  return bits;
}

interface Share {
  readonly access: number;
  readonly share: number;
}

export class ShareAccess {
  readonly #opens = new Set<Share>();

  check(access: number, share: number): number {
    const wants = wanted(access);
    if (wants === 0) return Status.STATUS_SUCCESS;
    for (const other of this.#opens)
      if ((wants & ~other.share) !== 0 || (other.access & ~share) !== 0)
        return Status.STATUS_SHARING_VIOLATION;
    return Status.STATUS_SUCCESS;
  }

  /** Returns what `remove` takes; after a `check` that succeeded. */
  add(access: number, share: number): Share | undefined {
    const wants = wanted(access);
    if (wants === 0) return undefined;
    const entry = { access: wants, share };
    this.#opens.add(entry);
    return entry;
  }

  remove(entry: Share | undefined): void {
    if (entry) this.#opens.delete(entry);
  }
}

export type ShareEntry = ReturnType<ShareAccess['add']>;
