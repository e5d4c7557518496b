/** The list beside a real machine: keys, focus, choices, menus, what it follows. */
import { assert } from 'chai';
import type { NeptuneOs } from '../../web/element/index.ts';
import { besideIt, clear, endMachine, freshDisk, startMachine, until, within } from './machine.ts';

suite('files/list', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
  });
  suiteTeardown(endMachine);
  setup(() =>
    freshDisk({
      'BETA.TXT': 'bb',
      'ALPHA.TXT': 'a',
      'FILE10.DAT': 'x'.repeat(10),
      'FILE9.DAT': 'x'.repeat(900),
      'BOX/IN.TXT': 'in',
      'BOX/DEEP/X.TXT': 'x',
    }),
  );
  teardown(clear);

  const ALL = ['BOX', 'ALPHA.TXT', 'BETA.TXT', 'FILE9.DAT', 'FILE10.DAT'];

  test('folders come first, numbers count; a heading sorts, and again the other way round', async () => {
    const list = await besideIt();
    const at = within(list);
    assert.deepEqual(at.names(), ALL);
    await at.button('Size', '.head button');
    assert.deepEqual(at.names(), ['BOX', 'ALPHA.TXT', 'BETA.TXT', 'FILE10.DAT', 'FILE9.DAT']);
    assert.equal(at.root.querySelector('.head .size')!.getAttribute('aria-sort'), 'ascending');
    await at.button('Size ↑', '.head button');
    assert.deepEqual(at.names(), ['BOX', 'FILE9.DAT', 'FILE10.DAT', 'BETA.TXT', 'ALPHA.TXT']);
  });

  test('one cell has the focus, and arrows lead to every other one', async () => {
    const list = await besideIt();
    const at = within(list);
    const stops = () => at.root.querySelectorAll('#grid [tabindex="0"]').length;
    list.focus();
    await list.updateComplete;
    assert.equal(at.focused, 'BOX 1');
    await at.press('ArrowDown');
    await at.press('ArrowRight');
    assert.equal(at.focused, 'ALPHA.TXT 2');
    await at.press('End');
    assert.equal(at.focused, 'ALPHA.TXT 5');
    await at.press('Home');
    assert.equal(at.focused, 'ALPHA.TXT 0');
    await at.press('End', { ctrlKey: true });
    assert.equal(at.focused, 'FILE10.DAT 0');
    await at.press('PageUp');
    assert.equal(at.focused, 'BOX 0');
    await at.press('ArrowUp');
    assert.equal(at.focused, 'head 1');
    await at.press('ArrowRight');
    assert.equal(at.focused, 'head 2');
    await at.press('ArrowDown');
    assert.equal(at.focused, 'BOX 2');
    assert.equal(stops(), 1);
  });

  test('letters lead to names: several to one, the same again to the next', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    for (const letter of 'file1') await at.press(letter);
    assert.equal(at.focused, 'FILE10.DAT 1');
    await new Promise((later) => setTimeout(later, 850));
    await at.press('b');
    assert.equal(at.focused, 'BOX 1');
    await at.press('b');
    assert.equal(at.focused, 'BETA.TXT 1');
  });

  test('keys choose: one, several, a range, all', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    await at.press('ArrowDown');
    await at.press(' ');
    assert.deepEqual(at.chosen(), ['ALPHA.TXT']);
    await at.press('ArrowDown', { shiftKey: true });
    await at.press('ArrowDown', { shiftKey: true });
    assert.deepEqual(at.chosen(), ['ALPHA.TXT', 'BETA.TXT', 'FILE9.DAT']);
    assert.equal(at.said(), '3 chosen.');
    await at.press('a', { ctrlKey: true });
    assert.deepEqual(at.chosen(), ALL);
    await at.press('Escape');
    assert.deepEqual(at.chosen(), []);
    assert.deepEqual(list.chosen, []);
  });

  test('a folder is gone into and out of, and the row is found again', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    await at.press('Enter');
    await until(() => at.names().includes('IN.TXT'));
    assert.equal(list.path, 'A:\\BOX');
    await list.updateComplete;
    assert.equal(at.focused, 'DEEP 1');
    await at.press('Backspace');
    await until(() => at.names().includes('BETA.TXT'));
    await list.updateComplete;
    assert.equal(at.focused, 'BOX 1');
    await at.press('ArrowLeft', { altKey: true });
    await until(() => list.path === 'A:\\BOX');
    await list.open('A:\\BOX\\DEEP');
    await list.updateComplete;
    assert.equal(at.text('nav'), 'A: BOX DEEP');
    await at.button('A:', 'nav button');
    await until(() => list.path === 'A:\\');
  });

  test('what others do to the disk is seen, and the focus stays', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    for (const letter of 'fi') await at.press(letter);
    assert.equal(at.focused, 'FILE9.DAT 1');
    await machine.exec('copy A:\\ALPHA.TXT A:\\AAA.TXT');
    await machine.exec('del A:\\BETA.TXT');
    await machine.exportDisk('A:'); // what is written tells of it
    await until(() => at.names().includes('AAA.TXT') && !at.names().includes('BETA.TXT'));
    await list.updateComplete;
    assert.equal(at.focused, 'FILE9.DAT 1');
    await machine.deleteFile('A:\\FILE9.DAT');
    await list.refresh();
    await list.updateComplete;
    assert.equal(at.focused, 'FILE10.DAT 1', 'what took its place');
  });

  test('a disk goes and another comes; the folder that was shown is the other disk’s root', async () => {
    const list = await besideIt('A:\\BOX');
    const at = within(list);
    await machine.ejectDisk('A:');
    await until(() => /A: has no disk/.test(at.text('#list')!));
    await freshDisk({ 'NEW.TXT': 'n' });
    await until(() => at.names().includes('NEW.TXT'));
    assert.equal(list.path, 'A:\\');
    await machine.deleteFile('A:\\NEW.TXT');
    await list.refresh();
    await list.updateComplete;
    assert.match(at.text('#list')!, /Nothing is here/);
  });

  test('rename, with what cannot be a name refused in the dialog', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    await at.press('ArrowDown');
    await at.press('F2');
    const type = async (text: string): Promise<void> => {
      const dialog = await at.dialog(/Rename ALPHA\.TXT/);
      dialog.querySelector('input')!.value = text;
      dialog.querySelector<HTMLButtonElement>('.main')!.click();
    };
    await type('a*b');
    await until(() => /cannot have \*/.test(at.text('.trouble') ?? ''));
    await type('BETA.TXT');
    await until(() => /There is a BETA\.TXT already/.test(at.text('.trouble') ?? ''));
    await type('zeta and more.text');
    await until(() => at.names().includes('zeta and more.text'));
    assert.deepEqual(at.chosen(), ['zeta and more.text']);
    assert.deepEqual(at.notices(), []);
  });

  test('a new folder; deleting several; a read-only file is asked about', async () => {
    const list = await besideIt();
    const at = within(list);
    await at.button('New folder');
    const dialog = await at.dialog(/New folder/);
    dialog.querySelector('input')!.value = 'MADE';
    dialog.querySelector<HTMLButtonElement>('.main')!.click();
    await until(() => at.names().includes('MADE'));
    await machine.setAttributes('A:\\ALPHA.TXT', { readOnly: true });
    list.focus();
    await list.updateComplete;
    await at.press('a', { ctrlKey: true });
    await at.press('Delete');
    const sure = await at.dialog(/Delete 6 entries\?/);
    assert.match(sure.textContent!, /Folders go with all that is in them/);
    sure.querySelector<HTMLButtonElement>('.main')!.click();
    const readOnly = await at.dialog(/ALPHA\.TXT is read-only/);
    readOnly.querySelector<HTMLButtonElement>('.main')!.click();
    await until(() => at.names().length === 0);
    assert.deepEqual(await machine.list('A:\\'), []);
  });

  test('the menu has every action; attributes are set with it', async () => {
    const list = await besideIt();
    const at = within(list);
    await at.button('Actions for BETA.TXT');
    await until(() => at.root.querySelector('.menu'));
    const items = [...at.root.querySelectorAll('.menu .what')].map((one) => one.textContent);
    assert.includeMembers(items, [
      'Open',
      'Rename',
      'Delete',
      'Copy to B:',
      'Save to this computer',
    ]);
    await at.item('Attributes');
    const dialog = await at.dialog(/Attributes of BETA\.TXT/);
    dialog.querySelector<HTMLInputElement>('[name=hidden]')!.click();
    dialog.querySelector<HTMLButtonElement>('.main')!.click();
    await until(() => at.text('[data-key="BETA.TXT"] .attributes')?.startsWith('HA'));
  });

  test('a menu that is asked for while a button is down comes when it is up', async () => {
    const list = await besideIt();
    const at = within(list);
    const row = at.root.querySelector('[data-key="BETA.TXT"] .name')!;
    const how = { bubbles: true, composed: true, cancelable: true, button: 2, clientX: 9 };
    const pointer = (type: string): boolean =>
      row.dispatchEvent(new PointerEvent(type, { ...how, pointerType: 'mouse' }));
    const ask = (): boolean => row.dispatchEvent(new MouseEvent('contextmenu', how));
    const isOpen = () => at.root.querySelector('.menu')?.matches(':popover-open') ?? false;
    const later = () => new Promise((over) => setTimeout(over, 20));
    pointer('pointerdown');
    ask();
    await later();
    assert.isFalse(isOpen(), 'what comes next would close it');
    pointer('pointerup');
    await until(isOpen);
    await at.press('Escape');
    await until(() => !isOpen());
    pointer('pointerdown');
    ask();
    pointer('pointercancel');
    pointer('pointerup');
    await later();
    assert.isFalse(isOpen());
    ask();
    await until(isOpen);
  });

  test('files are copied to another drive and pasted; one that is there is asked about', async () => {
    await freshDisk({ 'BETA.TXT': 'old' }, 'B:');
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    await at.press('a', { ctrlKey: true });
    await at.press('c', { ctrlKey: true });
    await list.open('B:\\');
    list.focus();
    await list.updateComplete;
    await at.press('v', { ctrlKey: true });
    const dialog = await at.dialog(/There is a BETA\.TXT already/);
    [...dialog.querySelectorAll('button')].find((one) => one.value === 'keep-both')!.click();
    await until(() => at.names().includes('BETA (2).TXT') && at.names().includes('BOX'));
    assert.equal(new TextDecoder().decode(await machine.readFile('B:\\BETA.TXT')), 'old');
    assert.equal((await machine.readFile('B:\\BOX\\DEEP\\X.TXT')).length, 1);
  });

  test('given up, a copying says how many files are written, from wherever they come', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `${i}.TXT`);
    await freshDisk(Object.fromEntries(many.map((name) => [`MANY/${name}`, 'x'])));
    await freshDisk({}, 'B:');
    const list = await besideIt();
    const at = within(list);
    const giveUp = async (): Promise<number> => {
      const words = /^The copying was given up: (\d+) of 200 files (?:is|are) written\.$/;
      const said = () => words.exec(at.notices().at(-1) ?? '')?.[1];
      await until(() => /\d/.test(at.text('.job .about') ?? ''));
      await at.button('Cancel', '.job button');
      await until(said);
      const written = Number(said());
      await at.button('Dismiss', '.notice button');
      return written;
    };
    const focused = async (path: string): Promise<void> => {
      await list.open(path);
      list.focus();
      await list.updateComplete;
    };
    await focused('A:\\');
    for (const letter of 'many') await at.press(letter);
    await at.press('c', { ctrlKey: true });
    await focused('B:\\');
    await at.press('v', { ctrlKey: true });
    const copied = await giveUp();
    assert.lengthOf(await machine.list('B:\\MANY\\'), copied);

    const dataTransfer = new DataTransfer();
    for (const name of many) dataTransfer.items.add(new File(['x'], name));
    await machine.createFolder('A:\\NEW');
    await focused('A:\\NEW');
    const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    at.root.querySelector('#list')!.dispatchEvent(drop);
    const added = await giveUp();
    assert.lengthOf(await machine.list('A:\\NEW\\'), added);
  });

  test('it waits for its machine, and lives without one', async () => {
    const alone = document.createElement('neptune-files');
    alone.setAttribute('for', 'nobody');
    document.body.append(alone);
    await alone.updateComplete;
    assert.match(within(alone).text('#list')!, /There is no machine beside this list/);
    alone.setAttribute('for', 'machine');
    await until(() => within(alone).names().length === ALL.length);
  });
});
