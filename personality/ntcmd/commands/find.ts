/** find: the lines of a text that hold a string. */
import { contents, inputOf } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { expandAny } from '../targets.ts';
import { linesOf } from '../text.ts';
import { ANY, type Command } from './command.ts';

interface Search {
  readonly wanted: string;
  readonly switches: ReadonlySet<string>;
}

/** As NT's: 1 where nothing was found. */
const NOT_FOUND = 1;

export const find: Command = {
  name: 'find',
  usage:
    'find [/v] [/c] [/n] [/i] "string" [file ...]    /v: lines without it, /c: how many, /n: with numbers, /i: in any case',
  summary: 'Looks for lines with a string.',
  switches: ['v', 'c', 'n', 'i'],
  names: [1, ANY],
  mayBeEmpty: true,
  async run(shell, { switches, names: [string, ...files] }) {
    const wanted = switches.has('i') ? string!.toLowerCase() : string!;
    const search = { wanted, switches };
    if (files.length === 0) return code(await lookIn(shell, search, inputOf(shell), ''));
    let found = 0;
    for (const name of files)
      for (const path of await expandAny(shell, name)) {
        const head = `---------- ${showPath(path)}`;
        const lookAt = () => lookIn(shell, search, contents(shell, path), head);
        found += await nameErrors(showPath(path), lookAt);
      }
    return code(found);
  },
};

function code(found: number): number {
  return found > 0 ? 0 : NOT_FOUND;
}

async function lookIn(
  { console }: Shell,
  { wanted, switches }: Search,
  pieces: AsyncIterable<Uint8Array>,
  head: string,
): Promise<number> {
  const counts = switches.has('c');
  if (head !== '' && !counts) await console.write(`\n${head}\n`);
  let number = 0;
  let found = 0;
  for await (const line of linesOf(pieces)) {
    number++;
    const text = switches.has('i') ? line.toLowerCase() : line;
    // An empty string is in no line.
    const holds = wanted !== '' && text.includes(wanted);
    if (holds === switches.has('v')) continue;
    found++;
    if (!counts) await console.write(`${switches.has('n') ? `[${number}]` : ''}${line}\n`);
  }
  if (counts) await console.write(head === '' ? `${found}\n` : `\n${head}: ${found}\n`);
  return found;
}
