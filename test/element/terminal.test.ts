/** The terminal: its text, its keys, its styles. */
import { assert } from 'chai';
import { PROMPT, removeAll, running, until } from './fixture.ts';

suite('element/terminal', () => {
  teardown(removeAll);

  const field = (element: HTMLElement): HTMLTextAreaElement =>
    element.shadowRoot!.querySelector<HTMLTextAreaElement>('.xterm-helper-textarea')!;

  function press(element: HTMLElement, key: string, keyCode: number): KeyboardEvent {
    const event = new KeyboardEvent('keydown', { key, keyCode, bubbles: true, cancelable: true });
    field(element).dispatchEvent(event);
    return event;
  }

  test('a wrapped line is one line of the screen’s text', async () => {
    const { element, system } = await running();
    element.style.width = '400px';
    await new Promise((later) => requestAnimationFrame(() => setTimeout(later, 50)));
    const long = 'word '.repeat(40).trim();
    system.print(`\r\n${long}   \r\nend`);
    await until(() => element.screenText().endsWith('end'));
    assert.equal(element.screenText(), `${PROMPT}\n${long}\nend`);
  });

  test('keys go to the serial line; Tab is one of them, unless Escape went before', async () => {
    const { element, system } = await running();
    element.focus();
    press(element, 'Enter', 13);
    assert.isTrue(press(element, 'Tab', 9).defaultPrevented, 'the terminal takes it');
    press(element, 'Escape', 27);
    assert.isFalse(press(element, 'Tab', 9).defaultPrevented, 'the focus may go');
    await until(() => system.typed.length >= 3);
    assert.equal(system.typed, '\r\t\x1b');
  });

  test('keys of the row reach the line too', async () => {
    const { element, system } = await running({ controls: '' });
    const keys = [...element.shadowRoot!.querySelectorAll<HTMLButtonElement>('#keys button')];
    keys.find((key) => key.getAttribute('aria-label') === 'Up')?.click();
    await until(() => system.typed === '\x1b[A');
  });

  test('the cells have their sizes without inline style sheets', async () => {
    const { element } = await running();
    const root = element.shadowRoot!;
    const screen = root.querySelector('.xterm-screen')!;
    // One is left: xterm makes the scroll bar's colours past the document that it is given.
    assert.isAtMost(root.querySelectorAll('style').length, 1);
    assert.equal(getComputedStyle(root.querySelector('.xterm-rows')!).position, 'static');
    assert.isAbove(screen.getBoundingClientRect().height, 100);
    const family = getComputedStyle(root.querySelector('.xterm-rows')!).fontFamily;
    assert.match(family, /monospace/);
  });

  test('the author’s colours are the terminal’s', async () => {
    const { element } = await running({
      style: '--neptune-background: rgb(1, 2, 3); --neptune-foreground: rgb(200, 201, 202)',
    });
    const rows = element.shadowRoot!.querySelector('.xterm-rows')!;
    assert.match(getComputedStyle(rows).color, /rgb\(200, 201, 202\)/);
  });
});
