/**
 * defrag: every file in one piece, one after the other, and what is free behind them.
 *
 *   analyse(volume, map)                     how it is
 *   defragment(volume, map, options)         false: there is no free cluster to work with
 *
 * From the first cluster on: what should be there next is the item that begins nearest. Its place
 * is cleared of others, which go to the end, and it is moved there, as much at a time as fits.
 * Clusters that cannot move (bad ones, first ones of directories that hold directories) are gone
 * around: a gap before one is filled with the largest items that fit.
 */
import { FREE } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';
import { fragmentsOf, type Item, type VolumeMap } from './map.ts';
import { type Move, Mover } from './move.ts';

export { readMap, fragmentsOf } from './map.ts';

export interface Analysis {
  readonly items: number;
  readonly fragmented: number;
  /** Pieces of free space. */
  readonly gaps: number;
  readonly free: number;
}

export function analyse({ table }: FatVolume, { items }: VolumeMap): Analysis {
  let gaps = 0;
  for (let at = 2; at <= table.last; at++)
    if (table.get(at) === FREE && (at === 2 || table.get(at - 1) !== FREE)) gaps++;
  const fragmented = items.filter((item) => fragmentsOf(item) > 1).length;
  return { items: items.length, fragmented, gaps, free: table.free() };
}

export interface DefragOptions {
  /** Everything written so far is on the disk when it resolves. */
  flush(): Promise<void>;
  /** After each step: so many clusters are where they stay. May raise, to stop. */
  step(done: number): Promise<void>;
}

/** Bytes that move in one step. */
const BATCH = 0x2_0000;

export async function defragment(
  volume: FatVolume,
  map: VolumeMap,
  options: DefragOptions,
): Promise<boolean> {
  if (volume.table.free() === 0) return false;
  await new Defrag(volume, map, options).run();
  return true;
}

class Defrag {
  readonly #volume: FatVolume;
  readonly #map: VolumeMap;
  readonly #options: DefragOptions;
  readonly #mover: Mover;
  readonly #left: Set<Item>;
  readonly #batch: number;

  constructor(volume: FatVolume, map: VolumeMap, options: DefragOptions) {
    this.#volume = volume;
    this.#map = map;
    this.#options = options;
    this.#mover = new Mover(volume, map, () => options.flush());
    this.#left = new Set(map.items.filter((item) => movable(item).length > 0));
    this.#batch = Math.max(1, Math.floor(BATCH / volume.geometry.clusterSize));
  }

  async run(): Promise<void> {
    const { table } = this.#volume;
    for (let at = 2; at <= table.last && this.#left.size > 0;) {
      if (this.#stays(at)) {
        at++;
        continue;
      }
      const item = this.#next(this.#room(at));
      if (!item) {
        at++;
        continue;
      }
      this.#left.delete(item);
      await this.#place(item, at);
      at += movable(item).length;
      await this.#options.step(at);
    }
  }

  /** It is bad, nobody's, or the first of what cannot move. */
  #stays(cluster: number): boolean {
    if (this.#volume.table.get(cluster) === FREE) return false;
    const item = this.#map.owner[cluster];
    return item === undefined || (item.fixed && item.clusters[0] === cluster);
  }

  /** Clusters from there to the next that stays. */
  #room(from: number): number {
    let at = from;
    while (at <= this.#volume.table.last && !this.#stays(at)) at++;
    return at - from;
  }

  /** The one that begins nearest, of those that fit; else the largest that does. */
  #next(room: number): Item | undefined {
    let nearest: Item | undefined;
    let largest: Item | undefined;
    for (const item of this.#left) {
      const clusters = movable(item);
      if (!nearest || clusters[0]! < movable(nearest)[0]!) nearest = item;
      if (clusters.length <= room && (!largest || clusters.length > movable(largest).length))
        largest = item;
    }
    return nearest && movable(nearest).length <= room ? nearest : largest;
  }

  async #place(item: Item, start: number): Promise<void> {
    const target = (index: number) => start + index;
    for (;;) {
      const clusters = movable(item);
      const wrong = clusters.map((_, index) => index).filter((at) => clusters[at] !== target(at));
      if (wrong.length === 0) return;
      const { table } = this.#volume;
      const moves: Move[] = [];
      for (const index of wrong) {
        if (moves.length === this.#batch) break;
        if (table.get(target(index)) === FREE)
          moves.push({ from: clusters[index]!, to: target(index) });
      }
      if (moves.length === 0) await this.#clear(wrong.map(target), start + clusters.length);
      else await this.#mover.move(moves);
      await this.#options.step(start);
    }
  }

  /** What is in the way goes as far to the end as there is room, or into any free cluster. */
  async #clear(targets: readonly number[], end: number): Promise<void> {
    const { table } = this.#volume;
    const free: number[] = [];
    const wanted = Math.min(targets.length, this.#batch);
    for (let at = table.last; at >= end && free.length < wanted; at--)
      if (table.get(at) === FREE) free.push(at);
    for (let at = 2; at < end && free.length === 0; at++) if (table.get(at) === FREE) free.push(at);
    const moves = targets.slice(0, free.length).map((from, index) => ({ from, to: free[index]! }));
    await this.#mover.move(moves);
  }
}

/** Clusters that may move. */
function movable({ clusters, fixed }: Item): readonly number[] {
  return fixed ? clusters.slice(1) : clusters;
}
