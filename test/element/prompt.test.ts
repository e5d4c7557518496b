/** Finding the prompt, and typing at it. */
import { assert } from 'chai';
import { PromptWatch } from '../../web/element/prompt.ts';

suite('element/prompt', () => {
  let typed: string[];
  let prompts: number;
  let watch: PromptWatch;

  setup(() => {
    typed = [];
    prompts = 0;
    watch = new PromptWatch((text) => typed.push(text));
    watch.onPrompt = () => void prompts++;
  });

  const PROMPTS = ['A:\\>', 'hello\r\nB:\\>', '\r\nA:\\Long names\\x>', '\x1b[0mA:\\>\x1b[K'];
  for (const text of PROMPTS) {
    test(`${JSON.stringify(text)} is a prompt, however it is cut`, () => {
      for (const part of text) watch.seen(part);
      assert.isAtLeast(prompts, 1);
    });
  }

  for (const text of ['A:\\', 'x A:\\>', 'A:\\>dir', 'A:\\>\r\n', 'a:\\>', 'A:\\a<b>']) {
    test(`${JSON.stringify(text)} is none`, () => {
      watch.seen(text);
      assert.equal(prompts, 0);
    });
  }

  test('one line goes to each prompt', () => {
    watch.typeLines('dir\r\n\ntype x\n');
    assert.deepEqual(typed, []);
    watch.seen('A:\\>');
    assert.deepEqual(typed, ['dir\r']);
    watch.seen('dir\r\nfiles\r\n');
    assert.deepEqual(typed, ['dir\r']);
    watch.seen('A:\\>');
    assert.deepEqual(typed, ['dir\r', 'type x\r']);
    watch.seen('type x\r\nA:\\>');
    assert.lengthOf(typed, 2);
  });

  test('a prompt that waits takes a line at once; a cleared watch waits for a new one', () => {
    watch.seen('A:\\>');
    watch.typeLines('ver');
    assert.deepEqual(typed, ['ver\r']);
    watch.typeLines('dir');
    watch.clear();
    watch.seen('A:\\>');
    assert.deepEqual(typed, ['ver\r'], 'what was to be typed into the old system is gone');
  });
});
