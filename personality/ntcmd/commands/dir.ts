/** dir: lists a directory, or what matches a wildcard in it. */
import { RtlUpcase } from '../../rtl/names.ts';
import { check, readDirectory } from '../../ntdll/files.ts';
import type { DirectoryEntry } from '../../rtl/directoryinformation.ts';
import { FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_HIDDEN } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Console } from '../console.ts';
import { nameErrors } from '../errors.ts';
import { bytes, dateAndTime, inColumns } from '../format.ts';
import { paged } from '../pager.ts';
import { childOf, type FullPath, ntPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { named } from '../screen.ts';
import { isDots, splitPattern } from '../targets.ts';
import { describeVolume, volumeSize } from '../volume.ts';
import type { Command } from './command.ts';

/** Directories that one listing goes into: a damaged disk may have them in circles. */
const MOST = 10_000;
const DEEPEST = 128;

interface Totals {
  files: number;
  directories: number;
  bytes: number;
}

interface Listing {
  readonly shell: Shell;
  readonly console: Console;
  readonly switches: ReadonlySet<string>;
  readonly pattern: string;
  readonly totals: Totals;
  listed: number;
  /** What comes before the first directory. */
  head: string;
  /** Why something is missing; STATUS_SUCCESS: nothing is. */
  missing?: { status: number; path: FullPath };
}

export const dir: Command = {
  name: 'dir',
  usage:
    'dir [/a] [/b] [/p] [/s] [/w] [drive:][path][pattern]    /a: hidden ones too, /b: names only, /p: a page at a time, /s: directories below too, /w: many names in a row',
  summary: 'Lists the files of a directory.',
  switches: ['a', 'b', 'p', 's', 'w'],
  names: [0, 1],
  run: (shell, { switches, names }) =>
    paged(shell, switches.has('p'), async (console) => {
      const { directory, pattern } = await splitPattern(shell, names[0] ?? '');
      const totals = { files: 0, directories: 0, bytes: 0 };
      const list: Listing = { shell, console, switches, pattern, totals, listed: 0, head: '' };
      // The first look at the disk tells what is wrong with it.
      const first = await read(list, directory);
      list.head = await describeVolume(shell.process, directory.drive);
      const found = await listDirectory(list, directory, first, 0);
      if (!found && pattern !== '*')
        throw new CommandError(Status.STATUS_NO_SUCH_FILE, `${showPath(directory)} ${pattern}`);
      if (!switches.has('b')) await console.write(await footer(list, directory));
      const { missing } = list;
      if (missing) throw new CommandError(missing.status, showPath(missing.path));
    }),
};

/** What matches. Parts of a directory that cannot be read hide no others. */
async function read(list: Listing, directory: FullPath, all = false): Promise<DirectoryEntry[]> {
  const { shell, pattern, switches } = list;
  const { entries, status } = await nameErrors(showPath(directory), () =>
    readDirectory(shell.process, ntPath(directory), all ? '*' : pattern),
  );
  if (entries.length === 0) await nameErrors(showPath(directory), async () => check({ status }));
  if (status !== Status.STATUS_SUCCESS) list.missing ??= { status, path: directory };
  return entries
    .filter((entry) => switches.has('a') || !(entry.attributes & FILE_ATTRIBUTE_HIDDEN))
    .sort(byName);
}

/** Whether anything matched, here or below. */
async function listDirectory(
  list: Listing,
  directory: FullPath,
  entries: DirectoryEntry[],
  depth: number,
): Promise<boolean> {
  const { console, switches } = list;
  const deep = switches.has('s');
  let found = entries.length > 0;
  // Where nothing matches, nothing is printed, which is where Ctrl-C is looked for otherwise.
  await list.shell.terminal?.check();
  if (++list.listed > MOST || depth > DEEPEST)
    throw new CommandError(Status.STATUS_FILE_CORRUPT_ERROR, showPath(directory));
  if (switches.has('b')) await console.write(bareNames(directory, entries, deep));
  else if (found || (depth === 0 && list.pattern === '*'))
    await console.write(section(list, directory, entries));
  if (!deep) return found;
  const all = list.pattern === '*' ? entries : await read(list, directory, true);
  for (const entry of all.filter((one) => isDirectory(one) && !isDots(one))) {
    const child = childOf(directory, entry.name);
    const below = await listDirectory(list, child, await read(list, child), depth + 1);
    found ||= below;
  }
  return found;
}

function isDirectory(entry: DirectoryEntry): boolean {
  return (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
}

/** Directories first, then by name without case. */
function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  const kinds = Number(isDirectory(b)) - Number(isDirectory(a));
  return kinds || (RtlUpcase(a.name) < RtlUpcase(b.name) ? -1 : 1);
}

/** Full paths where they are of more than one directory. */
function bareNames(directory: FullPath, entries: DirectoryEntry[], deep: boolean): string {
  const plain = entries.filter((entry) => !isDots(entry));
  const names = plain.map(({ name }) => (deep ? showPath(childOf(directory, name)) : named(name)));
  return names.map((name) => `${name}\n`).join('');
}

function section(list: Listing, directory: FullPath, entries: DirectoryEntry[]): string {
  const counted: Totals = { files: 0, directories: 0, bytes: 0 };
  for (const entry of entries) {
    counted[isDirectory(entry) ? 'directories' : 'files']++;
    if (!isDirectory(entry)) counted.bytes += entry.endOfFile;
  }
  const { totals, switches, shell } = list;
  totals.files += counted.files;
  totals.directories += counted.directories;
  totals.bytes += counted.bytes;
  const columns = shell.terminal?.size.columns ?? 80;
  const lines = switches.has('w')
    ? inColumns(entries.map(wideName), columns)
    : entries.map((entry) => line(entry, isNarrow(shell))).join('');
  const files = switches.has('s') ? filesLine(counted, isNarrow(shell)) : '';
  const { head } = list;
  list.head = '';
  return `${head}\n Directory of ${showPath(directory)}\n\n${lines}${files}`;
}

function wideName(entry: DirectoryEntry): string {
  return isDirectory(entry) ? `[${named(entry.name)}]` : named(entry.name);
}

/** On a phone a short name has its place beside the rest of its line all the same. */
const ROOMY = 46;

function line(entry: DirectoryEntry, narrow: boolean): string {
  const [wide, gap] = narrow ? [9, ' '] : [10, '  '];
  const middle = isDirectory(entry) ? '<DIR>'.padEnd(wide) : bytes(entry.endOfFile).padStart(wide);
  return `${dateAndTime(entry.written)}${gap}${middle}${gap}${named(entry.name)}\n`;
}

function isNarrow({ terminal }: Shell): boolean {
  return (terminal?.size.columns ?? 80) < ROOMY;
}

/** A count of something, and a number of bytes, one below the other. */
function sum(count: number, what: string, size: number, narrow: boolean): string {
  const [left, right] = narrow ? [3, 10] : [8, 12];
  return `${String(count).padStart(left)} ${what.padEnd(7)} ${bytes(size).padStart(right)} bytes`;
}

function filesLine({ files, bytes: size }: Totals, narrow: boolean): string {
  return `${sum(files, 'file(s)', size, narrow)}\n`;
}

async function footer({ shell, totals, switches }: Listing, { drive }: FullPath): Promise<string> {
  const { free } = await volumeSize(shell.process, drive);
  const head = switches.has('s') ? '\n All directories:\n' : '';
  const narrow = isNarrow(shell);
  const directories = sum(totals.directories, 'dir(s)', free, narrow);
  return `${head}${filesLine(totals, narrow)}${directories} free\n`;
}
