/** Finding the prompt, typing at it, and knowing whether the shell has done. */
import { assert } from 'chai';
import { AT_PROMPT, AT_QUESTION, AT_WORK } from '../../personality/ntcmd/marks.ts';
import { PromptWatch } from '../../web/element/prompt.ts';

const PROMPT = `A:\\>${AT_PROMPT}`;

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((later) => setTimeout(later, 5));
};

suite('element/prompt', () => {
  let typed: string[];
  let prompts: number;
  let works: boolean[];
  let watch: PromptWatch;

  setup(() => {
    [typed, prompts, works] = [[], 0, []];
    watch = new PromptWatch((text) => {
      typed.push(text);
      watch.typed(text);
    });
    watch.onPrompt = () => void prompts++;
    const own = works;
    watch.onWork = (is) => void own.push(is);
  });

  for (const text of [PROMPT, `hello\r\n${PROMPT}`, `\x1b[0m${PROMPT}\x1b[K`]) {
    test(`${JSON.stringify(text)} is a prompt, however it is cut`, () => {
      for (const part of text) watch.seen(part);
      assert.equal(prompts, 1);
      watch.seen(text);
      assert.equal(prompts, 2);
    });
  }

  const FAKES = ['A:\\>', '\r\nA:\\>\x1b[K', `Y/N? ${AT_QUESTION}`, '\x1b]133;B'];
  for (const text of FAKES) {
    test(`${JSON.stringify(text)} is none`, () => {
      watch.typeLines('dir');
      watch.seen(text);
      assert.equal(prompts, 0);
      assert.deepEqual(typed, []);
    });
  }

  test('one line goes to each prompt, and a file that looks like one gets none', () => {
    watch.typeLines('dir\r\n\ntype x\n');
    assert.deepEqual(typed, []);
    watch.seen(PROMPT);
    assert.deepEqual(typed, ['dir\r']);
    watch.seen(`dir\r\n${AT_WORK}what a prompt looks like:\r\nA:\\>`);
    assert.deepEqual(typed, ['dir\r']);
    watch.seen(`\r\n${PROMPT}`);
    assert.deepEqual(typed, ['dir\r', 'type x\r']);
    watch.seen(`type x\r\n${AT_WORK}${PROMPT}`);
    assert.lengthOf(typed, 2);
  });

  test('a prompt that took another line already is none any more', () => {
    watch.typeLines('dir');
    watch.seen(`${PROMPT}pause\r\n${AT_WORK}`);
    assert.deepEqual(typed, []);
  });

  test('a prompt that waits takes a line at once; a cleared watch waits for a new one', () => {
    watch.seen(PROMPT);
    watch.typeLines('ver');
    assert.deepEqual(typed, ['ver\r']);
    watch.typeLines('dir');
    watch.clear();
    watch.seen(PROMPT);
    assert.deepEqual(typed, ['ver\r'], 'what was to be typed into the old system is gone');
  });

  test('what somebody has begun to type is not mixed with a line; a size is not typed', () => {
    watch.seen(PROMPT);
    watch.typed('\x1b[48;25;80;0;0t');
    watch.typeLines('ver');
    assert.deepEqual(typed, ['ver\r']);
    watch.seen(`ver\r\n${AT_WORK}${PROMPT}`);
    watch.typed('ec');
    watch.typeLines('dir');
    assert.deepEqual(typed, ['ver\r']);
    watch.typed('ho\r');
    watch.seen(`echo\r\n${AT_WORK}${PROMPT}`);
    assert.deepEqual(typed, ['ver\r', 'dir\r']);
  });

  test('who leaves the terminal by Escape has begun nothing', () => {
    watch.seen(PROMPT);
    watch.typed('\x1b');
    watch.typeLines('ver');
    assert.deepEqual(typed, ['ver\r']);
  });

  test('it works from Enter until it waits again, for a command or for an answer', async () => {
    watch.seen(PROMPT);
    watch.typed('copy a b');
    assert.deepEqual(works, []);
    watch.typed('\r');
    assert.deepEqual(works, [true]);
    watch.seen(`\r\n${AT_WORK}Overwrite B? ${AT_QUESTION}`);
    await until(() => works.length === 2);
    watch.typed('y\r');
    watch.seen(`y\r\n${AT_WORK}${PROMPT}`);
    await until(() => works.length === 4);
    assert.deepEqual(works, [true, false, true, false]);
  });

  test('a line typed ahead is worked on without a pause', async () => {
    watch.typed('one\rtwo\r');
    watch.seen(`one\r\n${AT_WORK}${PROMPT}`);
    watch.seen(`two\r\n${AT_WORK}`);
    watch.seen(PROMPT);
    await until(() => works.length > 1);
    assert.deepEqual(works, [true, false]);
  });

  test('nothing works in a system that has ended', () => {
    watch.typed('dir\r');
    watch.clear();
    assert.deepEqual(works, [true, false]);
  });
});
