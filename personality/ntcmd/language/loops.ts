/**
 * `for`: the values that its variables take, turn after turn.
 *
 *   turns(shell, node, expand, run)   for each turn a value for each variable
 *
 *   for %x in (a "b c" *.txt)        words; those with a wildcard are files that there are
 *   for /d %x in (*)                 directories
 *   for /r root %x in (*.txt .)      the same in a directory and all below it
 *   for /l %x in (first,step,last)   numbers
 *   for /f "options" %x in (files | "text" | 'command')   lines, cut into tokens
 */
import { listDirectory } from '../../ntdll/files.ts';
import { decodeText } from '../../rtl/codepage.ts';
import { hasWildcards } from '../../rtl/names.ts';
import { FILE_ATTRIBUTE_DIRECTORY } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { FileConsole } from '../console.ts';
import type { Shell } from '../context.ts';
import { contents } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { childOf, fullName, type FullPath, lastPart, ntPath, parentOf, showPath } from '../path.ts';
import { isDots } from '../targets.ts';
import { isFolder, Walk } from '../walk.ts';
import { splitGiven, unquoted } from '../words.ts';
import { type LineOptions, readOptions, tokensOf } from './tokens.ts';
import type { For } from './tree.ts';

type Run = (text: string) => Promise<{ output: Uint8Array }>;

export async function* turns(
  shell: Shell,
  { mode, set, options }: For,
  expand: (text: string) => string,
  run: Run,
): AsyncGenerator<string[]> {
  const text = expand(set);
  if (mode === 'l') {
    yield* numbers(text);
    return;
  }
  if (mode === 'f') {
    const how = readOptions(unquoted(expand(options)));
    for (const lines of await linesOf(shell, text, how, run))
      for (const line of lines.slice(how.skip)) {
        const tokens = tokensOf(line, how);
        if (tokens) yield tokens;
      }
    return;
  }
  if (mode === 'r') {
    const root = shell.directories.resolve(unquoted(expand(options)) || '.');
    yield* inTree(shell, new Walk(shell), root, splitGiven(text), 0);
    return;
  }
  for (const word of splitGiven(text)) {
    if (!hasWildcards(word)) yield [word];
    else for (const name of await matches(shell, unquoted(word), mode === 'd')) yield [name];
  }
}

function* numbers(text: string): Generator<string[]> {
  const [first = 0, step = 0, last = 0] = splitGiven(text).map((one) => parseInt(one, 10) || 0);
  for (let i = first; step < 0 ? i >= last : i <= last; i += step) yield [String(i)];
}

/** Words are names in every directory; those with a wildcard are the files there that match. */
async function* inTree(
  shell: Shell,
  walk: Walk,
  directory: FullPath,
  words: readonly string[],
  depth: number,
): AsyncGenerator<string[]> {
  const before = fullName({ ...directory, parts: [...directory.parts, ''] });
  for (const word of words.map(unquoted)) {
    if (!hasWildcards(word)) yield [before + word];
    else for (const name of await matches(shell, before + word, false)) yield [name];
  }
  for (const entry of await walk.entries(directory, depth))
    if (isFolder(entry))
      yield* inTree(shell, walk, childOf(directory, entry.name), words, depth + 1);
}

/** With the path in front that was typed. None where there is no such directory. */
async function matches(shell: Shell, typed: string, directories: boolean): Promise<string[]> {
  const path = shell.directories.resolve(typed);
  const before = /^.*[\\/:]/s.exec(typed)?.[0] ?? '';
  try {
    const entries = await listDirectory(shell.process, ntPath(parentOf(path)), lastPart(path));
    return entries
      .filter((one) => !isDots(one))
      .filter((one) => ((one.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0) === directories)
      .map((one) => before + one.name);
  } catch (error) {
    if (error instanceof NtException) return [];
    throw error;
  }
}

/** For each file its lines; of a text or a command's output, one such list. */
async function linesOf(
  shell: Shell,
  text: string,
  { backquotes }: LineOptions,
  run: Run,
): Promise<string[][]> {
  const [commandQuote, textQuote] = backquotes ? ['`', "'"] : ["'", '"'];
  const inside = (quote: string): string | undefined =>
    text.length > 1 && text.startsWith(quote) && text.endsWith(quote)
      ? text.slice(1, -1)
      : undefined;
  const command = inside(commandQuote!);
  if (command !== undefined) return [split((await run(command)).output)];
  const plain = inside(textQuote!);
  if (plain !== undefined) return [[plain]];
  const files: string[][] = [];
  for (const name of splitGiven(text)) {
    const path = shell.directories.resolveAny(unquoted(name));
    const console = new FileConsole();
    await nameErrors(showPath(path), () => console.writeFile(contents(shell, path)));
    files.push(split(console.bytes()));
  }
  if (files.length === 0)
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, 'for /f: nothing');
  return files;
}

function split(bytes: Uint8Array): string[] {
  const end = bytes.indexOf(0x1a);
  const lines = decodeText(end < 0 ? bytes : bytes.subarray(0, end)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
