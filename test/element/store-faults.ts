/**
 * Everything that the browser's storage can do to a page, each as a fault that begins and ends.
 *
 *   FAULTS           table -> name -> begin(prefix); what that returns ends the fault
 *   storedDisks      what is kept under a prefix, read past all of this
 *
 * They are made where they really happen: in IndexedDB's own methods, by another connection, by
 * another owner of the lock. `beforeStorage` must be called before the page opens its database.
 */
import { createDiskStore } from '../../web/store/disks.ts';
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import type { RecoveredDisk } from '../../web/store/types.ts';

type End = () => void | Promise<void>;
export type Fault = (prefix: string) => End | Promise<End>;

const DATABASE = 'neptune-disks';
const ENTRIES = 'entries';
/** Much less than anybody's patience. */
const SLOW_MS = 300;

const real = {
  open: IDBFactory.prototype.open,
  transaction: IDBDatabase.prototype.transaction,
  put: IDBObjectStore.prototype.put,
};
const connections = new Set<IDBDatabase>();

/** Knows the page's connections from now on. */
export function beforeStorage(): void {
  IDBDatabase.prototype.transaction = function (...args) {
    if (this.name === DATABASE) connections.add(this);
    return real.transaction.apply(this, args);
  };
}

export function afterStorage(): void {
  IDBDatabase.prototype.transaction = real.transaction;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function drop(): void {
  for (const connection of connections) connection.close();
  connections.clear();
}

async function raw<T>(work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await answer(real.open.call(indexedDB, DATABASE));
  try {
    const transaction = real.transaction.call(database, ENTRIES, 'readwrite');
    const done = new Promise<void>((ended) => (transaction.oncomplete = () => ended()));
    const result = await work(transaction.objectStore(ENTRIES));
    await done;
    return result;
  } finally {
    database.close();
  }
}

/** A transaction that is kept alive by one request after the other: everybody else waits. */
async function occupy(): Promise<End> {
  const database = await answer(real.open.call(indexedDB, DATABASE));
  const store = real.transaction.call(database, ENTRIES, 'readwrite').objectStore(ENTRIES);
  let held = true;
  const begun = answer(store.count());
  const again = (): void => {
    if (held) store.count().onsuccess = again;
    else database.close();
  };
  store.count().onsuccess = again;
  await begun;
  return () => void (held = false);
}

function failOpen(name: string): End {
  drop();
  IDBFactory.prototype.open = () => {
    throw new DOMException('refused', name);
  };
  return () => void (IDBFactory.prototype.open = real.open);
}

function replacePut(put: IDBObjectStore['put']): End {
  IDBObjectStore.prototype.put = put;
  return () => void (IDBObjectStore.prototype.put = real.put);
}

/** Every transaction that writes is aborted once all is in it, with this error or with none. */
function abortWrites(error?: DOMException): End {
  const seen = new WeakSet<IDBTransaction>();
  return replacePut(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const { transaction } = this;
    if (!seen.has(transaction)) {
      seen.add(transaction);
      if (error) Object.defineProperty(transaction, 'error', { value: error });
      queueMicrotask(() => transaction.abort());
    }
    return real.put.call(this, value, key);
  });
}

/** It is complete, and nobody is told. */
function muteWrites(): End {
  const listening = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = listening.call(this, stores, mode, options);
    if (mode === 'readwrite' && this.name === DATABASE)
      for (const name of ['oncomplete', 'onabort'])
        Object.defineProperty(transaction, name, { set: () => undefined });
    return transaction;
  };
  return () => void (IDBDatabase.prototype.transaction = listening);
}

async function stealLocks(prefix: string): Promise<End> {
  const { held = [] } = await navigator.locks.query();
  let letGo: () => void = () => undefined;
  const until = new Promise<void>((free) => (letGo = free));
  for (const { name = '' } of held) {
    if (!name.includes(prefix)) continue;
    await new Promise<void>((got) => {
      const hold = (): Promise<void> => (got(), until);
      navigator.locks.request(name, { steal: true }, hold).catch(() => undefined);
    });
  }
  // Whoever had them is told before the thief has them; it hears of it in a turn of its own.
  await new Promise((later) => setTimeout(later, 100));
  return letGo;
}

type Edit = (store: IDBObjectStore, key: IDBValidKey, value: unknown) => Promise<unknown>;

/** Edits the first entry of each disk of the kind, as no page of ours would. */
function spoil(kind: 'head' | 'chunk', edit: Edit): Fault {
  return async (prefix) => {
    await raw(async (store) => {
      const seen = new Set<string>();
      for (const key of (await answer(store.getAllKeys())) as (string | number)[][]) {
        if (key[0] !== kind || !String(key[1]).startsWith(prefix)) continue;
        const disk = `${String(key[1])}/${String(key[2])}`;
        if (seen.has(disk)) continue;
        seen.add(disk);
        await edit(store, key, await answer(store.get(key)));
      }
    });
    return () => undefined;
  };
}

const putBack: (change: (value: never) => unknown) => Edit = (change) => (store, key, value) =>
  answer(real.put.call(store, change(value as never), key));

type Faults = Record<string, Fault>;

const refusing: Faults = {
  'no room: opening': () => failOpen('QuotaExceededError'),
  'no room: a value': () =>
    replacePut(() => {
      throw new DOMException('full', 'QuotaExceededError');
    }),
  'no room: completing': () => abortWrites(new DOMException('full', 'QuotaExceededError')),
  'transaction aborted': () => abortWrites(),
  'no storage': () => failOpen('SecurityError'),
};

const silent: Faults = {
  'request never answered': occupy,
  'end never told': muteWrites,
  'slow answers': async () => {
    const end = await occupy();
    setTimeout(() => void end(), SLOW_MS);
    return end;
  },
};

const spoilt: Faults = {
  'database deleted': async () => {
    await answer(indexedDB.deleteDatabase(DATABASE));
    return () => undefined;
  },
  'connection lost': () => {
    drop();
    return () => undefined;
  },
  versionchange: async () => {
    const database = await answer(real.open.call(indexedDB, DATABASE));
    database.close();
    (await answer(real.open.call(indexedDB, DATABASE, database.version + 1))).close();
    return () => undefined;
  },
  'lock stolen': stealLocks,
  'chunk damaged': spoil(
    'chunk',
    putBack((bytes: Uint8Array) => {
      bytes[9000]! ^= 4;
      return bytes;
    }),
  ),
  'chunk missing': spoil('chunk', (store, key) => answer(store.delete(key))),
  'head damaged': spoil(
    'head',
    putBack((head: object) => ({ ...head, size: 368_640 })),
  ),
};

/** By the tables of docs/store-failures.md. */
export const FAULTS = { refusing, silent, spoilt };

export async function storedDisks(prefix: string): Promise<RecoveredDisk[]> {
  const backend = createIndexedDbBackend();
  const store = createDiskStore({ backend, scope: 'reader' });
  const found: RecoveredDisk[] = [];
  for (const { name } of await store.list({ prefix })) {
    const hold = await store.open(name, { prefix });
    const disk = await hold.recover();
    if (disk) found.push(disk);
    await hold.close();
  }
  backend.close();
  return found;
}
