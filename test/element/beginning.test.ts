/** When an element begins: at once, when it comes into view, or when it is asked to. */
import { assert } from 'chai';
import {
  heard,
  mount,
  pattern,
  PROMPT,
  rejection,
  removeAll,
  running,
  TestedElement,
  until,
} from './fixture.ts';

const inside = (element: HTMLElement, selector: string): HTMLElement | null =>
  element.shadowRoot!.querySelector<HTMLElement>(selector);

suite('element/beginning', () => {
  const standard = TestedElement.missing;
  teardown(async () => {
    TestedElement.missing = standard;
    document.body.style.paddingTop = '';
    scrollTo(0, 0);
    await removeAll();
  });

  test('ten in an article start nothing until one is asked to', async () => {
    const waiting = Array.from({ length: 10 }, () => mount({ boot: 'manual', controls: '' }));
    document.body.prepend(...document.body.querySelectorAll('neptune-tested:last-of-type'));
    const { element: auto } = mount();
    document.body.prepend(auto);
    await until(() => TestedElement.systems.length > 0);
    assert.lengthOf(TestedElement.systems, 1, 'what is in view has begun, and nothing else');
    const { element } = waiting[3]!;
    assert.isNull(inside(element, '#drives'), 'no drives without a system');
    assert.isTrue(inside(element, '#screen')!.inert);
    inside(element, '#poster button')!.click();
    await until(() => TestedElement.systems.length === 2);
    TestedElement.systems[1]!.print(PROMPT);
    await element.ready;
    await element.updateComplete;
    assert.isNull(inside(element, '#poster'));
    assert.isFalse(inside(element, '#screen')!.inert);
    const field = inside(element, '.xterm-helper-textarea');
    assert.equal(element.shadowRoot!.activeElement, field, 'who starts it wants to type');
  });

  test('the poster is there as soon as anything is', async () => {
    const { element } = mount({ boot: 'manual' });
    await element.updateComplete;
    assert.isTrue(inside(element, '#screen')!.inert);
    assert.isNotNull(inside(element, '#poster button'));
  });

  test('what is far below begins when it comes into view', async () => {
    const { element: near } = mount();
    const { element: far } = mount();
    far.style.marginTop = '9000px';
    await until(() => TestedElement.systems.length > 0);
    let ready = false;
    void far.ready.then(() => (ready = true));
    assert.lengthOf(TestedElement.systems, 1);
    assert.isFalse(ready);
    far.scrollIntoView();
    await until(() => TestedElement.systems.length === 2);
    for (const system of TestedElement.systems) system.print(PROMPT);
    await Promise.all([near.ready, far.ready]);
  });

  test('a call that needs the system starts it; a disk put in before is in it', async () => {
    const { element, system } = mount({ boot: 'click' });
    await element.insertDisk('A:', pattern(3));
    assert.lengthOf(TestedElement.systems, 0);
    const done = element.exec('ver');
    const found = await system();
    found.answers = () => ({ status: 0, output: 'it is\n' });
    found.print(PROMPT);
    assert.deepEqual(await done, { status: 0, output: 'it is\n' });
    assert.deepEqual(found.media[0], pattern(3));
  });

  test('exportDisk waits for the disk that the page names', async () => {
    const image = new Blob([pattern(5) as Uint8Array<ArrayBuffer>]);
    const { element, system } = mount({ boot: 'manual', 'disk-a': URL.createObjectURL(image) });
    const exported = element.exportDisk('A:');
    (await system()).print(PROMPT);
    assert.deepEqual(new Uint8Array(await (await exported).arrayBuffer()), pattern(5));
  });

  test('once it was shut down, it is off until it is started again', async () => {
    const { element } = await running();
    await element.shutdown();
    assert.match((await rejection(element.exec('ver'))).message, /not running/);
    assert.lengthOf(TestedElement.systems, 1);
  });

  test('what the reader sees instead where the browser lacks something', async () => {
    for (const named of [false, true]) {
      TestedElement.missing = () => 'WebAssembly';
      const element = document.createElement('neptune-tested');
      const errors = heard(element, 'neptune-error') as { message: string }[];
      element.innerHTML = `<p>A picture of it.</p>${named ? '<p slot="fallback">Sorry.</p>' : ''}`;
      document.body.append(element);
      await until(() => errors.length > 0);
      assert.match(errors[0]!.message, /this browser has no WebAssembly/);
      const [plain, fallback] = element.querySelectorAll('p');
      await until(() => inside(element, '#fallback') !== null);
      assert.equal(plain!.checkVisibility(), !named);
      if (fallback) assert.isTrue(fallback.checkVisibility());
      element.remove();
    }
  });

  test('a poster of the author’s own, and none of it once the system runs', async () => {
    const { element, system } = mount({ boot: 'manual' });
    const picture = document.createElement('p');
    picture.slot = 'poster';
    element.append(picture);
    await until(() => picture.assignedSlot !== null);
    void element.boot();
    (await system()).print(PROMPT);
    await element.ready;
    await until(() => picture.assignedSlot === null);
  });
});
