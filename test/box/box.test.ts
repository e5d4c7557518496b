/**
 * `<neptune-box>` beside a real machine that has not begun: all by the page's public API. Labels
 * on the drawing, search and order.
 */
import { assert } from 'chai';
import '../../web/element/index.ts';
import '../../web/box/index.ts';
import type { NeptuneBox } from '../../web/box/box.ts';
import { labelLines } from '../../web/box/floppy.ts';
import { volumeLabel } from '../../web/box/new-dialog.ts';
import type { NeptuneOs } from '../../web/element/index.ts';

const SIZE = 163_840;
let count = 0;

const file = (name: string, size = SIZE): File => new File([new Uint8Array(size).fill(7)], name);

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i === 400) throw new Error(`it never became true: ${holds}`);
    await new Promise((later) => setTimeout(later, 10));
  }
}

interface Pair {
  machine: NeptuneOs;
  box: NeptuneBox;
  all(selector: string): HTMLElement[];
  titles(): string[];
}

function pair(machine = document.createElement('neptune-os') as NeptuneOs): Pair {
  machine.id = `machine${++count}`;
  machine.setAttribute('boot', 'manual');
  machine.setAttribute('persist', `box ${Date.now()} ${count}`);
  const box = document.createElement('neptune-box');
  box.setAttribute('for', machine.id);
  document.body.append(machine, box);
  const all = (selector: string): HTMLElement[] => [
    ...box.shadowRoot!.querySelectorAll<HTMLElement>(selector),
  ];
  return { machine, box, all, titles: () => all('.title').map((one) => one.textContent!) };
}

suite('box', () => {
  teardown(() => {
    for (const one of document.querySelectorAll('neptune-os, neptune-box')) one.remove();
  });

  test('it shows what the machine keeps, and each change of it', async () => {
    const { machine, box, titles, all } = pair();
    await until(() => /The box is empty/.test(all('.empty')[0]?.textContent ?? ''));
    await box.addFiles([file('ONE.IMG'), file('two.img', 737_280)]);
    await until(() => titles().length === 2);
    const [disk] = (await machine.kept.list()).filter(({ label }) => label === 'ONE.IMG');
    await machine.kept.rename(disk!.name, 'Uno');
    await until(() => titles().includes('Uno'));
    await machine.kept.protect(disk!.name, true);
    await until(() => all('.mark').some((mark) => mark.textContent === 'write-protected'));
    await machine.kept.insert(disk!.name, 'A:');
    await until(() => all('.mark').some((mark) => mark.textContent === 'in A:'));
    await machine.kept.delete((await machine.kept.list()).find(({ drive }) => !drive)!.name);
    await until(() => titles().length === 1);
  });

  test('it is searched by words, and ordered', async () => {
    const { box, titles, all } = pair();
    await box.addFiles([file('Disk 10.img'), file('Disk 9.img'), file('Letters.img', 368_640)]);
    await until(() => titles().length === 3);
    const [order] = all('select') as HTMLSelectElement[];
    order!.value = 'label';
    order!.dispatchEvent(new Event('change'));
    await box.updateComplete;
    assert.deepEqual(titles(), ['Disk 9.img', 'Disk 10.img', 'Letters.img']);
    const [search] = all('input[type=search]') as HTMLInputElement[];
    for (const [words, found] of [
      ['disk 10', ['Disk 10.img']],
      ['360K', ['Letters.img']],
      ['LETT', ['Letters.img']],
    ] as const) {
      search!.value = words;
      search!.dispatchEvent(new Event('input'));
      await box.updateComplete;
      assert.deepEqual(titles(), [...found], words);
    }
    search!.value = 'nothing';
    search!.dispatchEvent(new Event('input'));
    await box.updateComplete;
    assert.match(all('.empty')[0]!.textContent!, /No disk is called “nothing”/);
  });

  test('what a disk is called is text, whatever is in it', async () => {
    const { box, titles, all } = pair();
    const name = '<img src=x onerror=alert(1)>.img';
    await box.addFiles([file(name)]);
    await until(() => titles().length === 1);
    assert.equal(titles()[0], name);
    assert.equal(all('img').length, 0);
  });

  test('it finds its machine, and another one when it is told so', async () => {
    const [one, other] = [pair(), pair()];
    await one.box.addFiles([file('one.img')]);
    await until(() => one.titles().length === 1);
    assert.deepEqual(other.titles(), []);
    other.box.setAttribute('for', one.machine.id);
    await until(() => other.titles().length === 1);
    assert.equal(other.box.machine, one.machine);
  });

  test('a drawing for each size, with as much of the label as fits', async () => {
    const { box, titles, all } = pair();
    await box.addFiles([file('5.img', 1_228_800), file('3.img', 1_474_560)]);
    await until(() => titles().length === 2);
    assert.equal(all('.face svg circle').length > 0, true);
    assert.isTrue(all('.face svg').every((svg) => svg.getAttribute('aria-hidden') === 'true'));
    assert.deepEqual(labelLines('WordStar letters to the bank.dsk', 13, 3), [
      'WordStar',
      'letters to',
      'the bank',
    ]);
    assert.deepEqual(labelLines('Averyveryverylongwordindeed', 13, 2), [
      'Averyveryvery',
      'longwordindeed'.slice(0, 12) + '…',
    ]);
    assert.deepEqual(labelLines('', 13, 2), []);
  });

  test('a volume gets of a label what every system shows', () => {
    assert.equal(volumeLabel('Résumé, 2026'), 'RESUME 2026');
    assert.equal(volumeLabel('日本'), '');
    assert.equal(volumeLabel('a much too long label'), 'A MUCH TOO');
  });
});
