/**
 * The pages of experiments are what web/experiments makes of them.
 *
 *   npm run docs:experiments    writes them anew
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import {
  chapterWith,
  pagesOf,
  readChapter,
  readExperiments,
  tableOf,
} from '../../scripts/experiments.mjs';
import { ROOT } from '../../scripts/process.mjs';

const FOLDER = join(ROOT, 'docs/experiments');
const experiments = await readExperiments();

suite('tooling/experiments', () => {
  test('each has a name for an address, and a row of its own', () => {
    const names = experiments.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z\d]+(-[a-z\d]+)*$/);
    assert.ok(names.length >= 12);
  });

  test('each page is as made, and there is no other', () => {
    for (const [name, text] of pagesOf(experiments))
      assert.equal(readFileSync(join(FOLDER, `${name}.md`), 'utf8'), text, name);
    const there = readdirSync(FOLDER).sort();
    assert.deepEqual(there, experiments.map(({ name }) => `${name}.md`).sort());
  });

  test('the words that each says are in the glossary are there', () => {
    const glossary = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8');
    for (const { name, words } of experiments) {
      assert.ok(words.length > 0, name);
      for (const word of words) assert.ok(glossary.includes(`\n| ${word} |`), `${name}: ${word}`);
    }
  });

  test('the chapter lists them', () => {
    assert.equal(readChapter(), chapterWith(readChapter(), tableOf(experiments)));
  });
});
