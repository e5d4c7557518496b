/** A disk while it is being kept: nothing that is written meanwhile may be lost. */
import { assert } from 'chai';
import { Disk } from '../../web/element/disk.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import type { KeptDisk } from '../../web/store/types.ts';
import { pattern, rejection } from './fixture.ts';

const CHANGES = [{ offset: 512, bytes: Uint8Array.of(1, 2, 3) }];

suite('element/disk', () => {
  let hold: KeptDisk;

  setup(async () => {
    hold = await createDiskStore({ backend: createMemoryBackend() }).open('disk');
  });

  test('a change that comes while the disk is being kept is kept after it', async () => {
    const disk = new Disk({ label: 'one', image: pattern(1) });
    let give: (image: Uint8Array) => void = () => undefined;
    const keeping = disk.keep(hold, () => new Promise((image) => (give = image)));
    const saved = disk.commit(CHANGES);
    give(pattern(1));
    await keeping;
    assert.isTrue(await saved, 'it did not pass for a disk that is not kept');
    assert.deepEqual((await hold.read())?.subarray(512, 515), CHANGES[0]!.bytes);
    assert.equal(hold.info?.label, 'one');
  });

  test('a disk that could not be kept stays as it was, and its hold is free', async () => {
    const disk = new Disk({ label: 'one', image: pattern(1) });
    const refused = await rejection(disk.keep(hold, () => Promise.reject(new Error('no image'))));
    assert.equal(refused.message, 'no image');
    assert.equal(disk.state, 'unkept');
    assert.isFalse(await disk.commit(CHANGES));
    assert.match((await rejection(hold.read())).message, /closed/);
  });

  test('with a hold that keeps nothing yet, the first change keeps the whole image', async () => {
    const disk = new Disk({ label: 'one', image: pattern(3), hold });
    let told = 0;
    disk.onFirstKept = () => void told++;
    assert.isUndefined(await hold.read());
    await disk.commit(CHANGES);
    await disk.commit(CHANGES);
    const expected = pattern(3);
    expected.set(CHANGES[0]!.bytes, 512);
    assert.deepEqual(await hold.read(), expected);
    assert.equal(told, 1);
  });
});
