/** Keys, the clipboard and fingers on the terminal. */
import { assert } from 'chai';
import { pasted } from '../../web/element/terminal-clipboard.ts';
import { PROMPT_SHOWN, removeAll, running, type TestedElement, until } from './fixture.ts';

const SEQUENCES: [key: string, keyCode: number, held: KeyboardEventInit, sent: string][] = [
  ['ArrowLeft', 37, { ctrlKey: true }, '\x1b[1;5D'],
  ['ArrowRight', 39, { ctrlKey: true }, '\x1b[1;5C'],
  ['ArrowUp', 38, { ctrlKey: true }, '\x1b[1;5A'],
  ['ArrowDown', 40, { ctrlKey: true }, '\x1b[1;5B'],
  ['PageUp', 33, {}, '\x1b[5~'],
  ['PageDown', 34, {}, '\x1b[6~'],
  ['Home', 36, {}, '\x1b[H'],
  ['End', 35, {}, '\x1b[F'],
  ['Insert', 45, {}, '\x1b[2~'],
  ['Delete', 46, {}, '\x1b[3~'],
  ['Tab', 9, {}, '\t'],
  ['Tab', 9, { shiftKey: true }, '\x1b[Z'],
  ['s', 83, { ctrlKey: true }, '\x13'],
  ['q', 81, { ctrlKey: true }, '\x11'],
  ['f', 70, { ctrlKey: true }, '\x06'],
  ['F7', 118, {}, '\x1b[18~'],
  ['F7', 118, { altKey: true }, '\x1b[18;3~'],
];

const field = (element: HTMLElement): HTMLTextAreaElement =>
  element.shadowRoot!.querySelector<HTMLTextAreaElement>('.xterm-helper-textarea')!;
const screenOf = (element: HTMLElement): HTMLElement =>
  element.shadowRoot!.querySelector<HTMLElement>('.xterm-screen')!;

function press(element: HTMLElement, key: string, keyCode: number, held: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', {
    key,
    keyCode,
    code: key.length === 1 ? `Key${key.toUpperCase()}` : key,
    bubbles: true,
    cancelable: true,
    ...held,
  });
  field(element).dispatchEvent(event);
  return event;
}

function paste(element: HTMLElement, text: string): ClipboardEvent {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', {
    clipboardData,
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  field(element).dispatchEvent(event);
  return event;
}

/** What is written to the clipboard from now on. */
function clipboard(): string[] {
  const written: string[] = [];
  const writeText = async (text: string): Promise<void> => void written.push(text);
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  return written;
}

/** A finger on the cell, in the middle of it. */
function touch(element: HTMLElement, type: string, x: number, y: number): TouchEvent {
  const target = screenOf(element);
  const { left, top } = target.getBoundingClientRect();
  const finger = new Touch({ identifier: 1, target, clientX: left + x, clientY: top + y });
  const event = new TouchEvent(type, {
    touches: type === 'touchend' ? [] : [finger],
    changedTouches: [finger],
    bubbles: true,
    cancelable: true,
  });
  target.dispatchEvent(event);
  return event;
}

const selection = (element: HTMLElement): Element | null =>
  element.shadowRoot!.querySelector('.xterm-selection div');

async function selectedByFinger(element: TestedElement): Promise<HTMLElement> {
  await until(() => selection(element) === null);
  touch(element, 'touchstart', 20, 8);
  await until(() => selection(element) !== null);
  touch(element, 'touchend', 20, 8);
  await element.updateComplete;
  return element.shadowRoot!.querySelector<HTMLElement>('#copy')!;
}

