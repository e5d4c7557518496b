/** Several things dropped on one drive: they are copied one after the other. */
import { assert } from 'chai';
import { FakeDisk, fakeFolder } from './dropped.ts';
import { removeAll, running, until } from './fixture.ts';
import { lines, press } from './person.ts';

suite('element/drop turns', () => {
  teardown(removeAll);

  const text = (element: HTMLElement): string => element.shadowRoot!.textContent!;

  test('copies onto one drive go one after the other, and each can be given up', async () => {
    const { element, system } = await running({ controls: '' });
    const disk = new FakeDisk();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    system.answers = async (request) => {
      if (request.op === 'writePart' && request.path.endsWith('one')) await held;
      if (request.op === 'remove') disk.files.delete(request.path);
      return disk.answer(request);
    };
    const copies = [fakeFolder({ one: 1 }, 'a'), fakeFolder({ two: 2 }, 'b')];
    const taken = copies.map((copy) => element.takeFiles([copy], 'B:'));
    await until(() => text(element).includes('To be copied onto B: after that: '));
    await element.takeFiles([fakeFolder({ three: 3 }, 'c')], 'A:');
    assert.deepEqual([...disk.files.keys()], ['A:\\c\\three'], 'another drive does not wait');
    const third = element.takeFiles([fakeFolder({ five: 5 }, 'e')], 'B:');
    await until(() => /after that: .\/\w+, then e\/five\./.test(text(element)));
    await press(element, '.message', 'Cancel');
    goOn();
    await Promise.all([...taken, third]);
    await element.updateComplete;
    assert.deepEqual(lines(element).slice(-3), [
      'Copying a/one onto B: was given up.',
      'B:\\b\\two is written.',
      'B:\\e\\five is written.',
    ]);
    const written = ['A:\\c\\three', 'B:\\a\\one', 'B:\\b\\two', 'B:\\e\\five'];
    assert.deepEqual([...disk.files.keys()], written, 'one after the other');
  });

  test('what waits for a copy onto the same drive can be given up', async () => {
    const { element, system } = await running({ controls: '' });
    const disk = new FakeDisk();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    system.answers = async (request) => {
      if (request.op === 'writePart') await held;
      return disk.answer(request);
    };
    const taken = ['a', 'b', 'c'].map((name) => element.takeFiles([fakeFolder({ f: 1 }, name)]));
    await until(() => /after that: .\/f, then .\/f\./.test(text(element)));
    const said = lines(element).join(' ');
    const [, first] = /Copying (\w)/.exec(said)!;
    const [, ...others] = /that: (\w)\/f, then (\w)/.exec(said)!;
    await press(element, '.message', 'Do not copy');
    goOn();
    await Promise.all(taken);
    await element.updateComplete;
    assert.deepEqual([...disk.files.keys()], [`A:\\${first!}\\f`]);
    assert.sameMembers(lines(element), [
      `A:\\${first!}\\f is written.`,
      `Given up: the copying of ${others.map((name) => `${name}/f`).join(', ')} onto A:.`,
    ]);
  });
});
