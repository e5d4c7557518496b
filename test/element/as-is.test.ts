/** A disk that the system cannot write: it can be had all the same, as it is, by a clear choice. */
import { assert } from 'chai';
import { freshPrefix, pattern, rejection, removeAll, running, until } from './fixture.ts';
import { action, bytesOf, found, SECTOR } from './person.ts';

/** A disk in A: of which one sector is on the medium, and another waits in the system for ever. */
async function stuck(persist?: string) {
  const { element, system } = await running({ controls: '', ...(persist && { persist }) });
  const image = pattern(5);
  await element.insertDisk('A:', image, { label: 'ours' });
  await system.write(0, 512, SECTOR);
  image.set(SECTOR, 512);
  system.options.onDirty?.(0, 'dirty');
  system.answers = ({ op }) => {
    if (op === 'flush' || op === 'dismount') throw new Error('the drive does not answer');
  };
  const dialog = () => found<HTMLDialogElement>(element, '#eject')!;
  const press = (what: string) => action(element, what).click();
  const choose = (what: string) =>
    dialog().querySelector<HTMLButtonElement>(`[data-do=${what}]`)!.click();
  return { element, system, image, dialog, press, choose };
}

suite('element/as it is', () => {
  const click = HTMLAnchorElement.prototype.click;
  teardown(async () => {
    HTMLAnchorElement.prototype.click = click;
    await removeAll();
  });

  test('a program: refused, and had when it says so', async () => {
    const { element, system, image } = await stuck(freshPrefix());
    assert.match((await rejection(element.exportDisk('A:'))).message, /does not answer/);
    assert.deepEqual(await bytesOf(await element.exportDisk('A:', { asIs: true })), image);
    assert.isTrue(element.unsaved, 'the rest is still to come');
    assert.match((await rejection(element.ejectDisk('A:'))).message, /does not answer/);
    assert.isDefined(system.media[0]);
    assert.deepEqual(await bytesOf(await element.pullDisk('A:')), image);
    assert.isUndefined(system.media[0]);
    assert.match(
      (await rejection(element.exportDisk('A:', { asIs: 1 as never }))).message,
      /"asIs" must be true or false/,
    );
  });

  test('a machine that does not answer: the page has the disk', async () => {
    const { element, system, image } = await stuck();
    system.image = () => Promise.reject(new Error('the machine does not answer'));
    assert.match((await rejection(element.exportDisk('A:'))).message, /drive does not answer/);
    assert.deepEqual(await bytesOf(await element.exportDisk('A:', { asIs: true })), image);
  });

  test('Eject asks, and the answer is done at once', async () => {
    const { element, system, dialog, press, choose } = await stuck();
    press('eject');
    await until(() => dialog().open);
    await element.updateComplete;
    assert.match(dialog().textContent, /cannot write all of it: the drive does not answer/);
    assert.isDefined(system.media[0], 'nothing has happened yet');
    choose('eject');
    await until(() => system.media[0] === undefined);
    assert.isFalse(dialog().open);
  });

  test('Download asks, gives the disk as it is, and leaves it in', async () => {
    const { element, system, image, dialog, press, choose } = await stuck();
    let file = '';
    HTMLAnchorElement.prototype.click = function () {
      file = this.href;
    };
    press('download');
    await until(() => dialog().open);
    await element.updateComplete;
    choose('download');
    await until(() => file !== '');
    assert.deepEqual(await bytesOf(await (await fetch(file)).blob()), image);
    assert.isDefined(system.media[0]);
    assert.isTrue(element.unkept, 'what is still to come is not at home');
  });

  test('an element that is removed keeps what is on the disk', async () => {
    const persist = freshPrefix();
    const { element, system, image } = await stuck(persist);
    // On the medium, and not handed over yet.
    system.media[0]!.set(SECTOR, 8192);
    image.set(SECTOR, 8192);
    element.remove();
    await until(() => system.media[0] === undefined);
    await until(() => system.terminated);
    const again = await running({ persist, controls: '' });
    assert.deepEqual(again.system.media[0], image);
  });
});
