/** dir: lists a directory, or what matches a wildcard in it. */
import { check, readDirectory } from '../../ntdll/files.ts';
import type { DirectoryEntry } from '../../rtl/information.ts';
import { FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_HIDDEN } from '../../rtl/nt.ts';
import { Status } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors } from '../errors.ts';
import { bytes, dateAndTime } from '../format.ts';
import { splitSwitches } from '../parse.ts';
import { type FullPath, ntPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { splitPattern } from '../targets.ts';
import { describeVolume, volumeSize } from '../volume.ts';
import type { Command } from './command.ts';

export const dir: Command = {
  name: 'dir',
  usage: 'dir [/a] [/b] [drive:][path][pattern]    /a hidden ones too, /b names only',
  summary: 'Lists the files of a directory.',
  async run(shell, args) {
    const { switches, names } = splitSwitches(args);
    const { directory, pattern } = await splitPattern(shell, names[0] ?? '');
    const { entries: found, status } = await nameErrors(showPath(directory), () =>
      readDirectory(shell.process, ntPath(directory), pattern),
    );
    if (found.length === 0) check({ status });
    const entries = found
      .filter((entry) => switches.has('a') || !(entry.attributes & FILE_ATTRIBUTE_HIDDEN))
      .sort(byName);
    if (entries.length === 0 && pattern !== '*')
      throw new CommandError(Status.STATUS_NO_SUCH_FILE, `${showPath(directory)} ${pattern}`);
    if (switches.has('b')) {
      const plain = entries.filter((entry) => !isDots(entry));
      await shell.console.write(plain.map((entry) => `${entry.name}\n`).join(''));
    } else await shell.console.write(await listing(shell, directory, entries));
    // Parts of the directory cannot be read: these were not all.
    if (status !== Status.STATUS_SUCCESS) throw new CommandError(status, showPath(directory));
  },
};

function isDots(entry: DirectoryEntry): boolean {
  return entry.name === '.' || entry.name === '..';
}

/** Directories first, then by name without case. */
function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  const kind = (entry: DirectoryEntry): number => entry.attributes & FILE_ATTRIBUTE_DIRECTORY;
  return kind(b) - kind(a) || (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1);
}

async function listing(
  shell: Shell,
  directory: FullPath,
  entries: DirectoryEntry[],
): Promise<string> {
  const head = await describeVolume(shell.process, directory.drive);
  const free = await volumeSize(shell.process, directory.drive);
  let files = 0;
  let directories = 0;
  let total = 0;
  const lines = entries.map((entry) => {
    const isDirectory = (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
    if (isDirectory) directories++;
    else {
      files++;
      total += entry.endOfFile;
    }
    const middle = isDirectory ? '<DIR>'.padEnd(10) : bytes(entry.endOfFile).padStart(10);
    return `${dateAndTime(entry.written)}  ${middle}  ${entry.name}\n`;
  });
  return (
    `${head}\n Directory of ${showPath(directory)}\n\n${lines.join('')}` +
    `${String(files).padStart(8)} file(s) ${bytes(total).padStart(12)} bytes\n` +
    `${String(directories).padStart(8)} dir(s)  ${bytes(free.free).padStart(12)} bytes free\n`
  );
}
