/**
 * Entries that the browser itself cannot read any more: Chromium keeps long values in files of
 * their own, and answers NotReadableError where such a file is gone. The rest is there.
 */
import { assert } from 'chai';
import { createDiskStore } from '../../web/store/disks.ts';
import type { DiskStore } from '../../web/store/types.ts';
import { BACKENDS, type Harness, noise, refusal, sameBytes } from './backends.ts';

const SIZE = 737_280;

suite('store/lost records', () => {
  let harness: Harness;
  let store: DiskStore;
  const real = IDBObjectStore.prototype.get;

  setup(async () => {
    harness = BACKENDS.find(({ name }) => name === 'IndexedDB')!.make();
    store = createDiskStore(harness);
    for (const name of ['one', 'two']) {
      const disk = await store.open(name);
      await disk.replace(noise(SIZE), name);
      await disk.close();
    }
  });

  teardown(async () => {
    IDBObjectStore.prototype.get = real;
    await harness.end();
  });

  /** Reading such an entry fails, and aborts its transaction unless that is prevented. */
  function lose(error: string, ...paths: unknown[][]): void {
    const lost = new Set(paths.map((path) => JSON.stringify(path)));
    IDBObjectStore.prototype.get = function (key) {
      const request = real.call(this, key);
      if (!lost.has(JSON.stringify(key))) return request;
      const failed: Partial<Record<'onsuccess' | 'onerror', (event: Event) => void>> = {};
      request.onsuccess = () => {
        const event = new Event('error', { cancelable: true });
        failed.onerror?.(event);
        if (!event.defaultPrevented) this.transaction.abort();
      };
      Object.assign(failed, { error: new DOMException('lost', error), result: undefined });
      return failed as unknown as IDBRequest;
    };
  }

  const names = async (): Promise<string[]> => (await store.list()).map(({ name }) => name);

  for (const error of ['NotReadableError', 'DataError', 'DataCloneError'])
    test(`${error} of a chunk: it is named, and all else is read`, async () => {
      lose(error, ['chunk', '', 'one', 2]);
      const disk = await store.open('one');
      assert.equal((await refusal(disk.read())).code, 'corrupt');
      const { image, damage } = (await disk.recover())!;
      const expected = noise(SIZE).fill(0, 2 * 16_384, 3 * 16_384);
      sameBytes(image, expected);
      assert.deepEqual(damage?.ranges, [{ offset: 2 * 16_384, length: 16_384 }]);
      assert.equal(await disk.commit([{ offset: 0, bytes: noise(512, 5) }]), 2, 'others may');
      await disk.replace(image, 'one');
      assert.deepEqual(await names(), ['one', 'two']);
      await disk.close();
    });

  test('of a record: its copy counts, and no other disk is hidden', async () => {
    lose('NotReadableError', ['head', '', 'one']);
    assert.deepEqual(await names(), ['one', 'two']);
    const disk = await store.open('one');
    const { image, damage } = (await disk.recover())!;
    sameBytes(image, noise(SIZE));
    assert.match(damage?.words ?? '', /copy of it was used/);
    IDBObjectStore.prototype.get = real;
    await disk.close();
  });

  test('of both records: the chunks are what is left, and it is listed', async () => {
    lose('NotReadableError', ['head', '', 'one'], ['spare', '', 'one']);
    const [one, two] = await store.list();
    assert.deepInclude(one, { name: 'one', size: SIZE, damaged: true });
    assert.deepInclude(two, { name: 'two' });
    const disk = await store.open('one');
    sameBytes((await disk.recover())?.image, noise(SIZE));
    await disk.replace(noise(SIZE, 7), 'again');
    IDBObjectStore.prototype.get = real;
    sameBytes(await disk.read(), noise(SIZE, 7));
    await disk.close();
  });

  test('what fails for all of them is a failure, and no damage', async () => {
    lose('UnknownError', ['chunk', '', 'one', 2]);
    const disk = await store.open('one');
    assert.equal((await refusal(disk.recover())).code, 'unavailable');
    await disk.close();
  });
});
