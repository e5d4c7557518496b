/**
 * One hold on one kept disk.
 *
 * Rules:
 *  - Changes are carried out one at a time, in the order of the calls; a failed one does not stop
 *    the next.
 *  - Every batch is guarded by the state that this hold last saw, so a writer that lost its lock,
 *    or never could have one, gets `conflict` and changes nothing.
 *  - A damaged disk says so in `read`, and `recover` has what is left; `replace` and `delete` still
 *    work on it, so its name is not lost.
 *  - A change never gives a damaged chunk a new check sum: it is refused with `corrupt`.
 *  - What this hold knows (`info`) changes only after the batch is durable.
 *
 *   openKeptDisk(context)   tries for the lock, reads the head; gives the lock back if that fails
 */

import type { MovableDisk, MoveAlso } from './bin.ts';
import { copyChanges, touchedChunks } from './chunks.ts';
import { chunksEdit, conflict, damagedError, type Edit, marksEdit, wholeEdit } from './edits.ts';
import { StoreError } from './errors.ts';
import { describeFailure } from './failures.ts';
import {
  chunkPath,
  chunksPath,
  describeHead,
  headPath,
  isSameState,
  readableHead,
  sealHead,
  sparePath,
  sumOf,
  type DiskHead,
} from './head.ts';
import { letGo } from './let-go.ts';
import type { DiskLock, DiskLocks } from './locks.ts';
import { compare, salvage, type FoundEntries } from './salvage.ts';
import type { DiskChange, DiskFacts, DiskInfo, DiskMarks, DiskStanding, KeyPath } from './types.ts';
import type { RecoveredDisk, StoreBackend, StoreBatch, StoreEntry } from './types.ts';

export interface KeptDiskContext {
  backend: StoreBackend;
  locks: DiskLocks;
  lockName: string;
  prefix: string;
  name: string;
  /** Called for every batch that was tried; `bytes` is what it put. */
  committed: (bytes: number) => void;
  failed: () => void;
  /** Gives up a disk in the bin: its label, undefined where there is none. */
  makeRoom: () => Promise<string | undefined>;
}

export class KeptDiskHold implements MovableDisk {
  readonly #context: KeptDiskContext;
  readonly #closing = new AbortController();
  #lock: DiskLock | undefined;
  #waiting: Promise<void> | undefined;
  /** What this hold knows of the disk. */
  #head: DiskHead | undefined;
  /** What must still be there when the next change is made; undefined: no head that can be read. */
  #guarded: DiskHead | undefined;
  /** Written, as far as it was seen: the answer did not come. It may be there all the same. */
  #tried: number | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  onRoomMade: ((label: string) => void) | undefined;

  constructor(context: KeptDiskContext) {
    this.#context = context;
  }

  get name(): string {
    return this.#context.name;
  }

  get prefix(): string {
    return this.#context.prefix;
  }

  get readOnly(): boolean {
    return this.#lock === undefined;
  }

  get usedHere(): boolean {
    const { locks, lockName } = this.#context;
    return this.readOnly && locks.isHere(lockName);
  }

  get info(): DiskInfo | undefined {
    return this.#head && describeHead(this.name, this.#head);
  }

  async begin(): Promise<void> {
    const { locks, backend } = this.#context;
    this.#lock = await locks.tryTake(this.#lockRequest());
    const { prefix, name } = this.#context;
    const [heads, spares] = await backend.read([headPath(prefix, name), sparePath(prefix, name)]);
    this.#guarded = readableHead(heads?.[0]?.[1]);
    this.#head = this.#guarded ?? readableHead(spares?.[0]?.[1]);
  }

  #lockRequest(): { name: string; lost: () => void } {
    return { name: this.#context.lockName, lost: () => (this.#lock = undefined) };
  }

