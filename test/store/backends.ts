/**
 * The backends that the store's suite runs against, each with a way to make it fail.
 *
 *   BACKENDS            name and `make` of each
 *   harness.backend     a fresh one; `reopen` connects to the same data again, as a reload does
 *   harness.failPut     the nth put from now fails in the middle of its batch
 *   harness.end         frees it, and removes its data
 *
 * IndexedDB is made to fail where it really fails: in IDBObjectStore.put.
 */
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import { createLocalLocks, webLocks, type DiskLocks } from '../../web/store/locks.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import type { StoreBackend } from '../../web/store/types.ts';

export interface Harness {
  backend: StoreBackend;
  locks: DiskLocks;
  /** Keeps Web Locks of one test apart from those of others. */
  scope: string;
  reopen(): StoreBackend;
  failPut(nth: number, error: Error): void;
  end(): Promise<void>;
}

function makeMemory(): Harness {
  const backend = createMemoryBackend();
  return {
    backend,
    locks: createLocalLocks(),
    scope: 'memory',
    reopen: () => backend,
    failPut: (nth, error) => backend.faults.failPut(nth, error),
    end: async () => undefined,
  };
}

const realPut = IDBObjectStore.prototype.put;

function failPut(nth: number, error: Error): void {
  let puts = 0;
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    puts++;
    if (puts === nth) throw error;
    return realPut.call(this, value, key);
  };
}

export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

let databases = 0;

function makeIndexedDb(): Harness {
  const database = `store-test-${Date.now()}-${databases++}`;
  const connections: StoreBackend[] = [];
  const reopen = (): StoreBackend => {
    const backend = createIndexedDbBackend({ database });
    connections.push(backend);
    return backend;
  };
  return {
    backend: reopen(),
    locks: webLocks(),
    scope: database,
    reopen,
    failPut,
    end: async () => {
      IDBObjectStore.prototype.put = realPut;
      for (const backend of connections) backend.close();
      await deleteDatabase(database);
    },
  };
}

export const BACKENDS: { name: string; make: () => Harness }[] = [
  { name: 'memory', make: makeMemory },
  { name: 'IndexedDB', make: makeIndexedDb },
];

/** Runs what must be refused; the error it was refused with. */
export async function refusal(work: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { code?: string };
  }
  throw new Error('nothing was refused');
}

/** Bytes that look random and are the same every time. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

/** As assert.deepEqual, for images: fast, and says where they differ instead of printing them. */
export function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array, what = ''): void {
  if (actual?.length !== expected.length) {
    throw new Error(`${what} ${actual?.length} bytes instead of ${expected.length}`);
  }
  for (let at = 0; at < expected.length; at++) {
    if (actual[at] === expected[at]) continue;
    throw new Error(`${what} byte ${at} is ${actual[at]} instead of ${expected[at]}`);
  }
}
