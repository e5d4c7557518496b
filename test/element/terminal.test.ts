/** The terminal: its text, its keys, its styles. */
import { assert } from 'chai';
import { PROMPT_SHOWN, removeAll, running, until } from './fixture.ts';

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
    assert.equal(element.screenText(), `${PROMPT_SHOWN}\n${long}\nend`);
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
    assert.lengthOf(root.querySelectorAll('style'), 0);
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

  const rowsOf = (element: HTMLElement): HTMLElement =>
    element.shadowRoot!.querySelector<HTMLElement>('.xterm-rows')!;
  const sizeOf = (element: HTMLElement): number =>
    parseFloat(getComputedStyle(rowsOf(element)).fontSize);

  test('a page that turns dark turns the terminal dark while it runs', async () => {
    const { element } = await running();
    const light = getComputedStyle(rowsOf(element)).color;
    document.documentElement.style.colorScheme = 'dark';
    try {
      await until(() => getComputedStyle(rowsOf(element)).color !== light);
    } finally {
      document.documentElement.style.colorScheme = '';
    }
    await until(() => getComputedStyle(rowsOf(element)).color === light);
    element.style.setProperty('--neptune-foreground', 'rgb(20, 30, 40)');
    await until(() => getComputedStyle(rowsOf(element)).color === 'rgb(20, 30, 40)');
  });

  test('letters grow with the page, with the property, and with the attribute', async () => {
    const { element } = await running();
    const standard = sizeOf(element);
    document.documentElement.style.fontSize = '32px';
    try {
      await until(() => sizeOf(element) === standard * 2);
    } finally {
      document.documentElement.style.fontSize = '';
    }
    await until(() => sizeOf(element) === standard);
    for (const [given, pixels] of [
      ['18', 18],
      ['2rem', 32],
      ['20px', 20],
    ] as const) {
      element.style.setProperty('--neptune-font-size', given);
      await until(() => sizeOf(element) === pixels);
    }
    element.setAttribute('text-size', '1.5');
    await until(() => sizeOf(element) === 30);
    element.setAttribute('text-size', 'large');
    await until(() => sizeOf(element) === 20);
  });

  test('two buttons make letters smaller and larger, within reason', async () => {
    const { element } = await running({ controls: '' });
    const button = (name: string): HTMLButtonElement =>
      element.shadowRoot!.querySelector<HTMLButtonElement>(`#sizes [aria-label$="${name} text"]`)!;
    const standard = sizeOf(element);
    button('larger').click();
    await until(() => sizeOf(element) > standard);
    button('smaller').click();
    await until(() => sizeOf(element) === standard);
    for (let turn = 0; turn < 20 && !button('larger').disabled; turn++) {
      button('larger').click();
      await element.updateComplete;
    }
    assert.isTrue(button('larger').disabled);
    assert.equal(sizeOf(element), standard * 4);
  });
});
