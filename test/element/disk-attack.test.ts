/**
 * Disks that are kept while the browser's storage fails at any of its requests, in any way: what is
 * found is always a state that the disk really had, what passes for kept is kept, and when the
 * storage works again nothing is lost. Two disks under one name, whose locks were taken away, never
 * mix.
 */
import { assert } from 'chai';
import { Disk } from '../../web/element/disk.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { StoreError } from '../../web/store/errors.ts';
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import { Patience } from '../../web/store/patience.ts';
import type { StoreBackend } from '../../web/store/types.ts';
import { deleteDatabase, sameBytes } from '../store/backends.ts';

const SIZE = 163_840;
const OPERATIONS = 8;
/** More than one run makes, so that some faults never come. */
const REQUESTS = 70;
/** Of all that could be struck; 1: each, which takes minutes. */
const EVERY = 9;

const real = {
  get: IDBObjectStore.prototype.get,
  put: IDBObjectStore.prototype.put,
  delete: IDBObjectStore.prototype.delete,
  keys: IDBObjectStore.prototype.getAllKeys,
  begin: IDBDatabase.prototype.transaction,
};

type Strike = (transaction: IDBTransaction) => void;
const thrown =
  (name: string): Strike =>
  () => {
    throw new DOMException('at a request', name);
  };

/** What becomes of a request. */
const STRIKES: Record<string, Strike> = {
  ...Object.fromEntries(
    [
      'QuotaExceededError',
      'AbortError',
      'UnknownError',
      'TransactionInactiveError',
      'InvalidStateError',
      'NotReadableError',
    ].map((name) => [name, thrown(name)]),
  ),
  'aborted by the browser': (transaction) => queueMicrotask(() => transaction.abort()),
  'no room at the end': (transaction) => {
    Object.defineProperty(transaction, 'error', {
      value: new DOMException('full', 'QuotaExceededError'),
    });
    queueMicrotask(() => transaction.abort());
  },
  'connection closed': ({ db }) => db.close(),
  'another version': ({ db }) => {
    indexedDB.open(db.name, db.version + 1).onsuccess = function () {
      this.result.close();
    };
  },
  'database deleted': ({ db }) => void indexedDB.deleteDatabase(db.name),
  'its end is never told': (transaction) => {
    for (const name of ['oncomplete', 'onabort'])
      Object.defineProperty(transaction, name, { set: () => undefined });
  },
};

let left = Infinity;
let strike: Strike = () => undefined;
const databases = new Set<string>();

function requested(transaction: IDBTransaction): void {
  if (databases.has(transaction.db.name) && --left === 0) strike(transaction);
}

/** Each request of the databases under attack counts. */
function listen(): void {
  const { prototype } = IDBObjectStore;
  prototype.get = function (key) {
    requested(this.transaction);
    return real.get.call(this, key);
  };
  prototype.put = function (value: unknown, key?: IDBValidKey) {
    requested(this.transaction);
    return real.put.call(this, value, key);
  };
  prototype.delete = function (key) {
    requested(this.transaction);
    return real.delete.call(this, key);
  };
  prototype.getAllKeys = function (query, count) {
    requested(this.transaction);
    return real.keys.call(this, query, count);
  };
}

function stopListening(): void {
  const { get, put, delete: remove, keys } = real;
  Object.assign(IDBObjectStore.prototype, { get, put, delete: remove, getAllKeys: keys });
}

/** The same numbers every time. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function written(next: (below: number) => number): { offset: number; bytes: Uint8Array } {
  const sectors = 1 + next(next(3) === 0 ? 60 : 3);
  const offset = next(SIZE / 512 - sectors) * 512;
  const fill = next(4) === 0 ? 0 : 1 + next(255);
  return { offset, bytes: new Uint8Array(sectors * 512).fill(fill) };
}

const EVERYBODY = {
  tryTake: async () => ({ release: async () => undefined }),
  take: async () => ({ release: async () => undefined }),
  isHere: () => false,
  held: async () => [],
};

/** What lies in the database, past every fault: name to image, and whether all of it is sound. */
async function found(database: string): Promise<Map<string, Uint8Array>> {
  const before = left;
  left = Infinity;
  const backend = createIndexedDbBackend({ database });
  const store = createDiskStore({ backend });
  const disks = new Map<string, Uint8Array>();
  for (const { name } of await store.list()) {
    const hold = await store.open(name);
    const disk = (await hold.recover())!;
    assert.isUndefined(disk.damage, `${name}: ${disk.damage?.words}`);
    disks.set(name, disk.image);
    await hold.close();
  }
  backend.close();
  left = before;
  return disks;
}

const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one?.length === other.length && one.every((byte, i) => byte === other[i]);