  whenFree(options: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closedError());
    if (this.#lock) return Promise.resolve();
    this.#waiting ??= this.#takeLock().finally(() => (this.#waiting = undefined));
    return unlessAborted(this.#waiting, options.signal);
  }

  async #takeLock(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const lock = await this.#context.locks.take(this.#lockRequest(), signal);
      if (signal.aborted) await lock.release();
      else this.#lock = lock;
    } catch (error) {
      if (!signal.aborted) {
        throw new StoreError('failed', 'The wait for the disk to become free broke off.', error);
      }
    }
    if (signal.aborted) throw this.#closedError();
  }

  async read(): Promise<Uint8Array | undefined> {
    const found = await this.recover();
    if (!found?.damage) return found?.image;
    throw damagedError(found.damage.words);
  }

  recover(): Promise<RecoveredDisk | undefined> {
    return this.#inOrder(async () => {
      const found = await this.#find();
      const disk = salvage(found);
      this.#guarded = readableHead(found.head);
      // Damage that is known is no news to `check`.
      this.#head = disk && { ...disk.head, damaged: disk.damage?.ranges ?? [] };
      if (!disk) return undefined;
      const { image, damage, head } = disk;
      return { image, damage, tracks: head.tracks, origin: head.origin };
    });
  }

  check(): Promise<DiskStanding> {
    return this.#inOrder(async () => {
      const found = await this.#find();
      this.#guarded = readableHead(found.head);
      if (this.#guarded && sumOf(this.#guarded) === this.#tried) this.#head = this.#guarded;
      return compare(this.#head, found);
    });
  }

  async #find(): Promise<FoundEntries> {
    const [heads, spares, chunks = []] = await this.#context.backend.read(this.#paths());
    return {
      head: heads?.[0]?.[1],
      spare: spares?.[0]?.[1],
      chunks: new Map(chunks.map(([path, bytes]) => [Number(path[3]), bytes])),
    };
  }

  commit(changes: readonly DiskChange[], tracks?: Uint8Array): Promise<number> {
    const copies = copyChanges(changes);
    const odd = tracks?.slice();
    return this.#inOrder(async () => {
      const head = this.#changeableHead();
      const touched = touchedChunks(head.size, copies);
      if (touched.length === 0 && !odd) return head.generation;
      if (head.version === 1) return this.#write(await this.#editOldDisk(head, copies, odd));
      return this.#write(await this.#editChunks(head, touched, copies, odd));
    });
  }

  async #editChunks(
    head: DiskHead,
    touched: number[],
    changes: DiskChange[],
    tracks?: Uint8Array,
  ): Promise<Edit> {
    const { backend, prefix, name } = this.#context;
    const paths = touched.map((chunk) => chunkPath(prefix, name, chunk));
    const [heads, ...found] = await backend.read([headPath(prefix, name), ...paths]);
    // Another's chunks are no damage of ours.
    if (!isSameState(this.#guarded, heads?.[0]?.[1])) throw conflict();
    const records = new Map(touched.map((chunk, i) => [chunk, found[i]?.[0]?.[1]]));
    return chunksEdit(this.#context, head, records, changes, tracks);
  }

  /** A disk without check sums gets them at its first change, all at once. */
  async #editOldDisk(head: DiskHead, changes: DiskChange[], tracks?: Uint8Array): Promise<Edit> {
    const found = await this.#find();
    const disk = isSameState(head, found.head) ? salvage(found) : undefined;
    if (!disk) throw conflict();
    if (disk.damage) throw damagedError(disk.damage.words);
    for (const { offset, bytes } of changes) disk.image.set(bytes, offset);
    return wholeEdit(this.#context, disk.image, { label: head.label, before: head, tracks });
  }

  mark(marks: DiskMarks): Promise<number> {
    const copy = { ...marks };
    return this.#inOrder(async () => {
      const head = this.#changeableHead();
      if (head.version === 2) return this.#write(marksEdit(head, copy));
      const whole = await this.#editOldDisk(head, []);
      return this.#write({ ...whole, head: marksEdit(whole.head!, copy).head });
    });
  }

  replace(image: Uint8Array, label?: string, facts: DiskFacts = {}): Promise<number> {
    const copy = new Uint8Array(image);
    const odd = facts.tracks?.slice();
    return this.#inOrder(() => {
      const before = this.#ownedHead();
      const least = this.#guarded?.generation ?? 0;
      const all = { ...facts, label, before, least, tracks: odd };
      const edit = wholeEdit(this.#context, copy, all);
      letGo(copy);
      return this.#write(edit);
    });
  }

  delete(): Promise<void> {
    return this.#inOrder(async () => {
      this.#ownedHead();
      await this.#write({ head: undefined, clear: this.#paths(), put: [], bytes: 0 });
    });
  }

  /** All of it, as it is found, to another place; nothing is kept here any more. */
  moveTo(prefix: string, name: string, { clear = [], put = [] }: MoveAlso): Promise<void> {
    return this.#inOrder(async () => {
      this.#ownedHead();
      const paths = this.#paths();
      const found = (await this.#context.backend.read(paths)).flat();
      const moved = found.map(([[kind, , , ...rest], value]): StoreEntry => {
        return [[kind!, prefix, name, ...rest], value];
      });
      const edit = { clear: [...paths, ...clear], put: [...moved, ...put] };
      await this.#write({ head: undefined, bytes: 0, ...edit });
    });
  }

  #paths(): KeyPath[] {
    const { prefix, name } = this.#context;
    return [headPath(prefix, name), sparePath(prefix, name), chunksPath(prefix, name)];
  }

  /** Resolves to the generation that is there now: 0 for none. */
  async #write(edit: Edit): Promise<number> {
    const { prefix, name } = this.#context;
    const seen = this.#guarded;
    const path = headPath(prefix, name);
    const put = [...edit.put];
    const sealed = edit.head && sealHead(edit.head);
    if (sealed) put.push([path, sealed], [sparePath(prefix, name), sealed]);
    const guard = { path, holds: (value: unknown) => isSameState(seen, value) };
    const batch: StoreBatch = { clear: edit.clear, put, guard };
    try {
      await this.#writeMakingRoom(batch);
    } catch (error) {
      this.#context.failed();
      this.#tried = sealed?.sum;
      throw error;
    }
    this.#context.committed(edit.bytes);
    this.#tried = undefined;
    this.#head = edit.head;
    this.#guarded = edit.head;
    return edit.head?.generation ?? 0;
  }

  /** The bin goes before anything is refused. */
  async #writeMakingRoom(batch: StoreBatch): Promise<void> {
    const { backend, makeRoom } = this.#context;
    for (;;) {
      try {
        return await backend.write(batch);
      } catch (error) {
        if (describeFailure(error).code !== 'quota') throw error;
        const given = await makeRoom().catch(() => undefined);
        if (given === undefined) throw error;
        this.onRoomMade?.(given);
      }
    }
  }

  #changeableHead(): DiskHead {
    const head = this.#ownedHead();
    if (!head) throw new StoreError('missing', `No disk named "${this.name}" is kept here.`);
    // A record that is lost cannot be built upon: the disk has to be replaced.
    if (!this.#guarded) throw damagedError('its record is damaged');
    // `check` has found another state: changes of this one would mix two disks.
    const { born, generation } = this.#guarded;
    if (born !== head.born || generation !== head.generation) throw conflict();
    return head;
  }

  #ownedHead(): DiskHead | undefined {
    if (this.#lock) return this.#head;
    const message = `The disk "${this.name}" is in use elsewhere and can only be read here.`;
    throw new StoreError('read-only', message);
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closedError());
    const run = this.#queue.then(work);
    this.#queue = run.catch(() => undefined);
    return run;
  }

  #closedError(): StoreError {
    return new StoreError('closed', `The disk "${this.name}" was closed.`);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue;
    await this.#waiting?.catch(() => undefined);
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }
}

function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new StoreError('aborted', 'The wait for the disk was given up.', signal.reason));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export async function openKeptDisk(context: KeptDiskContext): Promise<KeptDiskHold> {
  const hold = new KeptDiskHold(context);
  try {
    await hold.begin();
    return hold;
  } catch (error) {
    await hold.close();
    throw error;
  }
}
