/**
 * A directory copied with all that is in it: for xcopy, and for moving one to another disk.
 *
 *   copyTree(shell, from, to, options)   resolves to the number of files that were copied
 *   makeDirectory(shell, path)           with those above it; one that is there is taken
 *
 * A directory cannot be copied into itself: STATUS_INVALID_PARAMETER.
 */
import { openFile } from '../ntdll/files.ts';
import { NtClose } from '../ntdll/native.ts';
import type { DirectoryEntry } from '../rtl/directoryinformation.ts';
import { dosExpression, FsRtlIsNameInExpression } from '../rtl/names.ts';
import {
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_SYSTEM,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_OPEN_IF,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import { nameErrors } from './errors.ts';
import { childOf, type FullPath, ntPath, showPath } from './path.ts';
import { copyFile, samePath } from './transfer.ts';
import { isFolder, Walk } from './walk.ts';

export interface TreeOptions {
  readonly pattern: string;
  /** Directories below too; those that would be empty as well. */
  readonly deep: boolean;
  readonly empty: boolean;
  /** Hidden and system files too. */
  readonly hidden: boolean;
  allows(path: FullPath): Promise<boolean>;
  copied(from: FullPath): Promise<void>;
}

export async function copyTree(
  shell: Shell,
  from: FullPath,
  to: FullPath,
  options: TreeOptions,
): Promise<number> {
  if (options.deep && isIn(to, from))
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, `${showPath(from)} into itself`);
  return copyOne(new Copying(shell, options), from, to, 0);
}

export function isIn(path: FullPath, directory: FullPath): boolean {
  const above = { ...path, parts: path.parts.slice(0, directory.parts.length) };
  return samePath(above, directory);
}

class Copying {
  readonly shell: Shell;
  readonly options: TreeOptions;
  readonly walk: Walk;

  constructor(shell: Shell, options: TreeOptions) {
    this.shell = shell;
    this.options = options;
    this.walk = new Walk(shell);
  }
}

async function copyOne(
  copying: Copying,
  from: FullPath,
  to: FullPath,
  depth: number,
): Promise<number> {
  const { shell, options, walk } = copying;
  const entries = (await walk.entries(from, depth)).filter((entry) => isMeant(entry, options));
  const files = entries.filter((entry) => !isFolder(entry));
  const meant = files.filter(({ name }) =>
    FsRtlIsNameInExpression(dosExpression(options.pattern), name),
  );
  if (meant.length > 0 || options.empty || depth === 0) await makeDirectory(shell, to);
  let count = 0;
  for (const { name } of meant) {
    await shell.terminal?.check();
    const source = childOf(from, name);
    const target = childOf(to, name);
    if (samePath(source, target))
      throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(source)} onto itself`);
    if (!(await options.allows(target))) continue;
    await nameErrors(showPath(source), () => copyFile(shell, source, target));
    await options.copied(source);
    count++;
  }
  if (!options.deep) return count;
  for (const { name } of entries.filter(isFolder))
    count += await copyOne(copying, childOf(from, name), childOf(to, name), depth + 1);
  return count;
}

function isMeant({ attributes }: DirectoryEntry, { hidden }: TreeOptions): boolean {
  return hidden || !(attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM));
}

export async function makeDirectory(shell: Shell, path: FullPath): Promise<void> {
  for (let count = 1; count <= path.parts.length; count++) {
    const part = { ...path, parts: path.parts.slice(0, count) };
    await nameErrors(showPath(part), async () => {
      const handle = await openFile(shell.process, ntPath(part), {
        access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
        disposition: FILE_OPEN_IF,
        options: FILE_DIRECTORY_FILE,
      });
      await NtClose(shell.process, { handle });
    });
  }
}
