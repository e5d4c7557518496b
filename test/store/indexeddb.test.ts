/** What only the real database can do: crash, refuse, stay silent, close under us. */
import { assert } from 'chai';
import { CHUNK_BYTES } from '../../web/store/chunks.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import { webLocks } from '../../web/store/locks.ts';
import { deleteDatabase, noise, refusal, sameBytes } from './backends.ts';

let databases = 0;

suite('store/indexeddb', () => {
  let database: string;
  const undo: (() => void)[] = [];

  setup(() => (database = `store-idb-${Date.now()}-${databases++}`));

  teardown(async () => {
    for (const step of undo.splice(0)) step();
    await deleteDatabase(database);
  });

  /** `indexedDB` with one property replaced, until the test ends. */
  function replaceOpen(open: () => IDBOpenDBRequest): void {
    const real = indexedDB.open;
    IDBFactory.prototype.open = open;
    undo.push(() => (IDBFactory.prototype.open = real));
  }

  test('a tab that dies in the middle of commits leaves a state that the disk really had', async () => {
    const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), { type: 'module' });
    let reported = 0;
    const busy = new Promise<void>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = (event: MessageEvent<number>) => {
        reported = event.data;
        if (reported >= 30) resolve();
      };
    });
    worker.postMessage(database);
    await busy;
    const backend = createIndexedDbBackend({ database });
    const store = createDiskStore({ backend, locks: webLocks(), scope: database });
    const disk = await store.open('crash');
    assert.isTrue(disk.readOnly, 'the worker owns it');
    const free = disk.whenFree();
    worker.terminate();
    await free;
    assert.isFalse(disk.readOnly, 'its death gave the disk free');
    const image = await disk.read();
    const generation = disk.info?.generation ?? 0;
    assert.isAtLeast(generation, reported, 'what was reported durable is there');
    const states = new Set(image?.filter((_, at) => at % CHUNK_BYTES === 100));
    assert.deepEqual([...states], [generation & 0xff], 'all chunks are of one generation');
    await disk.close();
    backend.close();
  });

  test('a browser that refuses storage says so in a sentence', async () => {
    replaceOpen(() => {
      throw new DOMException('no', 'SecurityError');
    });
    const store = createDiskStore({ backend: createIndexedDbBackend({ database }) });
    const error = await refusal(store.open('work'));
    assert.equal(error.code, 'unavailable');
    assert.match(error.message, /does not let the page keep disks/);
    assert.equal((await refusal(store.list())).code, 'unavailable');
  });

  test('a refused open frees the lock', async () => {
    const backend = createIndexedDbBackend({ database });
    const store = createDiskStore({ backend, locks: webLocks(), scope: database });
    replaceOpen(() => {
      throw new DOMException('no', 'UnknownError');
    });
    assert.equal((await refusal(store.open('work'))).code, 'unavailable');
    undo.pop()?.();
    const disk = await store.open('work');
    assert.isFalse(disk.readOnly);
    await disk.close();
    backend.close();
  });

  test('a database that never answers is given up', async () => {
    replaceOpen(() => new EventTarget() as IDBOpenDBRequest);
    const store = createDiskStore({ backend: createIndexedDbBackend({ database, timeout: 50 }) });
    assert.equal((await refusal(store.open('work'))).code, 'timeout');
  });

  test('a commit is one transaction, and asks to be durable', async () => {
    const real = IDBDatabase.prototype.transaction;
    const seen: string[] = [];
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      seen.push(`${mode} ${options?.durability}`);
      return real.call(this, names, mode, options);
    };
    undo.push(() => (IDBDatabase.prototype.transaction = real));
    const backend = createIndexedDbBackend({ database });
    const disk = await createDiskStore({ backend }).open('work');
    await disk.replace(noise(5 * CHUNK_BYTES));
    seen.length = 0;
    await disk.commit([{ offset: 0, bytes: noise(4 * CHUNK_BYTES, 2) }]);
    assert.deepEqual(
      seen.filter((mode) => mode.startsWith('readwrite')),
      ['readwrite strict'],
    );
    await disk.close();
    backend.close();
  });

  test('an abort from the browser, in the middle, keeps the previous state', async () => {
    const backend = createIndexedDbBackend({ database });
    const disk = await createDiskStore({ backend }).open('work');
    const image = noise(4 * CHUNK_BYTES);
    await disk.replace(image);
    const real = IDBObjectStore.prototype.put;
    let puts = 0;
    // The second put of the batch fails later, in the database: its key is there already.
    IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
      return ++puts === 2 ? this.add(value, key) : real.call(this, value, key);
    };
    undo.push(() => (IDBObjectStore.prototype.put = real));
    const change = { offset: 0, bytes: noise(3 * CHUNK_BYTES, 2) };
    assert.equal((await refusal(disk.commit([change]))).code, 'failed');
    sameBytes(await disk.read(), image);
    assert.equal(await disk.commit([change]), 2);
    await disk.close();
    backend.close();
  });

  test('a connection that was closed under us is opened again', async () => {
    const backend = createIndexedDbBackend({ database });
    const disk = await createDiskStore({ backend }).open('work');
    await disk.replace(noise(512));
    await deleteDatabase(database); // closes ours by `versionchange`
    assert.isUndefined(await disk.read());
    assert.equal(await disk.replace(noise(512)), 1);
    await disk.close();
    backend.close();
  });

  test('an owner whose lock is stolen must not write any more', async () => {
    const backend = createIndexedDbBackend({ database });
    const store = createDiskStore({ backend, locks: webLocks(), scope: database });
    const disk = await store.open('work');
    await disk.replace(noise(512));
    const held = (await navigator.locks.query()).held ?? [];
    const name = held.find((lock) => lock.name?.includes(database))?.name ?? '';
    await navigator.locks.request(name, { steal: true }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.isTrue(disk.readOnly);
      assert.equal((await refusal(disk.replace(noise(512)))).code, 'read-only');
    });
    await disk.close();
    backend.close();
  });
});