suite('element/disk under attack', function () {
  this.timeout(300_000);
  let count = 0;
  const undo: (() => Promise<void>)[] = [];

  setup(listen);
  teardown(async () => {
    stopListening();
    left = Infinity;
    for (const step of undo.splice(0)) await step();
    databases.clear();
  });

  function database(): string {
    const name = `attack-${Date.now()}-${count++}`;
    databases.add(name);
    undo.push(() => deleteDatabase(name));
    return name;
  }

  function makeDisk(backend: StoreBackend, label: string): { disk: Disk; image: Uint8Array } {
    const store = createDiskStore({ backend, locks: EVERYBODY });
    let opened = 0;
    const home = { prefix: '', open: () => store.open(`${label} ${++opened}`) };
    const image = new Uint8Array(SIZE);
    // What nobody asked for is not tried: this test says when.
    const patience = new Patience(5000);
    const disk = new Disk({ label, image: image.slice(), home, retry: 1e8, patience });
    return { disk, image };
  }

  async function run(kind: string, at: number): Promise<boolean> {
    const name = database();
    const backend = createIndexedDbBackend({ database: name, timeout: 500 });
    const { disk, image } = makeDisk(backend, 'one');
    const next = chance(at * 31 + kind.length);
    const states = [image.slice()];
    left = at;
    strike = STRIKES[kind]!;
    disk.keepAt(disk.home!);
    for (let i = 0; i < OPERATIONS; i++) {
      const change = written(next);
      disk.take([change]);
      image.set(change.bytes, change.offset);
      states.push(image.slice());
      const error: unknown = await disk.save(next(3) === 0).then(
        () => undefined,
        (refused: unknown) => refused,
      );
      if (error !== undefined) assert.instanceOf(error, StoreError);
      if (error !== undefined && kind.startsWith('Quota'))
        assert.equal((error as StoreError).code, 'quota');
      const kept = [...(await found(name)).values()];
      for (const one of kept)
        assert.isTrue(
          states.some((state) => same(one, state)),
          `${kind} at ${at}, operation ${i}: a state that the disk never had`,
        );
      if (!disk.unsaved && kind !== 'database deleted')
        assert.isTrue(
          kept.some((one) => same(one, image)),
          `${kind} at ${at}: it passes for kept`,
        );
    }
    const struck = left <= 0;
    left = Infinity;
    await disk.save(true).catch(() => disk.save(true));
    assert.isFalse(disk.unsaved);
    sameBytes((await found(name)).get(disk.hold!.name), image, `${kind} at ${at}`);
    await disk.close();
    backend.close();
    return struck;
  }

  for (const kind of Object.keys(STRIKES))
    test(`${kind}, at each of its requests`, async () => {
      let struck = 0;
      for (let at = 1; at < REQUESTS; at += EVERY) if (await run(kind, at)) struck++;
      assert.isAbove(struck, 10 / EVERY);
    });

  test('two owners of one disk, without locks: each keeps its own, and none is mixed', async () => {
    for (let seed = 1; seed < 40; seed += EVERY) {
      const name = database();
      const backends = [0, 1].map(() => createIndexedDbBackend({ database: name }));
      const first = createDiskStore({ backend: backends[0]!, locks: EVERYBODY });
      const before = await first.open('shared');
      await before.replace(new Uint8Array(SIZE), 'shared');
      const next = chance(seed);
      const owners = await Promise.all(
        backends.map(async (backend, i) => {
          const store = createDiskStore({ backend, locks: EVERYBODY });
          const home = { prefix: '', open: () => store.open(`fresh ${i} ${next(1e9)}`) };
          const hold = await store.open('shared');
          const image = (await hold.read())!;
          const disk = new Disk({
            label: `owner ${i}`,
            image: image.slice(),
            hold,
            home,
            retry: 1e8,
          });
          return { disk, image };
        }),
      );
      const work: Promise<unknown>[] = [];
      for (let i = 0; i < 20; i++) {
        const { disk, image } = owners[next(2)]!;
        const change = written(next);
        disk.take([change]);
        image.set(change.bytes, change.offset);
        work.push(disk.save(next(4) === 0).catch(() => undefined));
        if (next(3) === 0) await Promise.all(work.splice(0));
      }
      await Promise.all(work);
      for (const { disk } of owners) await disk.save(true);
      for (const { disk } of owners) await disk.save(true);
      const kept = await found(name);
      for (const { disk, image } of owners) {
        assert.isFalse(disk.unsaved);
        sameBytes(kept.get(disk.hold!.name), image, `seed ${seed}`);
        await disk.close();
      }
      for (const backend of backends) backend.close();
    }
  });
});
