/** What a page can follow, and what it can prevent: commands that end, disks that are to leave. */
import { assert } from 'chai';
import { AT_PROMPT, AT_WORK, atEnd } from '../../personality/ntcmd/marks.ts';
import type { BeforeEjectDetail } from '../../web/element/types.ts';
import { FLOPPY, heard, pattern, rejection, removeAll, running, until } from './fixture.ts';
import { action, lines } from './person.ts';

suite('element/hooks', () => {
  teardown(removeAll);

  test('a command that ends is told with its line and status, typed or not', async () => {
    const { element, system } = await running();
    const ended = heard(document, 'neptune-command');
    const line = 'type "größer 100%;.txt"';
    const mark = atEnd(line, 0xc0000034);
    system.print(`${line}\r\n${AT_WORK}no\r\n${mark.slice(0, 20)}`);
    system.print(`${mark.slice(20)}\r\nA:\\>${AT_PROMPT}`);
    system.answers = () => ({ status: 0, output: '' });
    await until(() => ended.length === 1);
    await element.exec('ver');
    assert.deepEqual(ended, [
      { line, status: 0xc0000034, typed: true },
      { line: 'ver', status: 0, typed: false },
    ]);
  });

  test('what a program makes of such a mark is a line at most', async () => {
    const { element, system } = await running();
    const ended = heard(element, 'neptune-command');
    system.print('\x1b]133;D\x07\x1b]133;D;x\x07\x1b]133;D;7;cmdline_url=%E0%\x07');
    system.print(atEnd(`echo ${'ä'.repeat(600)}`, 0));
    await until(() => ended.length === 2);
    assert.deepEqual(ended, [
      { line: '%E0%', status: 7, typed: true },
      { line: '', status: 0, typed: true },
    ]);
  });

  test('a page may keep a disk in its drive: eject, and another disk, are refused in words', async () => {
    const { element } = await running({ controls: '' });
    const asked: BeforeEjectDetail[] = [];
    let keep = true;
    element.addEventListener('neptune-before-eject', (event) => {
      asked.push(event.detail);
      if (keep) event.preventDefault();
    });
    await element.insertDisk('A:', pattern(3), { label: 'mine' });
    assert.lengthOf(asked, 0, 'the drive was empty');
    const changes = heard(element, 'neptune-disk');
    const { message } = await rejection(element.ejectDisk('A:'));
    assert.equal(message, 'The page does not let the disk out of A:');
    await rejection(element.insertDisk('A:', pattern(5), { label: 'another' }));
    assert.deepEqual(asked, [{ drive: 'A:' }, { drive: 'A:' }]);
    assert.deepEqual(changes, []);

    await element.updateComplete;
    action(element, 'eject').click();
    await until(() => lines(element).includes(message));

    keep = false;
    assert.equal((await element.ejectDisk('A:')).size, FLOPPY);
    assert.lengthOf(asked, 4);
    assert.deepEqual(changes, [{ drive: 'A:', change: 'ejected' }]);
  });

  test('an element that goes asks nobody, and a disk in RAM is asked for as well', async () => {
    const { element, system } = await running();
    const asked: BeforeEjectDetail[] = [];
    element.addEventListener('neptune-before-eject', (event) => {
      asked.push(event.detail);
      event.preventDefault();
    });
    await element.insertDisk('B:', pattern(3));
    await rejection(element.ejectDisk('C:'));
    assert.notInclude(system.calls, 'ejectImage');
    element.remove();
    await until(() => system.terminated);
    assert.deepEqual(asked, [{ drive: 'C:' }]);
  });
});
