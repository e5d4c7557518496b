/**
 * Byte-range locks of one file (NT: FILE_LOCK, FsRtl).
 *
 *   new ByteLocks()
 *   take(lock)                 whether it is granted now
 *   wait(lock, ended)          in line until it is granted, or `release` or `cancel` ends it
 *   unlock(owner, ...)         one lock, by exactly its range
 *   release(which, status)     all locks of some owners; those in line end with `status`
 *   mayRead, mayWrite          whether an owner may move these bytes
 *
 * A lock belongs to a file object, the process that asked through it, and a key. As in NT:
 *
 * - An exclusive lock overlaps no other. A shared one overlaps shared ones, and exclusive ones of
 *   its own owner.
 * - Under an exclusive lock only its owner reads and writes; under a shared one everybody reads,
 *   and nobody writes, its owner included. Who moves no bytes asks nobody ([MS-FSA] 2.1.5.3 and
 *   2.1.5.4 answer before they look at locks).
 * - A lock of no bytes at 0 conflicts with nothing, one elsewhere with locks on both sides of it.
 * - Where a range is locked twice by one owner, the exclusive lock goes first.
 *
 * Whenever a lock goes, those in line are looked at in the order in which they came: each is
 * granted that can be, so one that cannot does not hold up those behind it.
 */
import * as Status from '../../../rtl/ntstatus.ts';

export interface LockOwner {
  readonly file: object;
  readonly process: object;
  readonly key: number;
}

export interface ByteLock {
  readonly owner: LockOwner;
  readonly offset: number;
  readonly length: number;
  readonly exclusive: boolean;
  /** It was granted, and is no more. */
  released?(): void;
}

interface Waiting {
  readonly lock: ByteLock;
  ended(status: number): void;
}

type Range = Pick<ByteLock, 'offset' | 'length'>;

function isSame(one: LockOwner, other: LockOwner): boolean {
  return one.file === other.file && one.process === other.process && one.key === other.key;
}

function isNothing({ offset, length }: Range): boolean {
  return offset === 0 && length === 0;
}

/** The last byte of a range of no bytes is the one before it. */
function overlap(one: Range, other: Range): boolean {
  if (isNothing(one) || isNothing(other)) return false;
  const [lastOne, lastOther] = [one.offset + one.length - 1, other.offset + other.length - 1];
  return one.offset <= lastOther && lastOne >= other.offset;
}

export class ByteLocks {
  readonly #granted: ByteLock[] = [];
  readonly #waiting: Waiting[] = [];

  /** Nothing is locked and nobody waits: the object may go. */
  get isEmpty(): boolean {
    return this.#granted.length === 0 && this.#waiting.length === 0;
  }

  take(lock: ByteLock): boolean {
    for (const held of this.#granted) {
      if (!overlap(lock, held)) continue;
      if (lock.exclusive || (held.exclusive && !isSame(held.owner, lock.owner))) return false;
    }
    this.#granted.push(lock);
    return true;
  }

  /** `ended` is called once, later; the answer ends the wait with STATUS_CANCELLED. */
  wait(lock: ByteLock, ended: (status: number) => void): () => void {
    const waiting = { lock, ended };
    this.#waiting.push(waiting);
    return () => this.#leave(waiting, Status.STATUS_CANCELLED);
  }

  unlock(owner: LockOwner, offset: number, length: number): number {
    const fits = (lock: ByteLock): boolean =>
      lock.offset === offset && lock.length === length && isSame(lock.owner, owner);
    const found =
      this.#granted.find((lock) => lock.exclusive && fits(lock)) ?? this.#granted.find(fits);
    if (!found) return Status.STATUS_RANGE_NOT_LOCKED;
    this.#drop(found);
    this.#grant();
    return Status.STATUS_SUCCESS;
  }

  release(which: (owner: LockOwner) => boolean, status: number): void {
    for (const waiting of [...this.#waiting])
      if (which(waiting.lock.owner)) this.#leave(waiting, status);
    for (const lock of [...this.#granted]) if (which(lock.owner)) this.#drop(lock);
    this.#grant();
  }

  mayRead(owner: LockOwner, offset: number, length: number): boolean {
    if (length === 0) return true;
    const range = { offset, length };
    return !this.#granted.some(
      (lock) => lock.exclusive && overlap(range, lock) && !isSame(lock.owner, owner),
    );
  }

  mayWrite(owner: LockOwner, offset: number, length: number): boolean {
    if (length === 0) return true;
    const range = { offset, length };
    return !this.#granted.some(
      (lock) => overlap(range, lock) && !(lock.exclusive && isSame(lock.owner, owner)),
    );
  }

  #drop(lock: ByteLock): void {
    this.#granted.splice(this.#granted.indexOf(lock), 1);
    lock.released?.();
  }

  #grant(): void {
    for (const waiting of [...this.#waiting])
      if (this.take(waiting.lock)) this.#leave(waiting, Status.STATUS_SUCCESS);
  }

  #leave(waiting: Waiting, status: number): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.ended(status);
  }
}
