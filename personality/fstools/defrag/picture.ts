/**
 * A map of the disk in characters: each stands for as many clusters.
 *
 *   picture(volume, map, width, rows)   the rows, and one that explains them
 */
import { BAD, FREE } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';
import { fragmentsOf, type Item, type VolumeMap } from './map.ts';

const LOOKS = { bad: 'B', fixed: 'X', pieces: '▓', whole: '█', free: '░' } as const;
type Look = keyof typeof LOOKS;
/** What is shown where one character stands for several. */
const ORDER: readonly Look[] = ['bad', 'fixed', 'pieces', 'whole', 'free'];

export function picture(
  volume: FatVolume,
  { owner }: VolumeMap,
  width: number,
  rows: number,
): string[] {
  const { table } = volume;
  const each = Math.max(1, Math.ceil(table.clusters / (width * rows)));
  const pieces = new Map<Item, boolean>();
  const inPieces = (item: Item) => {
    const known = pieces.get(item) ?? fragmentsOf(item) > 1;
    pieces.set(item, known);
    return known;
  };
  const look = (cluster: number): Look => {
    const value = table.get(cluster);
    if (value === FREE) return 'free';
    const item = owner[cluster];
    if (value === BAD) return 'bad';
    if (!item || (item.fixed && item.clusters[0] === cluster)) return 'fixed';
    return inPieces(item) ? 'pieces' : 'whole';
  };
  let text = '';
  for (let from = 2; from <= table.last; from += each) {
    const seen = new Set<Look>();
    for (let at = from; at < from + each && at <= table.last; at++) seen.add(look(at));
    text += LOOKS[ORDER.find((one) => seen.has(one)) ?? 'free'];
  }
  const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  const many = each === 1 ? '1 cluster' : `${each} clusters`;
  const legend = `${LOOKS.whole} whole  ${LOOKS.pieces} in pieces  ${LOOKS.fixed} stays  ${LOOKS.bad} bad  ${LOOKS.free} free   each ${many}`;
  return [...lines, legend.slice(0, width)];
}
