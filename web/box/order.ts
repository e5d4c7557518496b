/**
 * Which disks are shown, and in what order.
 *
 *   ORDERS                          what can be chosen
 *   shown(disks, search, order)     every word of the search is in the label, the format, or what
 *                                   the disk came in
 */
import type { KeptDiskInfo } from '../element/index.ts';

export type Order = 'newest' | 'label' | 'size' | 'drive';

export const ORDERS: readonly (readonly [Order, string])[] = [
  ['newest', 'Last changed'],
  ['label', 'Label'],
  ['size', 'Size'],
  ['drive', 'In a drive first'],
];

type Compare = (a: KeptDiskInfo, b: KeptDiskInfo) => number;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byLabel: Compare = (a, b) => collator.compare(a.label, b.label);
const byDate: Compare = (a, b) => Number(b.modified) - Number(a.modified);

const COMPARES: Readonly<Record<Order, Compare>> = {
  newest: (a, b) => byDate(a, b) || byLabel(a, b),
  label: byLabel,
  size: (a, b) => a.size - b.size || byLabel(a, b),
  drive: (a, b) => (a.drive || 'Z').localeCompare(b.drive || 'Z') || byDate(a, b),
};

export function shown(
  disks: readonly KeptDiskInfo[],
  search: string,
  order: Order,
): KeptDiskInfo[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = disks.filter((disk) => {
    const text = [disk.label, disk.format, ...disk.cameIn].join(' ').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  return found.sort(COMPARES[order]);
}
