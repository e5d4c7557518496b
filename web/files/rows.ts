/**
 * The rows of the list: what a folder holds, and what was deleted there, in an order.
 *
 *   rowsOf(entries, deleted)
 *   sorted(rows, order)        folders first, the deleted ones last
 */
import type { FileEntry } from '../element/index.ts';
import type { DeletedFile } from './machine.ts';

export interface Row {
  /** No other row of the folder has it. */
  readonly key: string;
  readonly name: string;
  readonly shortName: string;
  readonly size: number;
  readonly directory: boolean;
  readonly attributes: number;
  readonly modified: Date;
  /** It was deleted; this is what can be had back. */
  readonly deleted?: DeletedFile;
}

export const COLUMNS = ['name', 'size', 'modified', 'attributes'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly by: Column;
  readonly down: boolean;
}

export function rowsOf(entries: readonly FileEntry[], deleted: readonly DeletedFile[]): Row[] {
  const names = new Set<string>();
  const there = entries.map((entry, at): Row => {
    const { name, shortName = '', size, directory, attributes, modified } = entry;
    // A damaged folder may name one file twice.
    const key = names.has(name) ? `${name}\\${at}` : name;
    names.add(name);
    return { key, name, shortName, size, directory, attributes, modified };
  });
  const gone = deleted.map((file): Row => {
    const { name, size, modified, id } = file;
    const common = { shortName: '', directory: false, attributes: 0, deleted: file };
    return { key: `\\${String(id)}`, name, size, modified, ...common };
  });
  return [...there, ...gone];
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const compare: Readonly<Record<Column, (a: Row, b: Row) => number>> = {
  name: () => 0,
  size: (a, b) => a.size - b.size,
  modified: (a, b) => a.modified.getTime() - b.modified.getTime() || 0,
  attributes: (a, b) => a.attributes - b.attributes,
};

const rank = ({ directory, deleted }: Row): number => (deleted ? 2 : directory ? 0 : 1);

export function sorted(rows: readonly Row[], { by, down }: Order): Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const byName = collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
    return rank(a) - rank(b) || sign * (compare[by](a, b) || byName);
  });
}
