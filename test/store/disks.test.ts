/** Kept disks: one suite for every backend. */
import { assert } from 'chai';
import fc from 'fast-check';
import { CHUNK_BYTES } from '../../web/store/chunks.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createDriveMemory } from '../../web/store/drives.ts';
import { StoreError } from '../../web/store/errors.ts';
import type { DiskStore } from '../../web/store/types.ts';
import { BACKENDS, noise, refusal, type Harness, sameBytes } from './backends.ts';

const SIZE = 5 * CHUNK_BYTES + 512; // the last chunk is short

for (const { name, make } of BACKENDS) {
  suite(`store/disks on ${name}`, () => {
    let harness: Harness;
    let store: DiskStore;

    const storeOver = (backend = harness.backend): DiskStore =>
      createDiskStore({ backend, locks: harness.locks, scope: harness.scope });

    setup(() => {
      harness = make();
      store = storeOver();
    });

    teardown(() => harness.end());

    test('a name under which nothing is kept has no bytes and no facts', async () => {
      const disk = await store.open('none');
      assert.isFalse(disk.readOnly);
      assert.isUndefined(disk.info);
      assert.isUndefined(await disk.read());
      const error = await refusal(disk.commit([{ offset: 0, bytes: noise(1) }]));
      assert.instanceOf(error, StoreError);
      assert.equal(error.code, 'missing');
      await disk.close();
    });

    test('what was kept is found again after a reload, byte for byte', async () => {
      const image = noise(SIZE);
      const disk = await store.open('work');
      assert.equal(await disk.replace(image, 'my disk'), 1);
      const bytes = noise(1000, 7);
      assert.equal(await disk.commit([{ offset: CHUNK_BYTES - 300, bytes }]), 2);
      await disk.close();

      const reloaded = storeOver(harness.reopen());
      const again = await reloaded.open('work');
      image.set(bytes, CHUNK_BYTES - 300);
      sameBytes(await again.read(), image);
      assert.include(again.info, { name: 'work', label: 'my disk', size: SIZE, generation: 2 });
      await again.close();
    });

    test('only the chunks that changed are written', async () => {
      const disk = await store.open('work');
      await disk.replace(noise(SIZE));
      const before = store.counters();
      await disk.commit([{ offset: 3 * CHUNK_BYTES + 5, bytes: Uint8Array.of(1) }]);
      const after = store.counters();
      assert.equal(after['store.commit']! - before['store.commit']!, 1);
      assert.equal(after['store.commit.bytes']! - before['store.commit.bytes']!, CHUNK_BYTES);
      assert.equal(await disk.commit([]), 2, 'nothing to do is no new state');
      await disk.close();
    });

    test('what a disk has beyond plain sectors is kept with it, until it has nothing', async () => {
      const disk = await store.open('odd');
      const tracks = noise(3000, 5);
      await disk.replace(noise(SIZE));
      assert.isUndefined((await disk.recover())!.tracks);
      await disk.commit([], tracks);
      await disk.commit([{ offset: 20, bytes: Uint8Array.of(9) }]);
      sameBytes((await disk.recover())!.tracks, tracks);
      await disk.close();
      const again = await store.open('odd');
      sameBytes((await again.recover())!.tracks, tracks);
      assert.equal(await again.check(), 'same');
      await again.replace(noise(SIZE, 2), 'b', { tracks });
      sameBytes((await again.recover())!.tracks, tracks);
      assert.equal(await again.commit([], new Uint8Array()), 5);
      assert.isUndefined((await again.recover())!.tracks);
      await again.close();
    });

    test('what a disk came in is kept with it, until another takes its place', async () => {
      const disk = await store.open('old');
      const origin = { formats: ['zip', 'imd'], comment: 'box 3' };
      await disk.replace(noise(SIZE), 'old', { origin });
      await disk.commit([{ offset: 20, bytes: Uint8Array.of(9) }]);
      await disk.close();
      const again = await store.open('old');
      assert.deepEqual((await again.recover())!.origin, origin);
      assert.equal(await again.check(), 'same');
      await again.replace(noise(SIZE, 2));
      assert.isUndefined((await again.recover())!.origin);
      await again.close();
    });

    test('zeros take no room, and zeroed chunks are given back', async () => {
      const disk = await store.open('blank');
      await disk.replace(new Uint8Array(SIZE));
      await disk.commit([{ offset: 20, bytes: Uint8Array.of(9) }]);
      const chunks = async () => (await harness.backend.read([['chunk', '', 'blank']]))[0]!.length;
      assert.equal(await chunks(), 1);
      await disk.commit([{ offset: 20, bytes: Uint8Array.of(0) }]);
      assert.equal(await chunks(), 0);
      assert.deepEqual(await disk.read(), new Uint8Array(SIZE));
      await disk.close();
    });

    test('any sequence of commits is what the same writes to an array make', async () => {
      const change = fc.record({
        offset: fc.nat(SIZE - 1),
        length: fc.nat(3 * CHUNK_BYTES),
        fill: fc.nat(3),
      });
      const commits = fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 5 });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(commits, async (batches) => {
          const disk = await store.open(`model-${run++}`);
          const model = noise(SIZE, run);
          await disk.replace(model);
          for (const batch of batches) {
            const changes = batch.map(({ offset, length, fill }) => ({
              offset,
              bytes: new Uint8Array(Math.min(length, SIZE - offset)).fill(fill),
            }));
            for (const { offset, bytes } of changes) model.set(bytes, offset);
            await disk.commit(changes);
          }
          sameBytes(await disk.read(), model);
          await disk.close();
        }),
        { numRuns: 20 },
      );
    });

    test('the bytes are those of the moment of the call, also from shared memory', async () => {
      const disk = await store.open('work');
      const shared = new Uint8Array(new SharedArrayBuffer(SIZE)).fill(1);
      const replaced = disk.replace(shared);
      shared.fill(2);
      const committed = disk.commit([{ offset: 0, bytes: shared.subarray(0, 10) }]);
      shared.fill(3);
      await Promise.all([replaced, committed]);
      assert.deepEqual(await disk.read(), new Uint8Array(SIZE).fill(1).fill(2, 0, 10));
      await disk.close();
    });

    test('a commit that fails half-way keeps the previous generation', async () => {
      const image = noise(SIZE);
      const disk = await store.open('work');
      await disk.replace(image, 'before');
      const changes = [
        { offset: 0, bytes: noise(10, 2) },
        { offset: 2 * CHUNK_BYTES, bytes: noise(10, 3) },
        { offset: 4 * CHUNK_BYTES, bytes: noise(10, 4) },
      ];
      for (const nth of [1, 2, 3, 4]) {
        harness.failPut(nth, new TypeError('injected'));
        const error = await refusal(disk.commit(changes));
        assert.instanceOf(error, StoreError);
        assert.equal(error.code, 'failed');
        assert.match(error.message, /kept before is intact/);
        assert.equal(disk.info?.generation, 1);
        sameBytes(await disk.read(), image, `after put ${nth} failed`);
      }
      assert.equal(store.counters()['store.commit.failed'], 4);
      harness.failPut(99, new Error('not reached'));
      assert.equal(await disk.commit(changes), 2, 'the same changes go in later');
      for (const { offset, bytes } of changes) image.set(bytes, offset);
      sameBytes(await disk.read(), image);
      await disk.close();
    });

    test('a full browser is a quota error in words; a failed replace keeps the old image', async () => {
      const image = noise(SIZE);
      const disk = await store.open('work');
      await disk.replace(image);
      harness.failPut(3, new DOMException('full', 'QuotaExceededError'));
      const error = await refusal(disk.replace(noise(SIZE, 5)));
      assert.instanceOf(error, StoreError);
      assert.equal(error.code, 'quota');
      assert.match(error.message, /no room/);
      sameBytes(await disk.read(), image);
      await disk.close();
    });

    test('a change outside the disk is refused and changes nothing', async () => {
      const image = noise(SIZE);
      const disk = await store.open('work');
      await disk.replace(image);
      for (const offset of [-1, SIZE - 1, SIZE, 0.5, NaN]) {
        const error = await refusal(disk.commit([{ offset, bytes: noise(2) }]));
        assert.equal(error.code, 'bad-argument', String(offset));
      }
      sameBytes(await disk.read(), image);
      await disk.close();
    });

    test('a second owner reads, is refused writing, and is promoted when the first closes', async () => {
      const image = noise(SIZE);
      const first = await store.open('work');
      await first.replace(image);
      const second = await storeOver(harness.reopen()).open('work');
      assert.isFalse(first.readOnly);
      assert.isTrue(second.readOnly);
      sameBytes(await second.read(), image);
      for (const refused of [
        second.commit([{ offset: 0, bytes: noise(1) }]),
        second.replace(image),
        second.delete(),
      ]) {
        assert.equal((await refusal(refused)).code, 'read-only');
      }

      let promoted = false;
      const free = second.whenFree().then(() => (promoted = true));
      await first.commit([{ offset: 1, bytes: Uint8Array.of(77) }]);
      assert.isFalse(promoted);
      await first.close();
      await free;
      assert.isFalse(second.readOnly);
      image[1] = 77;
      sameBytes(await second.read(), image);
      assert.equal(await second.commit([{ offset: 0, bytes: Uint8Array.of(5) }]), 3);
      await second.close();
    });

    test('a promoted owner that did not read again cannot overwrite what it has not seen', async () => {
      const first = await store.open('work');
      await first.replace(noise(SIZE));
      const second = await store.open('work');
      await first.commit([{ offset: 0, bytes: noise(4, 9) }]);
      await first.close();
      await second.whenFree();
      const late = [{ offset: 9, bytes: noise(4) }];
      assert.equal((await refusal(second.commit(late))).code, 'conflict');
      await second.read();
      assert.equal(await second.commit(late), 3);
      await second.close();
    });

    test('a deleted and newly kept disk of the same generation is not taken for the old one', async () => {
      const everybody = {
        tryTake: async () => ({ release: async () => undefined }),
        take: async () => ({ release: async () => undefined }),
        held: async () => [],
        isHere: () => false,
      };
      const noLocks = createDiskStore({ backend: harness.backend, locks: everybody });
      const first = await noLocks.open('work');
      await first.replace(noise(SIZE));
      const second = await noLocks.open('work');
      assert.isFalse(second.readOnly, 'without locks both may try');
      await second.delete();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const other = noise(SIZE, 8);
      assert.equal(await second.replace(other), 1);
      assert.equal(
        (await refusal(first.commit([{ offset: 0, bytes: noise(1) }]))).code,
        'conflict',
      );
      sameBytes(await second.read(), other);
      await Promise.all([first.close(), second.close()]);
    });

    test('waiting ends when the hold is closed, and when the caller gives up', async () => {
      const first = await store.open('work');
      const second = await store.open('work');
      const stop = new AbortController();
      const given = refusal(second.whenFree({ signal: stop.signal }));
      const closed = refusal(second.whenFree());
      stop.abort();
      assert.equal((await given).code, 'aborted');
      await second.close();
      assert.equal((await closed).code, 'closed');
      assert.equal((await refusal(second.read())).code, 'closed');
      await second.close();
      await first.close();
      const third = await store.open('work');
      assert.isFalse(third.readOnly, 'nobody holds the disk any more');
      await third.close();
    });

    test('close waits for the commits under way', async () => {
      const disk = await store.open('work');
      void disk.replace(noise(SIZE));
      const commits = [1, 2, 3].map((byte) =>
        disk.commit([{ offset: byte, bytes: Uint8Array.of(byte) }]),
      );
      await disk.close();
      assert.deepEqual(await Promise.all(commits), [2, 3, 4]);
      assert.equal((await store.list())[0]?.generation, 4);
    });

    test('disks are listed by name, and prefixes never meet', async () => {
      for (const [name, prefix] of [
        ['b', 'x'],
        ['a', 'x'],
        ['a', 'xy'],
        ['x', ''],
      ] as const) {
        const disk = await store.open(name, { prefix });
        await disk.replace(noise(512), `${prefix}/${name}`);
        await disk.close();
      }
      const names = async (prefix?: string) =>
        (await store.list(prefix === undefined ? {} : { prefix })).map((info) => info.label);
      assert.deepEqual(await names('x'), ['x/a', 'x/b']);
      assert.deepEqual(await names('xy'), ['xy/a']);
      assert.deepEqual(await names(), ['/x']);
      const gone = await store.open('a', { prefix: 'x' });
      await gone.delete();
      await gone.close();
      assert.deepEqual(await names('x'), ['x/b']);
      assert.deepEqual((await harness.backend.read([['chunk', 'x', 'a']]))[0], []);
    });

    test('a damaged disk says so, hides no other, and its name can be used again', async () => {
      for (const name of ['good', 'bad', 'torn']) {
        const disk = await store.open(name);
        await disk.replace(noise(SIZE));
        await disk.close();
      }
      await harness.backend.write({
        clear: [],
        put: [[['head', '', 'bad'], { version: 1, size: -1 }]],
      });
      await harness.backend.write({ clear: [['chunk', '', 'torn', 2]], put: [] });
      assert.deepEqual(
        (await store.list()).map((info) => info.name),
        ['bad', 'good', 'torn'],
        'a copy of the record stands in',
      );
      for (const name of ['bad', 'torn']) {
        const disk = await store.open(name);
        assert.equal((await refusal(disk.read())).code, 'corrupt');
        await disk.replace(noise(SIZE, 3));
        assert.deepEqual(await disk.read(), noise(SIZE, 3));
        await disk.close();
      }
    });

    test('an empty name is refused', async () => {
      assert.equal((await refusal(store.open(''))).code, 'bad-argument');
    });

    test('drives remember their disks, prefix by prefix', async () => {
      const drives = createDriveMemory(harness.backend, 'site');
      assert.deepEqual(await drives.recall(), {});
      await drives.remember('A:', 'tour');
      await drives.remember('b:', 'work');
      await createDriveMemory(harness.backend, 'other').remember('A:', 'elsewhere');
      const reloaded = createDriveMemory(harness.reopen(), 'site');
      assert.deepEqual(await reloaded.recall(), { 'A:': 'tour', 'B:': 'work' });
      await reloaded.forget('A:');
      assert.deepEqual(await drives.recall(), { 'B:': 'work' });
      assert.equal((await refusal(drives.remember('AB', 'x'))).code, 'bad-argument');
    });
  });
}
