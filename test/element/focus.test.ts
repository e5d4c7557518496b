/** Where the focus goes when what had it is gone. */
import { assert } from 'chai';
import { freshPrefix, pattern, removeAll, running, type TestedElement, until } from './fixture.ts';

suite('element/focus', () => {
  teardown(removeAll);

  let element: TestedElement;
  const root = (): ShadowRoot => element.shadowRoot!;
  const button = (selector: string, name?: string): HTMLButtonElement =>
    [...root().querySelectorAll<HTMLButtonElement>(selector)].find(
      (found) => name === undefined || found.textContent.trim() === name,
    )!;
  const focused = (): string | null | undefined =>
    root().activeElement?.getAttribute('aria-label') ?? root().activeElement?.textContent.trim();
  const press = (found: HTMLButtonElement): void => {
    found.focus();
    found.click();
  };

  setup(async () => {
    ({ element } = await running({ controls: '', persist: freshPrefix() }));
    await element.insertDisk('A:', pattern(1), { label: 'one' });
    await element.updateComplete;
  });

  test('Eject leads to Insert, and a disk that was inserted to Eject', async () => {
    press(button('[data-drive="A:"] [data-action=eject]'));
    assert.equal(focused(), 'Eject: drive A:', 'as long as it is busy');
    await until(() => focused() === 'Insert: drive A:');
    await until(() => button('[data-drive="A:"] [data-action=insert]').ariaDisabled === 'false');
    press(button('[data-drive="A:"] [data-action=insert]'));
    await until(() => root().querySelector('.kept button') !== null);
    press(button('.kept button', 'Insert'));
    await until(() => focused() === 'Eject: drive A:');
    press(button('[data-drive="B:"] [data-action=insert]'));
    press(button('dialog[open] button', 'Insert a blank disk'));
    await until(() => focused() === 'Eject: drive B:');
  });

  test('what was kept, deleted or dismissed leads to what is left beside it', async () => {
    await element.insertDisk('B:', pattern(2), { persist: false });
    await element.updateComplete;
    press(button('[data-drive="B:"] [data-action=keep]'));
    await until(() => focused() === 'Eject: drive B:');
    await element.ejectDisk('A:');
    await element.updateComplete;
    press(button('[data-drive="A:"] [data-action=insert]'));
    await until(() => root().querySelector('.kept button') !== null);
    press(button('dialog[open] button', 'All disks…'));
    await until(() => !root().textContent.includes('All disks…'));
    assert.isNotNull(root().activeElement?.closest('dialog[open]'));
    button('dialog[open] button', 'Cancel').click();
    assert.lengthOf(root().querySelectorAll('.message'), 1, 'that it is kept now');
    element.say('Another line.');
    await element.updateComplete;
    press(button('#messages .message:last-child button'));
    await until(() => root().querySelectorAll('.message').length === 1);
    assert.equal(focused(), 'Dismiss');
    press(button('#messages button'));
    await until(() => /^Terminal/.test(focused() ?? ''));
    await element.shutdown();
    await element.updateComplete;
    press(button('.message button', 'Start'));
    await until(() => /^Terminal/.test(focused() ?? ''));
  });

  test('the smallest letters leave the focus at the larger ones', async () => {
    for (let turn = 0; turn < 20 && !button('[aria-label^="A−"]').disabled; turn++) {
      press(button('[aria-label^="A−"]'));
      await element.updateComplete;
    }
    assert.equal(focused(), 'A+, larger text');
  });

  test('who has gone somewhere else stays there', async () => {
    press(button('[data-drive="A:"] [data-action=eject]'));
    element.focus();
    await until(() => root().querySelector('[data-drive="A:"][data-state=empty]') !== null);
    await element.updateComplete;
    assert.match(focused() ?? '', /^Terminal/);
  });
});
