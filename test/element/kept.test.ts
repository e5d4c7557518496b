/** `machine.kept` over scripted systems: what it does with disks, in drives and out of them. */
import { assert } from 'chai';
import type { NeptuneOs } from '../../web/element/neptune-os.ts';
import { KeepingSystem } from './keeping-system.ts';
import {
  FLOPPY,
  freshPrefix,
  heard,
  mount,
  pattern,
  rejection,
  removeAll,
  TestedElement,
  until,
} from './fixture.ts';
import { bytesOf } from './person.ts';

type Kept = NeptuneOs['kept'];

const labels = async (kept: Kept): Promise<string[]> => {
  const found = (await kept.list()).map(({ label }) => label);
  return found.sort();
};

async function box(persist = freshPrefix()): Promise<{ element: TestedElement; kept: Kept }> {
  const { element } = mount({ persist, boot: 'manual' });
  await element.updateComplete;
  return { element, kept: element.kept };
}

async function running(persist = freshPrefix()) {
  TestedElement.start = async (options) => {
    const system = new KeepingSystem(options);
    TestedElement.systems.push(system);
    return system;
  };
  const found = await box(persist);
  await found.element.boot();
  return { ...found, system: TestedElement.systems.at(-1) as KeepingSystem };
}

suite('element/kept', () => {
  teardown(removeAll);

  test('an image is added, named, renamed, copied, deleted and restored', async () => {
    const { kept } = await box();
    const name = await kept.add(new File([pattern(3) as Uint8Array<ArrayBuffer>], 'NOTES.IMG'));
    const [info] = await kept.list();
    assert.deepInclude(info, { name, label: 'NOTES.IMG', size: FLOPPY, format: '720K', drive: '' });
    assert.deepInclude(info, { writeProtected: false, damaged: false, elsewhere: false });
    await kept.rename(name, 'Letters');
    const copy = await kept.duplicate(name);
    assert.deepEqual(await labels(kept), ['Letters', 'Letters copy']);
    assert.deepEqual(await bytesOf(await kept.image(copy)), pattern(3));
    const bin = await kept.delete(name);
    assert.deepEqual(await labels(kept), ['Letters copy']);
    assert.deepInclude((await kept.deleted())[0], { name: bin, label: 'Letters', format: '720K' });
    assert.equal(await kept.restore(bin), name);
    assert.deepEqual(await bytesOf(await kept.image(name)), pattern(3));
    await kept.remove(await kept.delete(copy));
    assert.deepEqual(await kept.deleted(), []);
  });

  test('each change is told, here and in another element with that prefix, and in no other', async () => {
    const prefix = freshPrefix();
    const { element, kept } = await box(prefix);
    const [other, stranger] = [await box(prefix), await box()];
    const events = [element, other.element, stranger.element].map((one) =>
      heard(one, 'neptune-kept'),
    );
    await kept.add(pattern(1));
    await until(() => events[1]!.length > 0);
    assert.isAbove(events[0]!.length, 0);
    assert.equal(events[2]!.length, 0);
  });

  test('a disk goes into a drive, from there into the other, and says where it is', async () => {
    const { kept, system } = await running();
    const name = await kept.add(pattern(5), { label: 'one' });
    await kept.insert(name, 'A:');
    assert.equal((await kept.list())[0]!.drive, 'A:');
    assert.deepEqual(system.media[0], pattern(5));
    await kept.insert(name, 'b');
    assert.equal((await kept.list())[0]!.drive, 'B:');
    assert.isUndefined(system.media[0]);
    const error = await rejection(kept.delete(name));
    assert.propertyVal(error, 'code', 'read-only');
    assert.match(error.message, /in B:/);
  });

  test('its image has what a program wrote and the system has not flushed', async () => {
    const { kept, system } = await running();
    const name = await kept.add(pattern(5), { label: 'one' });
    await kept.insert(name, 'A:');
    system.put(0, 512, new Uint8Array(512).fill(0xab));
    const image = await bytesOf(await kept.image(name));
    assert.equal(image[512], 0xab);
    const copy = await kept.duplicate(name);
    assert.deepEqual(await bytesOf(await kept.image(copy)), image);
  });

  test('in a drive it is renamed, and write-protected by taking it out and putting it in', async () => {
    const { element, kept, system } = await running();
    const name = await kept.add(pattern(5), { label: 'one' });
    await kept.insert(name, 'A:');
    await kept.rename(name, 'two');
    const disks = heard(element, 'neptune-disk');
    await kept.protect(name, true);
    assert.deepEqual(
      disks.map((detail) => (detail as { change: string }).change),
      ['inserted'],
    );
    assert.isTrue(system.protected[0]);
    assert.deepInclude((await kept.list())[0], { label: 'two', writeProtected: true, drive: 'A:' });
    await element.ejectDisk('A:');
    await kept.insert(name, 'B:');
    assert.isTrue(system.protected[1], 'the tab is still open');
    await kept.protect(name, false);
    assert.isFalse(system.protected[1]);
  });

  test('what another machine has is said to be, can be read, and not be changed', async () => {
    const prefix = freshPrefix();
    const [first, second] = [await running(prefix), await box(prefix)];
    const name = await first.kept.add(pattern(5), { label: 'one' });
    await first.kept.insert(name, 'A:');
    assert.isTrue((await second.kept.list())[0]!.elsewhere);
    assert.isFalse((await first.kept.list())[0]!.elsewhere);
    for (const work of [
      () => second.kept.rename(name, 'x'),
      () => second.kept.delete(name),
      () => second.kept.protect(name, true),
    ])
      assert.propertyVal(await rejection(work()), 'code', 'read-only');
    assert.deepEqual(await bytesOf(await second.kept.image(name)), pattern(5));
    await first.element.ejectDisk('A:');
    assert.isFalse((await second.kept.list())[0]!.elsewhere);
  });

  test('without a place to keep disks everything is refused in words, and the list is empty', async () => {
    const { element } = mount({ boot: 'manual' });
    assert.deepEqual(await element.kept.list(), []);
    const error = await rejection(element.kept.add(pattern(1)));
    assert.match(error.message, /keeps no disks/);
  });

  test('a backup brings back every disk byte for byte, and takes none of those that are here', async () => {
    const { kept } = await box();
    const wanted = new Map<string, Uint8Array>();
    for (const seed of [3, 5, 7])
      wanted.set(await kept.add(pattern(seed), { label: `disk ${seed}` }), pattern(seed));
    const steps: number[] = [];
    const file = await kept.backup({ onProgress: (done) => void steps.push(done) });
    assert.deepEqual(steps, [0, 1, 2, 3]);
    const files: File[] = [];
    assert.equal(await kept.backupInto(async (one) => files.push(one)), 3);

    const [changed, gone] = [...wanted.keys()];
    await kept.remove(await kept.delete(gone!));
    await kept.rename(changed!, 'of mine');
    const again = await kept.restoreBackup(file);
    assert.deepInclude(again, { same: 1, failed: [] });
    assert.equal(again.restored.length, 2);
    assert.deepEqual(await labels(kept), ['disk 3', 'disk 5', 'disk 7', 'of mine']);

    for (const source of [file, files]) {
      for (const { name } of await kept.list()) await kept.delete(name);
      await kept.empty();
      assert.equal((await kept.restoreBackup(source)).restored.length, 3);
      assert.deepEqual(
        (await kept.list()).map(({ name }) => name).sort(),
        [...wanted.keys()].sort(),
      );
      for (const [name, image] of wanted)
        assert.deepEqual(await bytesOf(await kept.image(name)), image);
    }
  });

  test('work that takes long is given up when asked, and wrong arguments are TypeErrors', async () => {
    const { kept } = await box();
    await kept.add(pattern(1));
    const stopped = AbortSignal.abort(new Error('enough'));
    assert.equal((await rejection(kept.backup({ signal: stopped }))).message, 'enough');
    const wrong: (() => Promise<unknown>)[] = [
      () => kept.rename(7 as unknown as string, 'x'),
      () => kept.insert('x', 'Z:'),
      () => kept.protect('x', 1 as unknown as boolean),
      () => kept.zip({ as: 'gif' as 'image' }),
      () => kept.restoreBackup('file' as unknown as Blob),
      () => kept.backup({ signal: {} as AbortSignal }),
    ];
    for (const call of wrong) assert.instanceOf(await rejection(call()), TypeError);
  });
});
