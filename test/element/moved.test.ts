/** An element that is moved, also into other documents, and one that is in none yet. */
import { assert } from 'chai';
import {
  FLOPPY,
  freshPrefix,
  mount,
  pattern,
  PROMPT,
  PROMPT_SHOWN,
  rejection,
  removeAll,
  running,
  TestedElement,
  until,
} from './fixture.ts';

const frames: HTMLIFrameElement[] = [];

function otherDocument(): Document {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  frames.push(frame);
  return frame.contentDocument!;
}

const dialogs = (element: TestedElement): HTMLDialogElement[] => [
  ...element.shadowRoot!.querySelectorAll<HTMLDialogElement>('dialog[open]'),
];

/** Of the element's own sheet, and of the terminal's. */
function look(element: TestedElement): string[] {
  const view = element.ownerDocument.defaultView!;
  const [screen, rows] = ['#screen', '.xterm'].map((place) =>
    element.shadowRoot!.querySelector(place)!,
  );
  return [
    view.getComputedStyle(element).display,
    ...[screen, rows].map((one) => {
      const { position, display } = view.getComputedStyle(one!);
      return `${position} ${display}`;
    }),
  ];
}

suite('element/moved', () => {
  teardown(async () => {
    await removeAll();
    for (const frame of frames.splice(0)) frame.remove();
  });

  test('a dialog does not stay open in another place, and can be opened there', async () => {
    const { element } = await running({ controls: '' });
    await element.insertDisk('A:', new Uint8Array(FLOPPY));
    const place = document.createElement('div');
    document.body.append(place);
    await element.showShare();
    assert.lengthOf(dialogs(element), 1);
    place.append(element);
    assert.lengthOf(dialogs(element), 0);
    await element.showShare();
    assert.isTrue(dialogs(element)[0]?.matches(':modal'));
    place.remove();
  });

  test('in another document it looks as it did, and runs on', async () => {
    const { element, system } = await running({ controls: '' });
    const [home, there] = [look(element), otherDocument()];
    there.body.append(element);
    assert.deepEqual(look(element), home);
    await element.type('x');
    assert.isFalse(system.terminated);
    document.body.append(element);
    assert.deepEqual(look(element), home);
    // A template's document has no window.
    document.createElement('template').content.append(element);
    document.body.append(element);
    assert.deepEqual(look(element), home);
    assert.isFalse(system.terminated);
  });

  test('it can begin in another document', async () => {
    const home = look((await running()).element);
    const element = document.createElement('neptune-tested') as TestedElement;
    otherDocument().body.append(element);
    const booted = element.boot();
    await until(() => TestedElement.systems.length === 2);
    TestedElement.systems[1]!.print(PROMPT);
    await booted;
    assert.equal(element.screenText(), PROMPT_SHOWN);
    assert.deepEqual(look(element), home);
    element.remove();
    await until(() => TestedElement.systems[1]!.terminated);
  });

  test('a frame that is removed ends it', async () => {
    const { element, system } = await running();
    otherDocument().body.append(element);
    frames.pop()!.remove();
    await until(() => system.terminated);
    document.body.append(element);
    await until(() => TestedElement.systems.length === 2);
  });

  test('once it was removed nothing begins and no disk is held until it is in a page again', async () => {
    const prefix = freshPrefix();
    const { element, system } = await running({ persist: prefix });
    await element.insertDisk('A:', pattern(1), { label: 'ours' });
    await system.write(0, 0, Uint8Array.of(1));
    element.remove();
    await until(() => system.terminated);
    for (const begins of [
      () => element.boot(),
      () => element.reset(),
      () => element.exec('dir'),
      () => element.insertDisk('A:', pattern(2)),
    ])
      assert.match((await rejection(begins())).message, /was removed|is not running/);
    assert.lengthOf(TestedElement.systems, 1);
    const other = await running({ persist: prefix });
    await until(() => other.system.media[0] !== undefined);
    assert.isFalse(other.system.protected[0], 'nobody else has it');
    other.element.remove();
    await until(() => other.system.terminated);
    document.body.append(element);
    await until(() => TestedElement.systems.length === 3);
    TestedElement.systems[2]!.print(PROMPT);
    await element.ready;
    await until(() => TestedElement.systems[2]!.media[0] !== undefined);
  });

  test('one that was in no page yet ends, too, and shows later what was printed', async () => {
    const never = document.createElement('neptune-tested') as TestedElement;
    await never.shutdown();
    const element = document.createElement('neptune-tested') as TestedElement;
    const booted = element.boot();
    await until(() => TestedElement.systems.length === 1);
    TestedElement.systems[0]!.print(PROMPT);
    await booted;
    document.body.append(element);
    await element.updateComplete;
    await until(() => element.screenText() === PROMPT_SHOWN);
  });

  test('firstDisks settles where no boot begins', async () => {
    const wrong = mount().element;
    wrong.disks = 7 as never;
    wrong.boot().catch(() => undefined); // asked by firstDisks
    assert.match((await rejection(wrong.firstDisks)).message, /"disks" must be an object/);
    const { element } = mount({ boot: 'manual' });
    const asked = rejection(element.firstDisks);
    element.remove();
    assert.match((await asked).message, /removed/);
  });
});
