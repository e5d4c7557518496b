/**
 * Directories below directories.
 *
 *   new Walk(shell).entries(directory, depth)   what is in one, by name, without `.` and `..`
 *
 * A damaged disk may have directories in circles: a walk ends with STATUS_FILE_CORRUPT_ERROR where
 * it has seen too many, or is too deep. Ctrl-C is looked for in each.
 */
import { listDirectory } from '../ntdll/files.ts';
import type { DirectoryEntry } from '../rtl/directoryinformation.ts';
import { FILE_ATTRIBUTE_DIRECTORY } from '../rtl/nt.ts';
import { RtlUpcase } from '../rtl/names.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import { nameErrors } from './errors.ts';
import { type FullPath, ntPath, showPath } from './path.ts';
import { isDots } from './targets.ts';

const MOST = 10_000;
const DEEPEST = 128;

export class Walk {
  readonly #shell: Shell;
  #seen = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async entries(directory: FullPath, depth: number, pattern = '*'): Promise<DirectoryEntry[]> {
    await this.#shell.terminal?.check();
    if (++this.#seen > MOST || depth > DEEPEST)
      throw new CommandError(Status.STATUS_FILE_CORRUPT_ERROR, showPath(directory));
    const found = await nameErrors(showPath(directory), () =>
      listDirectory(this.#shell.process, ntPath(directory), pattern),
    );
    return found
      .filter((entry) => !isDots(entry))
      .sort((a, b) => (RtlUpcase(a.name) < RtlUpcase(b.name) ? -1 : 1));
  }
}

export function isFolder({ attributes }: Pick<DirectoryEntry, 'attributes'>): boolean {
  return (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
}
