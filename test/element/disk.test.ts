/** A disk while it is being kept: nothing that is written meanwhile may be lost. */
import { assert } from 'chai';
import {
  Disk,
  type DiskHome,
  type DiskParts,
  keepResult,
  type Mended,
} from '../../web/element/disk.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { StoreError } from '../../web/store/errors.ts';
import { createMemoryBackend, type MemoryBackend } from '../../web/store/memory.ts';
import { Patience } from '../../web/store/patience.ts';
import type { DiskStore, KeptDisk } from '../../web/store/types.ts';
import { pattern, rejection } from './fixture.ts';

const change = (offset: number, ...bytes: number[]) => ({ offset, bytes: Uint8Array.of(...bytes) });
const CHANGE = change(512, 1, 2, 3);

function changed(image: Uint8Array, ...changes: { offset: number; bytes: Uint8Array }[]) {
  for (const { offset, bytes } of changes) image.set(bytes, offset);
  return image;
}

suite('element/disk', () => {
  let backend: MemoryBackend;
  let store: DiskStore;
  let hold: KeptDisk;
  let home: DiskHome;
  let opened = 0;

  /** A kept disk, as it comes from the shelf. */
  async function keptDisk(parts: Partial<DiskParts> = {}): Promise<Disk> {
    await hold.replace(pattern(1), 'one');
    return new Disk({ label: 'one', image: pattern(1), hold, home, retry: 1e6, ...parts });
  }

  const stored = async (name: string): Promise<Uint8Array | undefined> => {
    const other = await createDiskStore({ backend }).open(name);
    return other.read();
  };

  test('closed, it holds no image any more, and what was kept is kept', async () => {
    const disk = await keptDisk();
    disk.take([CHANGE]);
    await disk.save();
    await disk.close();
    assert.equal(disk.image.length, 0);
    assert.deepEqual(await stored('disk'), changed(pattern(1), CHANGE));
  });

  setup(async () => {
    backend = createMemoryBackend();
    store = createDiskStore({ backend });
    hold = await store.open('disk');
    opened = 0;
    home = { prefix: '', open: () => store.open(`fresh ${++opened}`) };
  });

  test('a change that comes while the disk is being kept is kept after it', async () => {
    const disk = new Disk({ label: 'one', image: pattern(1) });
    assert.isFalse(await disk.save(), 'nothing to keep it in');
    disk.keepAt(home);
    const keeping = disk.save();
    disk.take([CHANGE]);
    const saved = disk.save();
    await keeping;
    assert.equal(disk.state, 'kept');
    await saved;
    assert.isFalse(disk.unsaved);
    assert.deepEqual(await stored('fresh 1'), changed(pattern(1), CHANGE));
  });

  test('a disk of an address is kept as a whole at its first change', async () => {
    const disk = new Disk({ label: 'one', image: pattern(3), hold, home });
    const kept: string[] = [];
    disk.onKept = ({ name }) => kept.push(name);
    assert.isFalse(await disk.save(true));
    assert.isUndefined(await hold.read());
    disk.take([CHANGE]);
    await disk.save();
    disk.take([change(9, 9)]);
    await disk.save();
    assert.deepEqual(await hold.read(), changed(pattern(3), CHANGE, change(9, 9)));
    assert.deepEqual(kept, ['disk']);
  });

  test('what is refused stays marked, and goes with the next attempt', async () => {
    const disk = await keptDisk();
    disk.take([CHANGE]);
    backend.faults.failPut(1, new DOMException('full', 'QuotaExceededError'));
    const error = await rejection(disk.save());
    assert.equal(keepResult(error), 'full');
    assert.isTrue(disk.unsaved);
    assert.equal(disk.words, "not kept: this browser's storage is full");
    assert.deepEqual(await stored('disk'), pattern(1));
    disk.take([change(40_000, 7)]);
    assert.isTrue(await disk.save());
    assert.isFalse(disk.unsaved);
    assert.equal(disk.words, 'kept');
    assert.deepEqual(await stored('disk'), changed(pattern(1), CHANGE, change(40_000, 7)));
    await disk.close();
  });

  test('it tries again by itself', async () => {
    const disk = await keptDisk({ retry: 1 });
    disk.take([CHANGE]);
    backend.faults.failPut(1, new Error('once'));
    const again = new Promise<void>((saved) => (disk.onSaved = saved));
    await rejection(disk.save());
    await again;
    assert.deepEqual(await stored('disk'), changed(pattern(1), CHANGE));
    await disk.close();
  });

  test('a silent store is waited for once; when it answers at last, all is kept', async () => {
    const disk = await keptDisk({ patience: new Patience(20) });
    let answer: () => void = () => undefined;
    const write = backend.write.bind(backend);
    let writes = 0;
    backend.write = async (batch) => {
      writes++;
      await new Promise<void>((free) => (answer = free));
      return write(batch);
    };
    disk.take([CHANGE]);
    assert.equal(keepResult(await rejection(disk.save())), 'silent');
    disk.take([change(9, 9)]);
    for (let i = 0; i < 3; i++) assert.equal(keepResult(await rejection(disk.save())), 'silent');
    assert.equal(writes, 1, 'nobody else began to wait');
    const late = new Promise<void>((saved) => (disk.onSaved = saved));
    backend.write = write;
    answer();
    await late;
    assert.isTrue(disk.unsaved, 'the second change is not there yet');
    await disk.save();
    assert.deepEqual(await stored('disk'), changed(pattern(1), CHANGE, change(9, 9)));
    await disk.close();
  });

  test('what came out of a machine and was not handed over is kept as well', async () => {
    const disk = await keptDisk();
    const image = changed(pattern(1), CHANGE);
    disk.seen(image);
    await disk.save();
    assert.deepEqual(await stored('disk'), image);
  });

  async function mendedBy(
    damage: () => Promise<unknown>,
    changes = [change(200_000, 5)],
  ): Promise<{ disk: Disk; told: Mended[]; expected: Uint8Array }> {
    const disk = await keptDisk();
    const told: Mended[] = [];
    disk.onMended = (what) => told.push(what);
    await damage();
    disk.take(changes);
    await disk.save(true);
    assert.isFalse(disk.unsaved);
    return { disk, told, expected: changed(pattern(1), ...changes) };
  }

  const chunk = (n: number) => ['chunk', '', 'disk', n];
  const flip = async (n: number, at: number) => {
    const [[entry] = []] = await backend.read([chunk(n)]);
    const bytes = entry![1] as Uint8Array;
    bytes[at]! ^= 1;
    await backend.write({ clear: [], put: [[chunk(n), bytes]] });
  };
  const clear = (...clear: (string | number)[][]) => backend.write({ clear, put: [] });

  const DAMAGES: [string, Mended, () => Promise<unknown>][] = [
    ['a flipped bit where nothing is written', 'damaged', () => flip(3, 100)],
    ['a flipped bit in the chunk that is written', 'damaged', () => flip(12, 100)],
    ['a missing chunk', 'damaged', () => clear(chunk(3))],
    ['a missing record', 'damaged', () => clear(['head', '', 'disk'])],
    [
      'a record changed to another size',
      'damaged',
      async () => {
        const [[head] = []] = await backend.read([['head', '', 'disk']]);
        const value = { ...(head![1] as object), size: 368_640 };
        await backend.write({ clear: [], put: [[['head', '', 'disk'], value]] });
      },
    ],
    [
      'everything deleted',
      'gone',
      () => clear(['head', '', 'disk'], ['spare', '', 'disk'], ['chunk', '', 'disk']),
    ],
  ];
  for (const [name, what, damage] of DAMAGES) {
    test(`a running page notices ${name}, says so, and writes the whole disk anew`, async () => {
      const { told, expected } = await mendedBy(damage);
      assert.deepEqual(told, [what]);
      assert.deepEqual(await stored('disk'), expected);
    });

    test(`it notices ${name} also when it has nothing to write`, async () => {
      const { told, expected } = await mendedBy(damage, []);
      assert.deepEqual(told, [what]);
      assert.deepEqual(await stored('disk'), expected);
    });
  }

  test('what another put under the name is left alone, and the disk gets its own', async () => {
    const { disk, told, expected } = await mendedBy(async () => {
      const thief = await createDiskStore({ backend }).open('disk');
      await thief.replace(pattern(7), 'theirs');
    });
    assert.deepEqual(told, ['other']);
    assert.deepEqual(await stored('disk'), pattern(7));
    assert.equal(disk.hold?.name, 'fresh 1');
    assert.deepEqual(await stored('fresh 1'), expected);
  });

  test('damage goes into what is kept anew, until it is written over', async () => {
    await hold.replace(pattern(1), 'one');
    await flip(0, 9300);
    const { image, damage } = (await hold.recover())!;
    assert.equal(damage?.words, '1 sector of it cannot be read (track 1 side 0)');
    const disk = new Disk({ label: 'one', image, damage, hold, home, retry: 1e6 });
    assert.equal(disk.words, 'kept, damaged');
    await disk.save(true);
    const again = await createDiskStore({ backend }).open('disk');
    assert.deepEqual((await again.recover())?.damage?.ranges, [{ offset: 9216, length: 512 }]);
    assert.equal(again.info?.generation, 1, 'nothing is written anew for it');
    disk.take([change(200, 1)]);
    await disk.save();
    assert.deepEqual((await again.recover())?.damage?.ranges, [{ offset: 9216, length: 512 }]);
    assert.equal(disk.words, 'kept, damaged');
    disk.take([{ offset: 9216, bytes: new Uint8Array(512) }]);
    await disk.save();
    assert.isUndefined((await again.recover())?.damage);
    assert.equal(disk.damage, '');
  });

  test('a disk that could not even be opened is kept under a fresh name when that works', async () => {
    let refuses = true;
    const shut = new StoreError('unavailable', 'No.');
    const disk = new Disk({
      label: 'one',
      image: pattern(1),
      trouble: shut,
      retry: 1e6,
      home: { prefix: '', open: () => (refuses ? Promise.reject(shut) : home.open()) },
    });
    assert.equal(disk.words, 'not kept: this browser does not keep disks now');
    disk.take([CHANGE]);
    assert.equal(keepResult(await rejection(disk.save())), 'failed');
    refuses = false;
    await disk.save();
    assert.deepEqual(await stored('fresh 1'), changed(pattern(1), CHANGE));
  });
});
