/**
 * What is below chosen rows: folders and files with their paths relative to the folder shown.
 *
 *   walk(machine, folder, rows, signal)
 *
 * A damaged disk may have a folder in itself: the depth is bounded.
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
): Promise<Tree> {
  const tree: Tree = { folders: [], files: [] };
  const visit = async (above: string, relative: string, thing: Thing, depth: number) => {
    signal?.throwIfAborted();
    const { name, size, modified } = thing;
    const found = { path: joined(above, name), relative: relative + name, size, modified };
    if (!thing.directory) return void tree.files.push(found);
    if (depth > DEEPEST) throw new Error(`The folders at ${found.path} go round in a circle.`);
    tree.folders.push(found);
    for (const inside of await machine.list(`${found.path}\\`))
      await visit(found.path, `${found.relative}\\`, inside, depth + 1);
  };
  for (const row of rows.filter(({ deleted }) => !deleted)) await visit(folder, '', row, 0);
  return tree;
}

export const bytesIn = ({ files }: Tree): number => files.reduce((sum, { size }) => sum + size, 0);
