/** What an author dresses the element with: colours, fonts, states, a toolbar, attributes. */
import { assert } from 'chai';
import { mount, pattern, removeAll, running, type TestedElement, until } from './fixture.ts';

const rowsOf = (element: HTMLElement): HTMLElement =>
  element.shadowRoot!.querySelector<HTMLElement>('.xterm-rows')!;

/** The colour in which these letters are drawn now; empty: they are not. */
function inkOf(element: HTMLElement, text: string): string {
  const cells = [...rowsOf(element).querySelectorAll('span')];
  const found = cells.find(({ textContent }) => textContent.includes(text));
  return found ? getComputedStyle(found).color : '';
}

suite('element/dress', () => {
  teardown(removeAll);

  test('each colour of the terminal is the author’s, also one that changes later', async () => {
    const { element, system } = await running({
      style: '--neptune-background: oklch(0.1 0 0); --neptune-red: rgb(250, 120, 110)',
    });
    system.print('\r\n\x1b[31mred\x1b[m \x1b[91mlight\x1b[m \x1b[92mleaf\x1b[m');
    await until(() => inkOf(element, 'leaf') !== '');
    assert.equal(inkOf(element, 'red'), 'rgb(250, 120, 110)');
    assert.equal(inkOf(element, 'light'), 'rgb(250, 120, 110)');
    assert.equal(inkOf(element, 'leaf'), 'rgb(156, 200, 148)', 'of a dark screen');
    element.style.setProperty('--neptune-bright-red', 'hsl(120 100% 80%)');
    await until(() => inkOf(element, 'light') === 'rgb(153, 255, 153)');
    assert.equal(inkOf(element, 'red'), 'rgb(250, 120, 110)');
  });

  test('scroll bars are of its colours, with nothing behind', async () => {
    const { element } = await running({ style: '--neptune-muted: rgb(9, 8, 7)' });
    for (const part of ['#messages', '.xterm'])
      assert.equal(
        getComputedStyle(element.shadowRoot!.querySelector(part)!).scrollbarColor,
        'rgb(9, 8, 7) rgba(0, 0, 0, 0)',
      );
  });

  test('what is selected, and the type, are the author’s too', async () => {
    const { element } = await running({ style: '--neptune-selection: rgb(1, 2, 3)' });
    const sheets = (): string =>
      element
        .shadowRoot!.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules])
        .map(({ cssText }) => cssText)
        .join('\n');
    assert.match(sheets(), /selection[^}]*rgb\(1, 2, 3\)|selection[^}]*#010203/);
    element.style.setProperty('--neptune-font', 'fantasy');
    await until(() => /fantasy/.test(getComputedStyle(rowsOf(element)).fontFamily));
    element.style.setProperty('--neptune-ui-font', 'cursive');
    assert.match(getComputedStyle(element).fontFamily, /^cursive/);
  });

  test('a style sheet may ask what state it is in', async () => {
    const { element, system } = mount({ boot: 'manual' });
    await element.updateComplete;
    const is = (state: string): boolean => element.matches(`:state(${state})`);
    assert.deepEqual(['waiting', 'booting', 'running'].map(is), [true, false, false]);
    element.boot().catch(() => undefined); // it is removed first
    const found = await system();
    await element.updateComplete;
    assert.deepEqual(['waiting', 'booting', 'running'].map(is), [false, true, false]);
    await element.insertDisk('A:', pattern(7));
    assert.isFalse(is('unkept'));
    await found.write(0, 0, Uint8Array.of(1));
    await until(() => is('unkept'));
    assert.isFalse(is('unsaved'));
  });

  test('the toolbar is a row of its own, and none takes no room', async () => {
    const { element } = await running({ controls: '' });
    const screen = element.shadowRoot!.querySelector('#screen')!;
    const before = screen.clientHeight;
    const button = Object.assign(document.createElement('button'), { slot: 'toolbar' });
    button.style.blockSize = '40px';
    element.append(button);
    const { height } = button.getBoundingClientRect();
    const bar = element.shadowRoot!.querySelector('#drives')!.getBoundingClientRect();
    assert.isAtMost(button.getBoundingClientRect().bottom, bar.top);
    assert.isBelow(screen.clientHeight, before - height);
    button.remove();
    assert.equal(screen.clientHeight, before);
  });

  test('what a framework assigns is the attribute: the method boot stays', async () => {
    const { element, system } = mount({ boot: 'manual' });
    (element as unknown as { boot: string }).boot = 'click';
    assert.equal(element.bootWhen, 'click');
    const ready = element.boot();
    (await system()).print('A:\\>\x1b]133;B\x07');
    await ready;
  });

  test('a framework sees that its booleans are such, before anything is set', () => {
    const { controls, screenReader } = document.createElement('neptune-tested') as TestedElement;
    assert.deepEqual([controls, screenReader], [false, false]);
  });
});
