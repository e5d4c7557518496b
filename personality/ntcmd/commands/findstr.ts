/** findstr: the lines of a text in which one of several patterns is. */
import { hasWildcards } from '../../rtl/names.ts';
import { contents, inputOf } from '../devices.ts';
import { nameErrors, usageError } from '../errors.ts';
import { fullName, showPath } from '../path.ts';
import { compile, isIn, type Pattern } from '../pattern.ts';
import type { Shell } from '../context.ts';
import { named } from '../screen.ts';
import { expandAny } from '../targets.ts';
import { linesOf } from '../text.ts';
import { splitWords } from '../words.ts';
import type { Command } from './command.ts';

interface Search {
  readonly patterns: readonly Pattern[];
  readonly switches: ReadonlySet<string>;
}

const KNOWN = /^\/[bevinmxlr]+$/i;
/** As NT's: 1 where nothing was found. */
const NOT_FOUND = 1;

export const findstr: Command = {
  name: 'findstr',
  usage:
    'findstr [/i] [/v] [/n] [/m] [/b] [/e] [/x] [/l | /r] [/c:string] strings [file ...]    /b /e /x: at the beginning, the end, as the whole line, /m: names of files only, /l: no patterns, /c: a string with blanks',
  summary: 'Looks for lines by patterns: . * ^ $ [set] \\< \\>',
  verbatim: true,
  async run(shell, { text }) {
    const { search, names } = readSearch(text);
    if (names.length === 0) return code(await lookIn(shell, search, inputOf(shell), ''));
    let found = 0;
    const many = names.length > 1 || names.some(hasWildcards);
    for (const name of names)
      for (const path of await expandAny(shell, name)) {
        const head =
          many || search.switches.has('m') ? `${named(relative(name, fullName(path)))}` : '';
        const lookAt = () => lookIn(shell, search, contents(shell, path), head);
        found += await nameErrors(showPath(path), lookAt);
      }
    return code(found);
  },
};

/** The file as it was named: the path that was typed, and the name that was found. */
function relative(typed: string, full: string): string {
  const way = /^.*[\\/:]/s.exec(typed)?.[0] ?? '';
  return way + full.slice(full.lastIndexOf('\\') + 1);
}

function readSearch(text: string): { search: Search; names: string[] } {
  const switches = new Set<string>();
  const phrases: string[] = [];
  const plain: string[] = [];
  for (const { text: word, quoted } of splitWords(text)) {
    const phrase = /^\/c:(.+)$/is.exec(word);
    if (phrase) phrases.push(phrase[1]!);
    else if (quoted || !word.startsWith('/')) plain.push(word);
    else if (KNOWN.test(word)) for (const one of word.slice(1).toLowerCase()) switches.add(one);
    else throw usageError(findstr.usage);
  }
  const strings = phrases.length > 0 ? phrases : (plain.shift()?.split(' ').filter(Boolean) ?? []);
  if (strings.length === 0) throw usageError(findstr.usage);
  const literal = switches.has('l') || (phrases.length > 0 && !switches.has('r'));
  const patterns = strings.map((one) => {
    const pattern = compile(one, literal, switches.has('i'));
    const begins = switches.has('b') || switches.has('x') ? compile('^', false, false) : [];
    const ends = switches.has('e') || switches.has('x') ? compile('$', false, false) : [];
    return [...begins, ...pattern, ...ends];
  });
  return { search: { patterns, switches }, names: plain };
}

function code(found: number): number {
  return found > 0 ? 0 : NOT_FOUND;
}

async function lookIn(
  shell: Shell,
  { patterns, switches }: Search,
  pieces: AsyncIterable<Uint8Array>,
  head: string,
): Promise<number> {
  let number = 0;
  let found = 0;
  for await (const line of linesOf(pieces)) {
    number++;
    if (patterns.some((pattern) => isIn(pattern, line)) === switches.has('v')) continue;
    found++;
    if (switches.has('m')) {
      await shell.console.write(`${head || 'input'}\n`);
      break;
    }
    const before = (head ? `${head}:` : '') + (switches.has('n') ? `${number}:` : '');
    await shell.console.write(`${before}${line}\n`);
  }
  return found;
}
