/**
 * One hold on one kept disk.
 *
 * Rules:
 *  - Changes are carried out one at a time, in the order of the calls; a failed one does not stop
 *    the next.
 *  - Every batch is guarded by the state that this hold last saw, so a writer that lost its lock,
 *    or never could have one, gets `conflict` and changes nothing.
 *  - A damaged disk says so in `read`; `replace` and `delete` still work on it, so its name is
 *    not lost.
 *  - What this hold knows (`info`) changes only after the batch is durable.
 *
 *   openKeptDisk(context)   tries for the lock, reads the head; gives the lock back if that fails
 */

import { applyChanges, copyChanges, joinChunks, splitImage, touchedChunks } from './chunks.ts';
import { StoreError } from './errors.ts';
import {
  chunkPath,
  chunksPath,
  describeHead,
  headPath,
  isSameState,
  parseHead,
  readableHead,
  type DiskHead,
} from './head.ts';
import type { DiskLock, DiskLocks } from './locks.ts';
import type { DiskChange, DiskInfo, KeptDisk, KeyPath } from './types.ts';
import type { StoreBackend, StoreBatch, StoreEntry } from './types.ts';

export interface KeptDiskContext {
  backend: StoreBackend;
  locks: DiskLocks;
  lockName: string;
  prefix: string;
  name: string;
  /** Called for every batch that was tried; `bytes` is what it put. */
  committed: (bytes: number) => void;
  failed: () => void;
}

interface Edit {
  head: DiskHead | undefined;
  clear: KeyPath[];
  put: StoreEntry[];
}

function weigh(put: readonly StoreEntry[]): number {
  return put.reduce((sum, [, value]) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
}

class KeptDiskHold implements KeptDisk {
  readonly #context: KeptDiskContext;
  readonly #closing = new AbortController();
  #lock: DiskLock | undefined;
  #waiting: Promise<void> | undefined;
  #head: DiskHead | undefined;
  #queue: Promise<unknown> = Promise.resolve();

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

  get info(): DiskInfo | undefined {
    return this.#head && describeHead(this.name, this.#head);
  }

  async begin(): Promise<void> {
    const { locks, backend } = this.#context;
    this.#lock = await locks.tryTake(this.#lockRequest());
    const [heads] = await backend.read([headPath(this.prefix, this.name)]);
    this.#head = readableHead(heads?.[0]?.[1]);
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

  read(): Promise<Uint8Array | undefined> {
    return this.#inOrder(async () => {
      const { backend, prefix, name } = this.#context;
      const [heads, chunks] = await backend.read([
        headPath(prefix, name),
        chunksPath(prefix, name),
      ]);
      this.#head = parseHead(heads?.[0]?.[1]);
      if (!this.#head) return undefined;
      const numbered = (chunks ?? []).map(([path, bytes]) => [Number(path[3]), bytes] as const);
      return joinChunks(this.#head.size, this.#head.chunks, numbered);
    });
  }

  commit(changes: readonly DiskChange[]): Promise<number> {
    const copies = copyChanges(changes);
    return this.#inOrder(async () => {
      const head = this.#ownedHead();
      if (!head) throw new StoreError('missing', `No disk named "${this.name}" is kept here.`);
      const touched = touchedChunks(head.size, copies);
      if (touched.length === 0) return head.generation;
      return this.#write(await this.#editChunks(head, touched, copies));
    });
  }

  async #editChunks(head: DiskHead, touched: number[], changes: DiskChange[]): Promise<Edit> {
    const { backend, prefix, name } = this.#context;
    const found = await backend.read(touched.map((chunk) => chunkPath(prefix, name, chunk)));
    const before = new Map(touched.map((chunk, i) => [chunk, found[i]?.[0]?.[1]]));
    const edit: Edit = { head: undefined, clear: [], put: [] };
    let chunks = head.chunks;
    for (const [chunk, bytes] of applyChanges(head.size, before, changes)) {
      const path = chunkPath(prefix, name, chunk);
      if (bytes) edit.put.push([path, bytes]);
      else edit.clear.push(path);
      chunks += Number(bytes !== undefined) - Number(before.get(chunk) !== undefined);
    }
    const generation = head.generation + 1;
    edit.head = { ...head, generation, chunks, modified: Date.now() };
    return edit;
  }

  replace(image: Uint8Array, label?: string): Promise<number> {
    const chunks = splitImage(image);
    const size = image.length;
    return this.#inOrder(() => {
      const before = this.#ownedHead();
      const now = Date.now();
      const head: DiskHead = {
        version: 1,
        label: label ?? before?.label ?? '',
        size,
        generation: (before?.generation ?? 0) + 1,
        born: before?.born ?? now,
        modified: now,
        chunks: chunks.size,
      };
      const { prefix, name } = this.#context;
      const put = [...chunks].map(([chunk, bytes]): StoreEntry => [
        chunkPath(prefix, name, chunk),
        bytes,
      ]);
      return this.#write({ head, clear: [chunksPath(prefix, name)], put });
    });
  }

  delete(): Promise<void> {
    return this.#inOrder(async () => {
      this.#ownedHead();
      const { prefix, name } = this.#context;
      const clear = [headPath(prefix, name), chunksPath(prefix, name)];
      await this.#write({ head: undefined, clear, put: [] });
    });
  }

  /** Resolves to the generation that is there now: 0 for none. */
  async #write(edit: Edit): Promise<number> {
    const { backend, prefix, name } = this.#context;
    const seen = this.#head;
    const path = headPath(prefix, name);
    const put = edit.head ? [...edit.put, [path, edit.head] as const] : edit.put;
    const guard = { path, holds: (value: unknown) => isSameState(seen, value) };
    const batch: StoreBatch = { clear: edit.clear, put, guard };
    try {
      await backend.write(batch);
    } catch (error) {
      this.#context.failed();
      throw error;
    }
    this.#context.committed(weigh(put));
    this.#head = edit.head;
    return edit.head?.generation ?? 0;
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

export async function openKeptDisk(context: KeptDiskContext): Promise<KeptDisk> {
  const hold = new KeptDiskHold(context);
  try {
    await hold.begin();
    return hold;
  } catch (error) {
    await hold.close();
    throw error;
  }
}
