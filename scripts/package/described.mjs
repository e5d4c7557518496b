/**
 * What sources say in their first comments of what they make: `@slot`, `@csspart`, `@cssprop`,
 * `@cssstate`, `@fires`.
 *
 *   firstComment(path)         a file's first comment, without its stars
 *   describedBy(paths)         { slots, cssParts, cssProperties, cssStates, events } of all of them
 *   filesOf(folder)            the sources of a folder of web/, and those outside it that they
 *                              import and that describe something
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT } from '../process.mjs';

const LIST_OF = {
  fires: 'events',
  slot: 'slots',
  csspart: 'cssParts',
  cssprop: 'cssProperties',
  cssstate: 'cssStates',
};

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

export function firstComment(path) {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(read(path))?.[1] ?? '';
  return comment.replace(/^ ?\* ?/gm, '').trim();
}

/** `@slot name - words`; a line that follows, indented, goes on with it. `-` alone: no name. */
function tagsOf(comment) {
  const found = [];
  for (const [, tag, name, words] of comment.matchAll(
    /^@(\w+) +(\S+)[ \t]*((?:.*(?:\n[ \t]+\S.*)*)?)/gm,
  ))
    if (Object.hasOwn(LIST_OF, tag))
      found.push([
        LIST_OF[tag],
        { name: name === '-' ? '' : name, description: words.replace(/\s+/g, ' ').trim() },
      ]);
  return found;
}

export function describedBy(paths) {
  const lists = Object.fromEntries(Object.values(LIST_OF).map((list) => [list, []]));
  for (const path of paths)
    for (const [list, entry] of tagsOf(firstComment(path))) lists[list].push(entry);
  return lists;
}

/** Modules of other folders that a source has at run time. */
function importedOutside(path) {
  const specifiers = read(path).matchAll(/^import (?!type\b)[^;]*? from '(\.\.\/[^']+\.ts)';/gm);
  return [...specifiers].map(([, to]) => posix.join(posix.dirname(path), to));
}

export function filesOf(folder) {
  const own = readdirSync(join(ROOT, 'web', folder), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `web/${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
  const outside = new Set(own.flatMap(importedOutside).filter((path) => !own.includes(path)));
  return [...own, ...[...outside].sort()];
}