suite('element/terminal-keys', () => {
  teardown(async () => {
    Reflect.deleteProperty(navigator, 'clipboard');
    await removeAll();
  });

  test('what is pasted: lines as they are typed, and no key that nobody sees', () => {
    const text = 'dir\r\ncd A\ttwo\nend\r\x1b[A\x03\x00\b\x7f\x9b\x85grüß';
    assert.equal(pasted(text), 'dir\rcd A\ttwo\rend\r[Agrüß');
  });

  test('Ctrl+V, with Shift too, is left to the browser, and a paste is typed', async () => {
    const { element, system } = await running();
    for (const shiftKey of [false, true])
      assert.isFalse(press(element, 'v', 86, { ctrlKey: true, shiftKey }).defaultPrevented);
    assert.isTrue(paste(element, 'echo 1\n\x1becho 2\n').defaultPrevented);
    await until(() => system.typed !== '');
    assert.equal(system.typed, 'echo 1\recho 2\r');
  });

  test('Ctrl+C copies what is selected, and is ^C where nothing is', async () => {
    const { element, system } = await running();
    const written = clipboard();
    press(element, 'c', 67, { ctrlKey: true });
    await until(() => system.typed === '\x03');
    system.print('\x1b[H\x1b[2Jhello there');
    await until(() => element.screenText() === 'hello there');
    await selectedByFinger(element);
    press(element, 'c', 67, { ctrlKey: true });
    await until(() => written.length > 0);
    assert.deepEqual(written, ['hello']);
    assert.equal(system.typed, '\x03');
    press(element, 'c', 67, { ctrlKey: true });
    await until(() => system.typed === '\x03\x03');
    assert.isTrue(press(element, 'C', 67, { ctrlKey: true, shiftKey: true }).defaultPrevented);
    assert.deepEqual(written, ['hello'], 'nothing is selected any more');
    await selectedByFinger(element);
    press(element, 'C', 67, { ctrlKey: true, shiftKey: true });
    await until(() => written.length === 2);
    assert.equal(system.typed, '\x03\x03');
  });

  test('keys are the usual sequences', async () => {
    const { element, system } = await running();
    for (const [key, keyCode, held, sent] of SEQUENCES) {
      system.typed = '';
      assert.isTrue(press(element, key, keyCode, held).defaultPrevented, key);
      await until(() => system.typed !== '');
      assert.equal(system.typed, sent, key);
    }
  });

  test('Escape then Tab leaves, either way; what comes between, or later, makes it a key', async () => {
    const { element, system } = await running();
    element.focus();
    press(element, 'Escape', 27);
    press(element, 'Shift', 16);
    assert.isFalse(press(element, 'Tab', 9, { shiftKey: true }).defaultPrevented);
    press(element, 'Escape', 27);
    press(element, 'x', 88, { ctrlKey: true });
    assert.isTrue(press(element, 'Tab', 9).defaultPrevented);
    press(element, 'Escape', 27);
    field(element).blur();
    element.focus();
    assert.isTrue(press(element, 'Tab', 9).defaultPrevented, 'that was another visit');
    await until(() => system.typed.length >= 6);
    assert.equal(system.typed, '\x1b\x1b\x18\t\x1b\t');
  });

  test('a finger scrolls back and forth; where there is no more, the page has it', async () => {
    const { element, system } = await running();
    touch(element, 'touchstart', 50, 50);
    assert.isFalse(touch(element, 'touchmove', 50, 150).defaultPrevented, 'nothing above yet');
    touch(element, 'touchend', 50, 150);
    system.print(`\r\n${Array.from({ length: 90 }, (_, i) => `line ${i}`).join('\r\n')}`);
    await until(() => element.screenText().endsWith('line 89'));
    touch(element, 'touchstart', 50, 50);
    assert.isTrue(touch(element, 'touchmove', 50, 150).defaultPrevented);
    assert.isTrue(touch(element, 'touchend', 50, 150).defaultPrevented);
    await until(() => !element.screenText().endsWith('line 89'));
    touch(element, 'touchstart', 50, 200);
    touch(element, 'touchmove', 50, 20);
    touch(element, 'touchend', 50, 20);
    await until(() => element.screenText().endsWith('line 89'));
    touch(element, 'touchstart', 50, 200);
    assert.isFalse(touch(element, 'touchmove', 50, 20).defaultPrevented, 'nothing below');
    assert.equal(system.typed, '');
  });

  test('a resting finger selects a word, drawn more, and offers to copy it', async () => {
    const { element, system } = await running();
    const written = clipboard();
    system.print('\x1b[H\x1b[2Jhello there\r\nand more');
    await until(() => element.screenText().endsWith('more'));
    const copy = await selectedByFinger(element);
    copy.click();
    await until(() => written.length === 1);
    await until(() => element.shadowRoot!.querySelector('#copy') === null);
    await until(() => selection(element) === null);
    const { width } = screenOf(element).getBoundingClientRect();
    touch(element, 'touchstart', 20, 8);
    await until(() => selection(element) !== null);
    assert.isTrue(touch(element, 'touchmove', width - 1, 8).defaultPrevented);
    touch(element, 'touchend', width - 1, 8);
    await until(() => element.shadowRoot!.querySelector('#copy') !== null);
    element.shadowRoot!.querySelector<HTMLElement>('#copy')!.click();
    await until(() => written.length === 2);
    assert.deepEqual(written, ['hello', 'hello there']);
    assert.equal(system.typed, '');
  });

  test('the key row pastes', async () => {
    const { element, system } = await running({ controls: '' });
    const readText = async (): Promise<string> => 'from the clipboard\x1b';
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { readText } });
    const keys = [...element.shadowRoot!.querySelectorAll<HTMLElement>('#keys button')];
    keys.find(({ textContent }) => textContent?.trim() === 'Paste')!.click();
    await until(() => system.typed === 'from the clipboard');
    assert.equal(element.screenText(), PROMPT_SHOWN);
  });
});
