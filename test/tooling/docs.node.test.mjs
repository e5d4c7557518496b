/**
 * The documents hold together: no link leads nowhere, the guide's index names every chapter, and
 * code that is said to be a file is that file.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../scripts/process.mjs';

const IN_ROOT = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const IN_DOCS = readdirSync(join(ROOT, 'docs'), { recursive: true })
  .map((path) => `docs/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.md'));

const LINK = /\]\(([^)\s]+)\)/g;
const read = (path) => readFileSync(join(ROOT, path), 'utf8');

/** Code is not prose: what looks like a link in it is none. */
function linksOf(path) {
  const prose = read(path)
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)].map(([, target]) => target);
}

/** A heading's name as GitHub makes it. */
function anchorsOf(path) {
  const headings = read(path).matchAll(/^#{1,6} +(.+)$/gm);
  return [...headings].map(([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(from, target) {
  if (/^[a-z]+:/.test(target)) return false;
  const [file, anchor] = target.split('#');
  const path = file ? join(dirname(from), file) : from;
  if (!existsSync(join(ROOT, path))) return true;
  return Boolean(anchor) && !anchorsOf(path).includes(anchor);
}

/** What a chapter says to be a file, without its comments and imports. */
const WHOLE = /`([^`]+)` in full is this, without its comments and imports:\n\n```ts\n([^]*?)```/g;

/** Line by line. */
function codeOf(text) {
  const code = text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/^import [^]*?;$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return code.split('\n').filter((line) => line.trim() !== '');
}

suite('documents', () => {
  test('code that is said to be a file is that file', () => {
    const told = IN_DOCS.flatMap((path) => [...read(path).matchAll(WHOLE)]);
    assert.equal(told.length, 2);
    for (const [, file, code] of told) assert.deepEqual(codeOf(code), codeOf(read(file)), file);
  });

  for (const path of [...IN_ROOT, ...IN_DOCS]) {
    test(`${path} has no broken link`, () => {
      const links = linksOf(path);
      assert.deepEqual(
        links.filter((target) => isBroken(path, target)),
        [],
      );
    });
  }

  test('the index of the guide names every chapter', () => {
    const named = linksOf('docs/README.md');
    const chapters = IN_DOCS.map((path) => path.slice('docs/'.length)).filter(
      (path) => path !== 'README.md' && !/^(decisions|experiments)\//.test(path),
    );
    assert.deepEqual(
      chapters.filter((path) => !named.includes(path)),
      [],
    );
  });
});
