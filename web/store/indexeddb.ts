/**
 * The backend in the browser: one IndexedDB database with one object store, keys are paths.
 *
 * A batch is one read-write transaction, asked to be durable before it reports (`durability:
 * 'strict'`; browsers without it ignore the word). If anything in it throws, the transaction is
 * aborted: IndexedDB would otherwise commit what had been put before. Every request may fail, and
 * some browsers never answer: each has a time-out.
 *
 *   createIndexedDbBackend(options?)   a StoreBackend; opens the database at the first call
 *
 * Source: IndexedDB 3.0 §2.7 (transactions), §2.11 (key ranges: arrays sort after strings and
 * numbers); idb-keyval gives the shape of `UseStore` and the promise around a request.
 */

import { promisifyRequest, type UseStore } from 'idb-keyval';
import { StoreError } from './errors.ts';
import { describeFailure, withTimeout } from './failures.ts';
import { TIMES } from './times.ts';
import type { KeyPath, StoreBackend, StoreBatch, StoreEntry } from './types.ts';

export interface IndexedDbOptions {
  /** Default: `neptune-disks`. */
  database?: string;
  /** Milliseconds until a silent database is given up. Default: `TIMES.silence`. */
  timeout?: number;
}

const OBJECT_STORE = 'entries';

function rangeUnder(path: KeyPath): IDBKeyRange {
  return IDBKeyRange.bound([...path], [...path, []]);
}

async function openDatabase(name: string, timeout: number): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined') {
    throw new StoreError('unavailable', 'This browser has no storage for disks.');
  }
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => void request.result.createObjectStore(OBJECT_STORE);
  try {
    return await withTimeout(promisifyRequest(request), timeout);
  } catch (error) {
    // A database that opens after we gave up must not stay open and block others.
    request.onsuccess = () => request.result.close();
    throw error;
  }
}

/**
 * A `UseStore` whose transactions are strict and whose connection is opened again after the
 * browser dropped it.
 */
function createStrictStore(
  name: string,
  timeout: () => number,
): { use: UseStore; close: () => void } {
  let opening: Promise<IDBDatabase> | undefined;

  function connect(): Promise<IDBDatabase> {
    opening ??= openDatabase(name, timeout()).then(
      (database) => {
        database.onclose = () => (opening = undefined);
        database.onversionchange = close;
        return database;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  }

  function close(): void {
    const closing = opening;
    opening = undefined;
    closing?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const options = { durability: 'strict' } as const;
    try {
      return (await connect()).transaction(OBJECT_STORE, mode, options);
    } catch (error) {
      // The connection may have been closed under us: once more with a new one.
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      close();
      return (await connect()).transaction(OBJECT_STORE, mode, options);
    }
  }

  const use: UseStore = async (mode, callback) => {
    const transaction = await begin(mode);
    return callback(transaction.objectStore(OBJECT_STORE));
  };
  return { use, close };
}

/** What browsers call a value that is in their table and is not to be had any more. */
const LOST = new Set(['NotReadableError', 'DataError', 'DataCloneError']);
const LOST_VALUE = null;

/** A value, or LOST_VALUE: one that is lost does not end the reading of the others. */
function valueAt(store: IDBObjectStore, key: IDBValidKey): Promise<unknown> {
  const request: IDBRequest<unknown> = store.get(key);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      if (!LOST.has(request.error?.name ?? '')) return reject(request.error as Error);
      // Else the transaction would be aborted for it.
      event.preventDefault();
      resolve(LOST_VALUE);
    };
  });
}

/** One by one: Chromium takes five times as long for `getAll` of 90 chunks (decision 0010). */
async function readUnder(store: IDBObjectStore, path: KeyPath): Promise<StoreEntry[]> {
  const keys = await promisifyRequest(store.getAllKeys(rangeUnder(path)));
  const values = await Promise.all(keys.map((key) => valueAt(store, key)));
  return keys.map((key, i) => [key as (string | number)[], values[i]]);
}

function putAll(store: IDBObjectStore, batch: StoreBatch): void {
  for (const path of batch.clear) store.delete(rangeUnder(path));
  for (const [path, value] of batch.put) store.put(value, [...path]);
}

/**
 * A request's error reaches the transaction's handlers before `transaction.error` is set: only
 * the end counts.
 */
function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Resolves when the transaction is complete; whatever goes wrong before aborts it. */
async function runBatch(store: IDBObjectStore, batch: StoreBatch): Promise<void> {
  const done = finished(store.transaction);
  try {
    if (batch.guard) {
      const found = await valueAt(store, [...batch.guard.path]);
      if (!batch.guard.holds(found)) {
        throw new StoreError('conflict', 'The kept disk was changed elsewhere in the meantime.');
      }
    }
    putAll(store, batch);
  } catch (error) {
    done.catch(() => undefined); // it ends in the abort that we are about to ask for
    abortQuietly(store.transaction);
    throw error;
  }
  await done;
}

/** Throws where the transaction has ended already: then there is nothing to abort. */
function abortQuietly(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    return;
  }
}

export function createIndexedDbBackend(options: IndexedDbOptions = {}): StoreBackend {
  const { database = 'neptune-disks' } = options;
  const timeout = (): number => options.timeout ?? TIMES.silence;
  const { use, close } = createStrictStore(database, timeout);

  async function attempt<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    let transaction: IDBTransaction | undefined;
    let over = false;
    const run = use(mode, async (store) => {
      transaction = store.transaction;
      // The database answered after its caller was told that it does not: nothing may happen now.
      if (over) throw new StoreError('timeout', 'Too late.');
      return work(store);
    });
    try {
      return await withTimeout(run, timeout());
    } catch (error) {
      over = true;
      if (transaction) abortQuietly(transaction);
      throw describeFailure(error);
    }
  }

  return {
    read: (paths) =>
      attempt('readonly', (store) => Promise.all(paths.map((path) => readUnder(store, path)))),
    write: (batch) => attempt('readwrite', (store) => runBatch(store, batch)),
    close,
  };
}
