/**
 * A chapter's Markdown as HTML.
 *
 *   renderChapter(text, name)    { title, html, sections: { id, text }[], pages: { file, html }[] }
 *                                its sections, and the examples that are pages, each for a button
 *   examples(code)               { command, output }[] of a block that shows a session
 *
 * markdown-it: CommonMark to the letter, tables, no HTML of its own unless it is asked for, a table
 * of rules to say how each thing is written, and here already (TypeDoc stands on it). marked is
 * smaller and as quick, and lets HTML through; remark is sixty packages for what three rules do.
 *
 * No `style` attribute and no script come out: the guide's policy forbids both.
 */
import MarkdownIt from 'markdown-it';

/** What stands before a typed line; behind `More?` goes on what the line above began. */
const PROMPT = /^([A-Z]:\\[^>\n]*>|More\? ?)(.*)$/;

/** As GitHub makes them of headings. */
const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export function examples(code) {
  const found = [];
  for (const line of code.replace(/\n$/, '').split('\n')) {
    const [, prompt, typed] = PROMPT.exec(line) ?? [];
    if (prompt !== undefined) found.push({ prompt, command: typed, output: [] });
    else if (found.length > 0) found.at(-1).output.push(line);
    else throw new Error(`guide: an example begins with no prompt: ${line}`);
  }
  return found;
}

/** Chapters are pages; the first one is the folder's own. */
function pageOf(href) {
  if (/^[a-z]+:/i.test(href)) return href;
  const [file, anchor] = href.split('#');
  const page = file
    .replace(/(^|\/)README\.md$/, '$1index.html')
    .replace(/\.md$/, '.html')
    .replace(/\/$/, '/index.html');
  return anchor === undefined ? page : `${page}#${anchor}`;
}

const { escapeHtml } = new MarkdownIt().utils;

function session(code) {
  const parts = examples(code).map(({ prompt, command, output }) => {
    const typed = `<span class="prompt">${escapeHtml(prompt)}</span><kbd>${escapeHtml(command)}</kbd>`;
    return [typed, ...output.map(escapeHtml)].join('\n');
  });
  const lines = examples(code).map(({ command }) => command);
  return (
    `<div class="example"><pre tabindex="0"><code>${parts.join('\n')}\n</code></pre>` +
    `<button type="button" data-lines="${escapeHtml(lines.join('\n'))}" hidden>Run it</button></div>\n`
  );
}

/** Of others' servers: a page that names one shows how it would be done there. */
const ELSEWHERE = /https:\/\/[\w.]*\bexample\b/;
const WHY = {
  elsewhere: 'Not run here: it needs a server of yours.',
  part: 'Part of a program: it does not run by itself.',
  terminal: 'For a terminal of your own.',
};
const LANGUAGES = {
  html: 'part',
  js: 'part',
  ts: 'part',
  tsx: 'part',
  vue: 'part',
  sh: 'terminal',
};

/** What does not run says why. */
const shown = (content, why) =>
  `<pre tabindex="0"><code>${escapeHtml(content)}</code></pre>\n` +
  (why ? `<p class="why">${WHY[why]}</p>\n` : '');

/** The example as a page in guide/examples: what it names lies in the site's folder. */
function wholePage(content, env) {
  const file = `examples/${env.name}-${env.pages.length + 1}.html`;
  const head = '<meta charset="utf-8" />\n  <base href="../../" />';
  env.pages.push({ file, html: content.replace(/<html[^>]*>\n/, `$&  ${head}\n`) });
  return (
    `<div class="example"><pre tabindex="0"><code>${escapeHtml(content)}</code></pre>` +
    `<button type="button" data-page="${file}" hidden>Run it</button></div>\n`
  );
}

/** The element takes the place of the words, where there are scripts (web/site/bench.ts). */
function experiment(name, content, more) {
  const words = content.trim().split('\n\n');
  const steps = words[0].split('\n').map((line) => line.replace(/^\d+\. /, ''));
  const items = steps.map((step) => `<li>${parser.renderInline(step)}</li>`);
  const look = `<p>${parser.renderInline(words.slice(1).join(' '))}</p>`;
  return (
    `<neptune-experiment name="${escapeHtml(name)}" for="machine"${more === 'bench' ? ' data-bench' : ''}>` +
    `<ol>\n${items.join('\n')}\n</ol>\n${look}</neptune-experiment>\n`
  );
}

function fence(tokens, i, _options, env) {
  const { info, content } = tokens[i];
  const [language, name, more] = info.trim().split(' ');
  if (language === 'experiment') return experiment(name, content, more);
  if (language === 'neptune') return session(content);
  const isPage = language === 'html' && content.startsWith('<!doctype html>');
  if (!isPage) return shown(content, LANGUAGES[language]);
  return ELSEWHERE.test(content) ? shown(content, 'elsewhere') : wholePage(content, env);
}

/** Alignment comes as `style`. */
function cell(tokens, i, options, _env, self) {
  const align = /text-align:(\w+)/.exec(tokens[i].attrGet('style') ?? '')?.[1];
  tokens[i].attrs = align ? [['class', align]] : null;
  return self.renderToken(tokens, i, options);
}

function makeParser() {
  const parser = new MarkdownIt({ html: false });
  Object.assign(parser.renderer.rules, {
    fence,
    td_open: cell,
    th_open: cell,
    table_open: () => '<div class="wide" tabindex="0"><table>\n',
    table_close: () => '</table></div>\n',
    link_open(tokens, i, options, _env, self) {
      tokens[i].attrSet('href', pageOf(tokens[i].attrGet('href')));
      return self.renderToken(tokens, i, options);
    },
  });
  return parser;
}

const parser = makeParser();

const plain = ({ children }) =>
  children.map(({ type, content }) => (/^(text|code_inline)$/.test(type) ? content : '')).join('');

/** Gives each heading its id, and tells of them. */
function nameHeadings(tokens) {
  const taken = new Map();
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading_open') return [];
    const text = plain(tokens[i + 1]);
    const name = slug(text);
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    const id = before === 0 ? name : `${name}-${before}`;
    token.attrSet('id', id);
    return [{ level: Number(token.tag[1]), id, text }];
  });
}

export function renderChapter(text, name) {
  const env = { name, pages: [] };
  const tokens = parser.parse(text, env);
  const headings = nameHeadings(tokens);
  return {
    title: headings.find(({ level }) => level === 1)?.text ?? 'The guide',
    sections: headings.filter(({ level }) => level === 2),
    html: parser.renderer.render(tokens, parser.options, env),
    pages: env.pages,
  };
}

/** Addresses of chapters in the order in which a text names them. */
export function chaptersNamed(text) {
  const links = parser.parse(text, {}).flatMap(({ children }) => children ?? []);
  const hrefs = links
    .filter(({ type }) => type === 'link_open')
    .map((link) => link.attrGet('href'));
  return [...new Set(hrefs.map((href) => href.split('#')[0]))].filter((href) =>
    /^[\w-]+\.md$/.test(href),
  );
}

export const escape = escapeHtml;
