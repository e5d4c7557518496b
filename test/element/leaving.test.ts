/** What would be lost with the page: told while it is so, and kept as long as the page lives. */
import { assert } from 'chai';
import type { NeptuneOs } from '../../web/element/neptune-os.ts';
import { freshPrefix, heard, pattern, rejection, removeAll, running, until } from './fixture.ts';
import { action, found, lines, press, SECTOR } from './person.ts';

/** The one disk that is kept is deleted, and had back. */
async function throughBin({ kept }: NeptuneOs): Promise<void> {
  const [disk] = await kept.list();
  await kept.restore(await kept.delete(disk!.name));
}

suite('element/leaving', () => {
  teardown(removeAll);

  const said = (element: HTMLElement): string => lines(element).join('\n');
  const open = (element: HTMLElement): void => action(element, 'insert').click();

  test('unsaved from the cache to the store, and the drive bar with it', async () => {
    const { element, system } = await running({ persist: freshPrefix(), controls: '' });
    await element.insertDisk('A:', pattern(1));
    const events = heard(element, 'neptune-unsaved');
    const badge = () => found(element, '[data-drive="A:"] .badge')!.textContent;
    system.options.onDirty?.(0, 'dirty');
    assert.isTrue(element.unsaved);
    await element.updateComplete;
    assert.equal(badge(), 'saving');
    let handOver: () => void = () => undefined;
    system.keep = () => new Promise((done) => (handOver = done));
    system.options.onDirty?.(0, 'clean');
    await Promise.resolve();
    assert.isTrue(element.unsaved, 'what the machine has is not here yet');
    system.options.onDirty?.(0, 'dirty');
    handOver();
    await new Promise((later) => setTimeout(later));
    assert.isTrue(element.unsaved, 'it was written again meanwhile');
    system.options.onDirty?.(0, 'clean');
    const committed = system.write(0, 0, SECTOR);
    handOver();
    await committed;
    await until(() => !element.unsaved);
    assert.deepEqual(events, [
      { drive: 'A:', unsaved: true },
      { drive: 'A:', unsaved: false },
    ]);
    await element.updateComplete;
    assert.equal(badge(), 'kept');
    system.options.onDirty?.(0, 'dirty');
    system.keep = () => Promise.reject(new Error('the machine does not answer'));
    system.options.onDirty?.(0, 'clean');
    await new Promise((later) => setTimeout(later));
    assert.isTrue(element.unsaved, 'nobody knows what the machine has still');
    system.options.onDirty?.(0, 'stuck');
    await element.updateComplete;
    assert.equal(badge(), 'not kept: the system cannot write it');
    system.options.onDirty?.(0, 'lost');
    await until(() => /written to A: could not be saved and is lost/.test(said(element)));
  });

  test('a changed disk that nobody keeps stays in the page when it leaves its drive', async () => {
    const { element, system } = await running({ persist: freshPrefix(), controls: '' });
    const events = heard(element, 'neptune-unkept');
    const session = { persist: false, label: 'ours' } as const;
    await element.insertDisk('A:', pattern(1), session);
    await element.insertDisk('A:', pattern(2), session);
    assert.isFalse(element.unkept, 'nobody changed the first: it was let go');
    assert.notMatch(said(element), /ours/);
    await system.write(0, 512, SECTOR);
    assert.isTrue(element.unkept);
    assert.isFalse(element.unsaved, 'that is another word');
    await element.insertDisk('A:', pattern(3), { persist: false, label: 'other' });
    await until(() =>
      /ours was changed and is not kept. It stays in this page: Insert has it/.test(said(element)),
    );
    assert.isTrue(element.unkept);
    assert.deepEqual(events, [
      { drive: 'A:', unkept: true },
      { drive: 'A:', unkept: false },
      { drive: '', unkept: true },
    ]);
    open(element);
    await press(element, '.loose', 'Insert');
    const expected = pattern(2);
    expected.set(SECTOR, 512);
    await until(() => system.media[0]?.[512] === 0x5a);
    assert.deepEqual(system.media[0], expected);
    await element.ejectDisk('A:');
    open(element);
    await press(element, '.loose', 'Keep');
    await until(() => /ours is kept now/.test(said(element)));
    assert.isFalse(element.unkept);
    assert.isFalse(element.unsaved);
    assert.isUndefined(found(element, '.loose button'));
  });

  test('what was downloaded is at home: nothing more is asked', async () => {
    const { element, system } = await running({ controls: '' });
    await element.insertDisk('A:', pattern(1));
    await system.write(0, 512, SECTOR);
    assert.isTrue(element.unkept);
    action(element, 'download').click();
    await until(() => !element.unkept);
    await system.write(0, 512, SECTOR);
    assert.isTrue(element.unkept, 'changed once more');
  });

  test('a deleted disk goes into the bin, is restored, and deleted for good', async () => {
    const { element } = await running({ persist: freshPrefix(), controls: '' });
    await element.insertDisk('A:', pattern(4), { label: 'four' });
    await element.ejectDisk('A:');
    await throughBin(element);
    open(element);
    await press(element, '.kept', 'Insert');
    const inA = '.drive[data-drive="A:"][data-state=kept]';
    await until(() => found(element, inA) !== undefined);
    assert.deepEqual(
      new Uint8Array(await (await element.ejectDisk('A:')).arrayBuffer()),
      pattern(4),
    );
    await element.kept.remove(await element.kept.delete((await element.kept.list())[0]!.name));
    assert.isEmpty(await element.kept.deleted());
    assert.isEmpty(await element.kept.list());
    assert.match((await rejection(element.ejectDisk('A:'))).message, /no disk/);
  });

  test('what no image can have is said with the image, and stays with the kept disk', async () => {
    const { element, system } = await running({ persist: freshPrefix(), controls: '' });
    const tracks = Uint8Array.of(1, 2, 3);
    const events = heard(element, 'neptune-error') as { message: string }[];
    const told = (): number =>
      events.filter(({ message }) => /^An image cannot have all of odd: .*bad/.test(message))
        .length;
    await element.insertDisk('A:', pattern(1), { label: 'odd' });
    await element.exportDisk('A:');
    assert.equal(told(), 0, 'it has plain sectors alone');
    await system.write(0, 512, SECTOR, tracks);
    await element.exportDisk('A:');
    assert.equal(told(), 1);
    await element.share().catch(() => undefined);
    assert.equal(told(), 2);
    action(element, 'download').click();
    await until(() => told() === 3);
    await element.ejectDisk('A:');
    assert.equal(told(), 4);
    await throughBin(element);
    open(element);
    await press(element, '.kept', 'Insert');
    await until(() => system.media[0] !== undefined);
    assert.deepEqual(system.tracks[0], tracks);
  });
});
