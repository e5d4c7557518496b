/**
 * Moving clusters, so that a volume is sound at every moment.
 *
 *   new Mover(volume, map, flush).move(moves)   clusters to free ones, all at once
 *
 * Three steps, each on the disk before the next begins:
 *   1. the data are copied, and the new clusters are linked as the old ones are: they are nobody's
 *   2. what led to the old clusters leads to the new ones: links, and first clusters in entries
 *   3. the old clusters are free
 * What ends in the middle leaves a sound volume with lost clusters. Between the links of step 2,
 * too: an old cluster and its copy hold the same and go on with the same.
 */
import { readBytes, writeBytes } from '../fat/disk.ts';
import { clusterOffset } from '../fat/geometry.ts';
import { Slot } from '../fat/slots.ts';
import { SLOT } from '../fat/geometry.ts';
import { FREE } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';
import { extentsOf, type Item, type VolumeMap } from './map.ts';

export interface Move {
  readonly from: number;
  readonly to: number;
}

export class Mover {
  readonly #volume: FatVolume;
  readonly #map: VolumeMap;
  readonly #flush: () => Promise<void>;
  /** Sectors of the FAT that changed. */
  readonly #dirty = new Set<number>();

  constructor(volume: FatVolume, map: VolumeMap, flush: () => Promise<void>) {
    this.#volume = volume;
    this.#map = map;
    this.#flush = flush;
  }

  async move(moves: readonly Move[]): Promise<void> {
    const { table } = this.#volume;
    const { owner } = this.#map;
    const to = new Map(moves.map((move) => [move.from, move.to]));
    for (const move of moves) await this.#copy(move, to);
    for (const move of moves)
      this.#set(move.to, to.get(table.get(move.from)) ?? table.get(move.from));
    await this.#writeTable();
    // A directory before what is in it: an entry is written where the directory lies from now on.
    const items = [...new Set(moves.map(({ from }) => owner[from]!))];
    items.sort((one, other) => depthOf(one) - depthOf(other));
    for (const item of items) await this.#turn(item, to);
    await this.#writeTable();
    for (const { from } of moves) this.#set(from, FREE);
    await this.#writeTable();
    for (const move of moves) {
      owner[move.to] = owner[move.from];
      owner[move.from] = undefined;
    }
  }

  /** The first cluster of a directory says in `.` where it is. */
  async #copy({ from, to }: Move, all: ReadonlyMap<number, number>): Promise<void> {
    const { disk, geometry, wide } = this.#volume;
    const data = await readBytes(disk, clusterOffset(geometry, from), geometry.clusterSize);
    const item = this.#map.owner[from]!;
    if (item.directory && item.clusters[0] === from)
      new Slot(data, 0).setStart(all.get(from)!, wide);
    await writeBytes(disk, clusterOffset(geometry, to), data);
  }

  /** Links of what stays, from the end on, and last the entry. */
  async #turn(item: Item, to: ReadonlyMap<number, number>): Promise<void> {
    const { clusters } = item;
    for (let at = clusters.length - 1; at > 0; at--) {
      const [before, here] = [clusters[at - 1]!, clusters[at]!];
      const moved = to.get(here);
      if (moved !== undefined && !to.has(before)) this.#set(before, moved);
    }
    const first = to.get(clusters[0]!);
    clusters.forEach((cluster, at) => (clusters[at] = to.get(cluster) ?? cluster));
    if (first !== undefined) await this.#writeEntry(item, first);
  }

  async #writeEntry({ parent, index }: Item, start: number): Promise<void> {
    const { disk, wide } = this.#volume;
    let at = index * SLOT;
    for (const { offset, length } of extentsOf(this.#volume, parent!)) {
      if (at < length) {
        const bytes = await readBytes(disk, offset + at, SLOT);
        new Slot(bytes, 0).setStart(start, wide);
        return writeBytes(disk, offset + at, bytes);
      }
      at -= length;
    }
  }

  #set(cluster: number, value: number): void {
    const { table, geometry } = this.#volume;
    table.set(cluster, value);
    const first = Math.floor((cluster * geometry.type) / 8);
    for (const byte of [first, first + (geometry.type === 12 ? 1 : 0)])
      this.#dirty.add(Math.floor(byte / geometry.sectorSize));
  }

  /** Every copy, then the flush that makes the step a step. */
  async #writeTable(): Promise<void> {
    const { disk, geometry, table } = this.#volume;
    const { sectorSize, fatStart, fatSize, fats, active } = geometry;
    for (let copy = 0; copy < fats; copy++) {
      if (active !== undefined && copy !== active) continue;
      for (const [first, count] of stretches(this.#dirty)) {
        const at = first * sectorSize;
        const bytes = table.bytes.subarray(at, at + count * sectorSize);
        await writeBytes(disk, fatStart + copy * fatSize + at, bytes);
      }
    }
    this.#dirty.clear();
    await this.#flush();
  }
}

function depthOf({ parent }: Item): number {
  return parent ? depthOf(parent) + 1 : 0;
}

/** Neighbours are one write: an entry of FAT12 may lie in two sectors. */
function stretches(sectors: ReadonlySet<number>): (readonly [number, number])[] {
  const sorted = [...sectors].sort((one, other) => one - other);
  const found: [number, number][] = [];
  for (const sector of sorted) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === sector) last[1]++;
    else found.push([sector, 1]);
  }
  return found;
}
