/**
 * Tab: the names of files that a word could become.
 *
 *   candidates(shell, text)   for what is typed before the cursor: what of it stays, and by what
 *                             the rest could be replaced, in alphabetical order
 *
 * As in NT: any word is a path, wildcards in it count, directories only behind cd, md, rd and tree,
 * and a name with a blank or an operator gets quotation marks. A disk that cannot be read has no
 * names. Names that no line could have are passed over.
 */
import { listDirectory } from '../ntdll/files.ts';
import type { DirectoryEntry } from '../rtl/directoryinformation.ts';
import { hasWildcards, RtlUpcase } from '../rtl/names.ts';
import { FILE_ATTRIBUTE_HIDDEN } from '../rtl/nt.ts';
import { NtException } from '../rtl/status.ts';
import type { Shell } from './context.ts';
import type { Candidates } from './editor.ts';
import { ntPath, parentOf } from './path.ts';
import { isDots } from './targets.ts';
import { isFolder } from './walk.ts';

const DIRECTORIES_ONLY = /^(?:cd|chdir|md|mkdir|rd|rmdir|tree)$/i;
const NEEDS_QUOTES = /[\s&()[\]{}^=;!'+,`~|<>%]/;
const IMPOSSIBLE = /[\0-\x1f\x7f"]/;

export async function candidates(shell: Shell, text: string): Promise<Candidates> {
  const { before, word } = lastWord(text);
  const bare = word.replaceAll('"', '');
  const way = /^.*[\\/:]/s.exec(bare)?.[0] ?? '';
  const name = bare.slice(way.length);
  const folders = DIRECTORIES_ONLY.test(commandIn(before));
  const names = (await entries(shell, way, name))
    .filter((entry) => isFolder(entry) || !folders)
    .map((entry) => entry.name)
    .sort((a, b) => (RtlUpcase(a) < RtlUpcase(b) ? -1 : 1));
  return { before, words: names.map((one) => quoted(way + one)) };
}

async function entries(shell: Shell, way: string, name: string): Promise<DirectoryEntry[]> {
  try {
    // Something behind the way, so that it is a directory's.
    const directory = parentOf(shell.directories.resolve(`${way}x`));
    const pattern = hasWildcards(name) ? name : `${name}*`;
    const found = await listDirectory(shell.process, ntPath(directory), pattern);
    const begins = (one: string): boolean => RtlUpcase(one).startsWith(RtlUpcase(name));
    return found.filter(
      (one) =>
        !isDots(one) &&
        !IMPOSSIBLE.test(one.name) &&
        !(one.attributes & FILE_ATTRIBUTE_HIDDEN) &&
        (hasWildcards(name) || begins(one.name)),
    );
  } catch (error) {
    if (error instanceof NtException) return [];
    throw error;
  }
}

/** From the last blank or operator that is in no quotation marks. */
function lastWord(text: string): { before: string; word: string } {
  let start = 0;
  let open = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') open = !open;
    else if (!open && /[\s,;=&|<>()@]/.test(text[at]!)) start = at + 1;
  }
  return { before: text.slice(0, start), word: text.slice(start) };
}

/** The command that the word belongs to; empty: it is the command itself. */
function commandIn(before: string): string {
  const last = before.split(/[&|(]/).at(-1)!;
  return /^[\s@,;=]*([^\s"\\/.,;=]*)/.exec(last)![1]!;
}

function quoted(path: string): string {
  return NEEDS_QUOTES.test(path) ? `"${path}"` : path;
}
