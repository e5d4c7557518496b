/**
 * What a name on the command line stands for: wildcards expanded, targets found.
 *
 *   expand(shell, typed)           the files, at least one; without a wildcard the path itself,
 *                                  unlooked at; `expandAny`: it may be a device
 *   splitPattern(shell, typed)     a directory and the pattern to list in it
 *   targetFor(from, to, into)      where a file goes
 *   fillPattern(pattern, name)     `*.bak` and `read.me` make `read.bak`
 */
import { attributesOf, listDirectory } from '../ntdll/files.ts';
import { hasWildcards } from '../rtl/names.ts';
import { FILE_ATTRIBUTE_DIRECTORY } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { CommandError } from './command-error.ts';
import { nameErrors } from './errors.ts';
import { childOf, type FullPath, lastPart, ntPath, parentOf, showPath } from './path.ts';
import type { Shell } from './context.ts';

export function isDots({ name }: { name: string }): boolean {
  return name === '.' || name === '..';
}

export async function isDirectory(shell: Shell, path: FullPath): Promise<boolean> {
  if (path.parts.length === 0) return true;
  try {
    return ((await attributesOf(shell.process, ntPath(path))) & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  } catch (error) {
    if (error instanceof NtException) return false;
    throw error;
  }
}

/** Files only: a wildcard never means directories. */
export function expand(shell: Shell, typed: string): Promise<FullPath[]> {
  return filesOf(shell, shell.directories.resolve(typed));
}

export function expandAny(shell: Shell, typed: string): Promise<FullPath[]> {
  return filesOf(shell, shell.directories.resolveAny(typed));
}

async function filesOf(shell: Shell, path: FullPath): Promise<FullPath[]> {
  if (!hasWildcards(lastPart(path))) return [path];
  const directory = parentOf(path);
  const entries = await nameErrors(showPath(directory), () =>
    listDirectory(shell.process, ntPath(directory), lastPart(path)),
  );
  const files = entries.filter((entry) => !(entry.attributes & FILE_ATTRIBUTE_DIRECTORY));
  if (files.length === 0) throw new CommandError(Status.STATUS_NO_SUCH_FILE, showPath(path));
  return files.map((entry) => childOf(directory, entry.name));
}

export async function splitPattern(
  shell: Shell,
  typed: string,
): Promise<{ directory: FullPath; pattern: string }> {
  const path = shell.directories.resolve(typed);
  if (path.directory || path.parts.length === 0) return { directory: path, pattern: '*' };
  if (!hasWildcards(lastPart(path)) && (await isDirectory(shell, path)))
    return { directory: path, pattern: '*' };
  return { directory: parentOf(path), pattern: lastPart(path) };
}

export function targetFor(from: FullPath, to: FullPath, into: boolean): FullPath {
  return into
    ? childOf(to, lastPart(from))
    : childOf(parentOf(to), fillPattern(lastPart(to), lastPart(from)));
}

export function fillPattern(pattern: string, name: string): string {
  if (!hasWildcards(pattern)) return pattern;
  const [stem, extension] = cut(name);
  const [stemPattern, extensionPattern] = cut(pattern);
  const filled = fill(stemPattern, stem);
  return extensionPattern === '' ? filled : `${filled}.${fill(extensionPattern, extension)}`;
}

function cut(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

function fill(pattern: string, name: string): string {
  const star = pattern.indexOf('*');
  const head = star < 0 ? pattern : pattern.slice(0, star);
  const filled = [...head].map((unit, i) => (unit === '?' ? (name[i] ?? '') : unit)).join('');
  return star < 0 ? filled : filled + name.slice(star);
}
