/** The battery-backed memory in the browser's storage: one owner, copies for others, and damage. */
import { assert } from 'chai';
import { KeptMemory } from '../../web/element/kept-memory.ts';
import { Shelf } from '../../web/element/shelf.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { StoreError, type StoreErrorCode } from '../../web/store/errors.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import type { StoreBatch } from '../../web/store/types.ts';

const BYTES = 0x4_0000;

function browser() {
  const memory = createMemoryBackend();
  let refusal: StoreErrorCode | undefined;
  const refuse = <T>(work: () => Promise<T>): Promise<T> =>
    refusal ? Promise.reject(new StoreError(refusal, 'No.')) : work();
  const backend = {
    read: (paths: Parameters<typeof memory.read>[0]) => refuse(() => memory.read(paths)),
    write: (batch: StoreBatch) => refuse(() => memory.write(batch)),
    close: () => memory.close(),
  };
  const store = createDiskStore({ backend });
  const shelf = new Shelf({ store, backend, say: () => undefined });
  return {
    store,
    machine: (prefix: string | undefined = 'p') => new KeptMemory(shelf, () => prefix),
    refuse: (code: StoreErrorCode | undefined) => void (refusal = code),
  };
}

const change = (offset: number, value: number) => [
  { offset, bytes: new Uint8Array(512).fill(value) },
];

suite('element/kept memory', () => {
  test('what was kept is brought to the next page, and no list of disks shows it', async () => {
    const { store, machine } = browser();
    const first = machine();
    const brought = await first.answer('bring', []);
    assert.equal(brought.result, 'kept');
    assert.deepEqual(brought.contents, new Uint8Array(BYTES));
    assert.equal((await first.answer('keep', change(1024, 7))).result, 'kept');
    assert.equal((await first.answer('keep', change(4096, 8))).result, 'kept');
    await first.close();
    const { contents } = await machine().answer('bring', []);
    assert.equal(contents?.[1024], 7);
    assert.equal(contents?.[4096], 8);
    assert.deepEqual(await store.list({ prefix: 'p' }), []);
    const other = await machine('q').answer('bring', []);
    assert.equal(other.contents?.[1024], 0, 'another prefix is another memory');
  });

  test('a second machine has a copy, and keeps nothing until the first has gone', async () => {
    const { machine } = browser();
    const first = machine();
    await first.answer('bring', []);
    await first.answer('keep', change(0, 1));
    const second = machine();
    assert.equal((await second.answer('bring', [])).contents?.[0], 1);
    assert.equal((await second.answer('keep', change(0, 2))).result, 'foreign');
    await first.close();
    assert.equal((await second.answer('bring', [])).contents?.[0], 1, 'what the first one kept');
    assert.equal((await second.answer('keep', change(0, 3))).result, 'kept');
  });

  test('what the store refuses is said, and what is refused once is kept by the next', async () => {
    const { machine, refuse } = browser();
    const memory = machine();
    await memory.answer('bring', []);
    for (const [code, result] of [
      ['quota', 'full'],
      ['timeout', 'silent'],
      ['unavailable', 'failed'],
      ['conflict', 'foreign'],
    ] as const) {
      refuse(code);
      assert.equal((await memory.answer('keep', change(512, 5))).result, result);
    }
    refuse(undefined);
    assert.equal((await memory.answer('keep', [])).result, 'kept');
    await memory.close();
    assert.equal((await machine().answer('bring', [])).contents?.[512], 5);
    refuse('unavailable');
    assert.equal((await machine().answer('bring', [])).result, 'failed');
  });

  test('without a prefix it lasts as long as the page', async () => {
    const { machine } = browser();
    const memory = new KeptMemory(new Shelf({ say: () => undefined }), () => undefined);
    await memory.answer('bring', []);
    assert.equal((await memory.answer('keep', change(0, 9))).result, 'kept');
    assert.equal((await memory.answer('bring', [])).contents?.[0], 9, 'after a reset');
    assert.equal((await machine().answer('bring', [])).contents?.[0], 0);
  });
});
