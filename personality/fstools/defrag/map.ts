/**
 * What lies where: every file and directory with its clusters, as defrag sees a volume.
 *
 *   readMap(volume)      all objects, in the order of their first clusters
 *   fragmentsOf(object)  how many pieces it is in
 *
 * A directory with directories in it stays where its first cluster is, and so does the root: the
 * `..` of those below name that cluster, and cannot all change in one step. Its other clusters
 * move like those of any file.
 */
import { clusterOffset } from '../fat/geometry.ts';
import { entriesOf, nameOf } from '../fat/slots.ts';
import type { Extent, FatVolume } from '../fat/volume.ts';

export interface Item {
  readonly path: string;
  readonly directory: boolean;
  readonly clusters: number[];
  /** Its first cluster cannot move. */
  readonly fixed: boolean;
  /** Where its entry lies: the slot's number in the directory that `parent` is; -1: the root. */
  readonly parent: Item | undefined;
  readonly index: number;
}

export interface VolumeMap {
  readonly items: Item[];
  readonly root: Item;
  /** Of each cluster. */
  readonly owner: (Item | undefined)[];
}

export async function readMap(volume: FatVolume): Promise<VolumeMap> {
  const owner: (Item | undefined)[] = [];
  const items: Item[] = [];
  const { rootCluster } = volume.geometry;
  const clusters = volume.wide ? volume.chain(rootCluster) : [];
  const root: Item = {
    path: '\\',
    directory: true,
    clusters,
    fixed: true,
    parent: undefined,
    index: -1,
  };
  const queue = [root];
  // A damaged volume may lead in circles.
  const seen = new Set<number>([rootCluster]);
  for (let at = queue.shift(); at; at = queue.shift()) {
    const { entries } = entriesOf((await volume.readExtents(extentsOf(volume, at))).bytes);
    for (const { slot, index, long } of entries) {
      if (slot.first === 0x2e || slot.isLabel) continue;
      const start = slot.start(volume.wide);
      if (!volume.table.isCluster(start)) continue;
      const name = long ?? nameOf(slot);
      const base = { path: `${at.path}${name}`, clusters: volume.chain(start), parent: at, index };
      if (!slot.isDirectory) {
        items.push({ ...base, directory: false, fixed: false });
        continue;
      }
      if (seen.has(start)) continue;
      seen.add(start);
      const inner = { ...base, path: `${base.path}\\`, directory: true };
      const below = await volume.readExtents(volume.extentsOf(base.clusters));
      const fixed = entriesOf(below.bytes).entries.some(
        (entry) => entry.slot.isDirectory && entry.slot.first !== 0x2e,
      );
      const item: Item = { ...inner, fixed };
      items.push(item);
      queue.push(item);
    }
  }
  for (const item of [root, ...items]) for (const cluster of item.clusters) owner[cluster] = item;
  items.sort((one, other) => one.clusters[0]! - other.clusters[0]!);
  return { items, root, owner };
}

export function extentsOf(volume: FatVolume, item: Item): Extent[] {
  if (item.index < 0 && !volume.wide) return volume.rootExtents();
  const { geometry } = volume;
  return item.clusters.map((cluster) => ({
    offset: clusterOffset(geometry, cluster),
    length: geometry.clusterSize,
  }));
}

export function fragmentsOf({ clusters }: Item): number {
  return clusters.reduce(
    (sum, cluster, at) => (at > 0 && cluster === clusters[at - 1]! + 1 ? sum : sum + 1),
    0,
  );
}
