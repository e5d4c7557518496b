/** Words that an attribute does not know: the default is taken, and the console says so once. */
import { assert } from 'chai';
import { mount, PROMPT, removeAll, running } from './fixture.ts';

suite('element/settings', () => {
  const { warn } = console;
  const said: string[] = [];

  setup(() => {
    console.warn = (text: string) => void said.push(text);
  });

  teardown(async () => {
    console.warn = warn;
    said.length = 0;
    await removeAll();
  });

  test('unknown words are said once, with what is taken', async () => {
    const { element, system } = await running({ topology: 'foo', speed: 'slow', boot: 'now' });
    assert.deepEqual(said, [
      '<neptune-os>: boot is "now", none of: auto, manual, click. auto is taken.',
      '<neptune-os>: topology is "foo", none of: auto, isolated, single. auto is taken.',
      '<neptune-os>: speed is "slow", none of: fast, real. fast is taken.',
    ]);
    assert.deepInclude(system.options, { topology: 'auto', speed: 'fast' });
    await element.share().catch(() => undefined);
    await running({ topology: 'foo' });
    assert.lengthOf(said, 3, 'not each time');
  });

  test('of what is no text its kind is said, and nothing of it runs', async () => {
    const { element, system } = mount({ boot: 'manual' });
    const odd = { toString: () => assert.fail('it was asked') };
    Object.assign(element, { speed: odd, topology: null });
    const booted = element.boot();
    (await system()).print(PROMPT);
    await booted;
    assert.deepEqual(said, [
      '<neptune-os>: speed is an object of another kind, none of: fast, real. fast is taken.',
    ]);
  });

  test('known words and absent ones are taken without a word', async () => {
    for (const topology of ['auto', 'isolated', 'single']) await running({ topology });
    for (const speed of ['fast', 'real']) await running({ speed });
    await running();
    assert.deepEqual(said, []);
  });
});
