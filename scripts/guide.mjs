/**
 * The guide, published with the site: docs/ as pages, dist/guide/*.html.
 *
 *   buildGuide({ dist })   takes dist/guide.html, which vite made of web/site/guide.html, as the
 *                          frame of every page, and removes it. Examples that are pages are
 *                          dist/guide/examples/*.html
 *
 * The order of the chapters is the one in which docs/README.md lists them. Decisions have a page of
 * their own, which lists them.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { chaptersNamed, escape, renderChapter } from './guide/markdown.mjs';
import { ROOT } from './process.mjs';

const DOCS = join(ROOT, 'docs');
const DECISIONS = 'decisions';
/** Each has a page of its own behind the chapter that lists them. */
const EXPERIMENTS = 'experiments';

/** As their chapter lists them. */
function experimentsIn() {
  const text = readFileSync(join(DOCS, `${EXPERIMENTS}.md`), 'utf8');
  return [...text.matchAll(/^\| \[[^\]]+\]\((experiments\/[\w-]+\.md)\)/gm)].map(
    ([, name]) => name,
  );
}

/** Chapters in order, then the decisions: { page, title, sections, html, pages }. */
function readChapters() {
  const index = readFileSync(join(DOCS, 'README.md'), 'utf8');
  const listed = chaptersNamed(index.slice(index.indexOf('## Chapters')));
  const names = new Set(['README.md', ...listed, ...chaptersNamed(index)]);
  const decisions = readdirSync(join(DOCS, DECISIONS))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${DECISIONS}/${name}`);
  const chapterPages = [...names].flatMap((name) =>
    name === `${EXPERIMENTS}.md` ? [name, ...experimentsIn()] : [name],
  );
  const chapters = [...chapterPages, ...decisions].map((name) => ({
    page: name.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html'),
    ...renderChapter(readFileSync(join(DOCS, name), 'utf8'), basename(name, '.md')),
  }));
  return [...chapters, listOfDecisions(chapters)];
}

const inDecisions = ({ page }) => page.startsWith(`${DECISIONS}/`);
const isExperiment = ({ page }) => page.startsWith(`${EXPERIMENTS}/`);

function listOfDecisions(chapters) {
  const items = chapters
    .filter(inDecisions)
    .map(({ page, title }) => `<li><a href="${basename(page)}">${escape(title)}</a></li>`);
  const page = `${DECISIONS}/index.html`;
  const html = `<h1 id="decisions">Decisions</h1>\n<ul>\n${items.join('\n')}\n</ul>\n`;
  return { page, title: 'Decisions', sections: [], html, pages: [] };
}

/** Of the guide, as seen from a page of it. */
const upFrom = ({ page }) => '../'.repeat(page.split('/').length - 1);

function contents(chapters, here) {
  const up = upFrom(here);
  const listed = chapters.filter(
    (chapter) =>
      !isExperiment(chapter) &&
      (!inDecisions(chapter) || chapter.page === `${DECISIONS}/index.html`),
  );
  const item = (chapter, inside) => {
    const current = chapter === here ? ' aria-current="page"' : '';
    return `<li><a href="${up}${chapter.page}"${current}>${escape(chapter.title)}</a>${inside}</li>`;
  };
  const experiments = chapters.filter(isExperiment).map((chapter) => item(chapter, ''));
  const below = (chapter) => {
    if (chapter === here) return sectionsOf(here);
    const isTheirs = isExperiment(here) && chapter.page === `${EXPERIMENTS}.html`;
    return isTheirs ? `\n<ul>\n${experiments.join('\n')}\n</ul>\n` : '';
  };
  return `<ol>\n${listed.map((chapter) => item(chapter, below(chapter))).join('\n')}\n</ol>`;
}

function sectionsOf({ sections }) {
  if (sections.length === 0) return '';
  const items = sections.map(({ id, text }) => `<li><a href="#${id}">${escape(text)}</a></li>`);
  return `\n<ul>\n${items.join('\n')}\n</ul>\n`;
}

function neighbours(chapters, here) {
  const at = chapters.indexOf(here);
  const link = (chapter, words) =>
    chapter
      ? `<a rel="${words}" href="${upFrom(here)}${chapter.page}">${escape(chapter.title)}</a>`
      : '';
  return `${link(chapters[at - 1], 'prev')}${link(chapters[at + 1], 'next')}`;
}

function writePage(file, html) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, html);
}

export function buildGuide({ dist = join(ROOT, 'dist') } = {}) {
  const frame = readFileSync(join(dist, 'guide.html'), 'utf8');
  const chapters = readChapters();
  for (const chapter of chapters) {
    const root = `../${upFrom(chapter)}`;
    const parts = {
      title: escape(chapter.title),
      root,
      guide: upFrom(chapter),
      contents: contents(chapters, chapter),
      chapter: chapter.html,
      neighbours: neighbours(chapters, chapter),
    };
    const page = frame
      .replaceAll(/(src|href)="\.\//g, `$1="${root}`)
      .replaceAll(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
    for (const { file, html } of [{ file: chapter.page, html: page }, ...chapter.pages])
      writePage(join(dist, 'guide', file), html);
  }
  rmSync(join(dist, 'guide.html'));
}
