/** Deleted disks: moved in one piece, restored byte for byte, and given up when room is needed. */
import { assert } from 'chai';
import { DAYS } from '../../web/store/bin.ts';
import { CHUNK_BYTES } from '../../web/store/chunks.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import type { DiskStore } from '../../web/store/types.ts';
import { BACKENDS, noise, refusal, type Harness, sameBytes } from './backends.ts';

const SIZE = 5 * CHUNK_BYTES;
const AT = { prefix: 'p' };

async function keep(store: DiskStore, name: string, seed: number): Promise<void> {
  const disk = await store.open(name, AT);
  await disk.replace(noise(SIZE, seed), `label of ${name}`);
  await disk.close();
}

const namesOf = async (store: DiskStore): Promise<string[]> =>
  (await store.list(AT)).map(({ name }) => name);

for (const { name, make } of BACKENDS) {
  suite(`store/bin on ${name}`, () => {
    let harness: Harness;
    let store: DiskStore;
    const storeOver = (backend = harness.backend): DiskStore =>
      createDiskStore({ backend, locks: harness.locks, scope: harness.scope });

    setup(async () => {
      harness = make();
      store = storeOver();
      await keep(store, 'one', 1);
      await keep(store, 'two', 2);
    });

    teardown(() => harness.end());

    test('what is thrown away is in the bin after a reload, and comes back as it was', async () => {
      await store.bin(AT).throwAway('one');
      assert.deepEqual(await namesOf(store), ['two']);
      assert.deepEqual(await store.bin({ prefix: 'other' }).list(), []);
      const again = storeOver(harness.reopen());
      const [binned, ...others] = await again.bin(AT).list();
      assert.lengthOf(others, 0);
      assert.include(binned, { label: 'label of one', size: SIZE });
      assert.closeTo(binned!.deleted, Date.now(), 60_000);
      assert.equal(await again.bin(AT).restore(binned!.name), 'one');
      assert.deepEqual(await again.bin(AT).list(), []);
      const disk = await again.open('one', AT);
      sameBytes(await disk.read(), noise(SIZE, 1));
      await disk.commit([{ offset: 3, bytes: Uint8Array.of(9) }]);
      await disk.close();
    });

    test('one whose name is taken meanwhile gets another', async () => {
      await store.bin(AT).throwAway('one');
      await keep(store, 'one', 7);
      const [binned] = await store.bin(AT).list();
      const restored = await store.bin(AT).restore(binned!.name);
      assert.notEqual(restored, 'one');
      const disk = await store.open(restored, AT);
      sameBytes(await disk.read(), noise(SIZE, 1));
      await disk.close();
    });

    test('a disk that somebody has is not thrown away; a move that fails changes nothing', async () => {
      const held = await store.open('one', AT);
      assert.equal((await refusal(store.bin(AT).throwAway('one'))).code, 'read-only');
      await held.close();
      harness.failPut(3, new Error('in the middle'));
      await refusal(store.bin(AT).throwAway('one'));
      assert.deepEqual(await namesOf(store), ['one', 'two']);
      assert.deepEqual(await store.bin(AT).list(), []);
    });

    test('one, or all, are deleted for good; what is too old goes by itself', async () => {
      await keep(store, 'three', 3);
      for (const each of ['one', 'two', 'three']) await store.bin(AT).throwAway(each);
      const [first, second] = await store.bin(AT).list();
      await store.bin(AT).remove(first!.name);
      assert.lengthOf(await store.bin(AT).list(), 2);
      const deleted = Date.now() - DAYS * 24 * 3600 * 1000 - 1;
      const path = ['bin', 'p', second!.name];
      await harness.backend.write({ clear: [], put: [[path, { was: 'x', deleted }]] });
      assert.lengthOf(await store.bin(AT).list(), 1);
      await store.bin(AT).empty();
      const left = await harness.backend.read([['head'], ['spare'], ['chunk'], ['bin']]);
      assert.deepEqual(left, [[], [], [], []]);
    });
  });
}

suite('store/bin, when there is no room', () => {
  test('the oldest goes first, only as many as needed, and it is said; then a commit is refused', async () => {
    const backend = createMemoryBackend();
    const store = createDiskStore({ backend });
    const deleted: Record<string, number> = { one: 2, two: 1, three: 3 };
    for (const name of ['one', 'two', 'three', 'mine']) await keep(store, name, 5);
    for (const name of ['one', 'two', 'three']) await store.bin(AT).throwAway(name);
    const now = Date.now();
    for (const { name, label } of await store.bin(AT).list()) {
      const was = label.replace('label of ', '');
      const record = { was, deleted: now - 1000 + deleted[was]! };
      await backend.write({ clear: [], put: [[['bin', 'p', name], record]] });
    }
    backend.faults.quota = 4 * SIZE + 8192;
    const said: string[] = [];
    const disk = await store.open('new', AT);
    disk.onRoomMade = (label) => said.push(label);
    await disk.replace(noise(2 * SIZE, 9), 'new');
    assert.deepEqual(said, ['label of two', 'label of one']);
    assert.deepEqual(
      (await store.bin(AT).list()).map(({ label }) => label),
      ['label of three'],
    );
    assert.equal((await refusal(disk.replace(noise(5 * SIZE, 9)))).code, 'quota');
    assert.deepEqual(await store.bin(AT).list(), []);
    sameBytes(await disk.read(), noise(2 * SIZE, 9));
  });
});
