/**
 * The guide's chapters for authors of pages, as they go into the package.
 *
 *   packDocs()    [[name, text]]: the chapter on embedding, and those that it leads to
 *
 * A link to a chapter or a file that is not there is its words alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../process.mjs';

const FIRST = 'embedding.md';
const LINK = /(!?)\[([^\]]*)\]\((?!https?:)([^)#\s]+)?(#[^)\s]*)?\)/g;

const read = (name) => readFileSync(join(ROOT, 'docs', name), 'utf8');

/** Chapters that a text leads to. */
const chaptersIn = (text) =>
  [...text.matchAll(LINK)]
    .map(([, , , name]) => name)
    .filter((name) => /^[\w-]+\.md$/.test(name ?? '') && existsSync(join(ROOT, 'docs', name)));

export function packDocs() {
  const first = read(FIRST);
  const names = [...new Set([FIRST, ...chaptersIn(first)])].sort();
  const within = (text) =>
    text.replace(LINK, (link, picture, words, name) =>
      !name || names.includes(name) ? link : picture ? '' : words,
    );
  return names.map((name) => [name, within(read(name))]);
}
