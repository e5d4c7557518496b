/** Files dropped onto the element: where each goes, and what is said of one that is no image. */
import { assert } from 'chai';
import { freshPrefix, pattern, removeAll, running, until } from './fixture.ts';

function drop(target: Element, files: Record<string, Uint8Array>): void {
  const dataTransfer = new DataTransfer();
  for (const [name, bytes] of Object.entries(files))
    dataTransfer.items.add(new File([bytes as Uint8Array<ArrayBuffer>], name));
  for (const type of ['dragover', 'drop'])
    target.dispatchEvent(
      new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }),
    );
}

suite('element/drop', () => {
  teardown(removeAll);

  const text = (element: HTMLElement): string => element.shadowRoot!.textContent!;
  const row = (element: HTMLElement, drive: string): Element =>
    element.shadowRoot!.querySelector(`.drive[data-drive="${drive}"] .letter`)!;

  test('on a drive’s row it goes into that drive, anywhere else into A:', async () => {
    const { element, system } = await running({ controls: '' });
    drop(row(element, 'B:'), { 'one.img': pattern(1) });
    await until(() => system.media[1] !== undefined);
    assert.deepEqual(system.media[1], pattern(1));
    assert.isUndefined(system.media[0]);
    drop(element, { 'two.img': pattern(2) });
    await until(() => system.media[0] !== undefined);
    assert.deepEqual(system.media, [pattern(2), pattern(1)]);
  });

  test('while it hovers, the element says where it would go, and hides no row', async () => {
    const { element } = await running({ controls: '' });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'x'));
    const options = { dataTransfer, bubbles: true, composed: true, cancelable: true };
    row(element, 'B:').dispatchEvent(new DragEvent('dragover', options));
    await element.updateComplete;
    const words = element.shadowRoot!.querySelector('#drop')!;
    assert.match(words.textContent!, /into B:/);
    assert.equal(getComputedStyle(words).pointerEvents, 'none');
    element.dispatchEvent(new DragEvent('dragleave', options));
    await element.updateComplete;
    assert.isNull(element.shadowRoot!.querySelector('#drop'));
  });

  for (const persist of [undefined, freshPrefix()]) {
    const where = persist ? 'kept' : 'in this page only';
    test(`of three, the third is on the shelf, ${where}`, async () => {
      const { element, system } = await running({ controls: '', ...(persist && { persist }) });
      drop(element, { 'one.img': pattern(1), 'two.img': pattern(2), 'three.img': pattern(3) });
      await until(() => /three\.img is in no drive: press Insert/.test(text(element)));
      await until(() => system.media[0] !== undefined && system.media[1] !== undefined);
      assert.deepEqual(system.media, [pattern(1), pattern(2)]);
      const insert = element.shadowRoot!.querySelector<HTMLButtonElement>('[data-action=insert]')!;
      await until(() => !insert.disabled);
      insert.click();
      const list = persist ? '.kept' : '.loose';
      await until(() => element.shadowRoot!.querySelector(`${list} li`) !== null);
      const shelved = element.shadowRoot!.querySelector(`${list} li`)!;
      assert.include(shelved.textContent, 'three.img');
      shelved.querySelector('button')!.click();
      await until(() => system.media[0]?.[100] === pattern(3)[100]);
      assert.deepEqual(system.media[0], pattern(3));
      assert.isFalse(element.unsaved);
    });
  }

  test('what is no image is answered by what can be done with it', async () => {
    const { element, system } = await running({ controls: '' });
    drop(row(element, 'B:'), { 'letter.doc': new Uint8Array(8) });
    await until(() => text(element).includes('letter.doc'));
    assert.match(text(element), /letter\.doc is no disk image\. No floppy disk has 8 bytes/);
    assert.match(text(element), /160K, .*1\.44M, .*2\.88M/);
    assert.include(text(element), "writeFile('B:\\\\letter.doc', file)");
    assert.isUndefined(system.media[1]);
  });
});
