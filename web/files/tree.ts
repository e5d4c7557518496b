/**
 * What is below chosen rows: folders and files with their paths relative to the folder shown.
 *
 *   walk(machine, folder, rows, signal, unreadable?)   `unreadable` is told of folders that cannot
 *                                                      be listed; without it that is the end
 *
 * A damaged disk may have a folder in itself: the depth is bounded. And it may call a file what is
 * no name, such as `..\X`: in a relative path each name is one step, and leads down.
 */
import type { FileEntry } from '../element/index.ts';
import type { Machine } from './machine.ts';
import { joined } from './paths.ts';
import type { Row } from './rows.ts';

export interface Found {
  /** On the disk. */
  readonly path: string;
  /** From the folder that is shown, `\` between names. */
  readonly relative: string;
  readonly size: number;
  readonly modified: Date;
}

export interface Tree {
  readonly folders: Found[];
  readonly files: Found[];
}

const DEEPEST = 64;

type Thing = Pick<FileEntry, 'name' | 'directory' | 'size' | 'modified'>;

export async function walk(
  machine: Machine,
  folder: string,
  rows: readonly Row[],
  signal?: AbortSignal,
  unreadable?: (path: string, error: unknown) => void,
): Promise<Tree> {
  const tree: Tree = { folders: [], files: [] };
  const visit = async (above: string, relative: string, thing: Thing, depth: number) => {
    signal?.throwIfAborted();
    const { name, size, modified } = thing;
    const found = { path: joined(above, name), relative: relative + step(name), size, modified };
    if (!thing.directory) return void tree.files.push(found);
    if (depth > DEEPEST) throw new Error(`The folders at ${found.path} go round in a circle.`);
    tree.folders.push(found);
    const list = machine.list(`${found.path}\\`);
    for (const inside of await (unreadable ? list.catch(told(found.relative)) : list))
      await visit(found.path, `${found.relative}\\`, inside, depth + 1);
  };
  const told = (path: string) => (error: unknown) => {
    unreadable?.(path, error);
    return [];
  };
  for (const row of rows.filter(({ deleted }) => !deleted)) await visit(folder, '', row, 0);
  return tree;
}

/** Every name that a file can have stays as it is. */
const step = (name: string): string =>
  name.replace(/[\u0000-\u001f"*/:<>?\\|]/g, '_').replace(/^\.{1,2}$/, '_');

export const bytesIn = ({ files }: Tree): number => files.reduce((sum, { size }) => sum + size, 0);
