/**
 * What lies where on a FAT volume, as stretches of bytes from its first sector to the disk's last.
 *
 *   areasOf(volume)   in order, without gaps; neighbours that are the same are one
 *
 *   system     boot sector, reserved sectors, the tables
 *   directory  `file` is its path, `\` the root's
 *   file       `file` is its path. Where two claim a cluster, it is the one that was found last
 *   free
 *   lost       in use, and no name leads there
 *   unusable   marked bad in the table
 *   unused     behind the last cluster
 */
import { clusterOffset } from '../fat/geometry.ts';
import { sizeOf } from '../fat/disk.ts';
import { BAD, FREE } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';
import { type Item, readMap } from '../defrag/map.ts';

export type AreaKind = 'system' | 'directory' | 'file' | 'free' | 'lost' | 'unusable' | 'unused';

export interface Area {
  readonly offset: number;
  readonly length: number;
  readonly kind: AreaKind;
  readonly file?: string;
}

type What = Pick<Area, 'kind' | 'file'>;

export async function areasOf(volume: FatVolume): Promise<Area[]> {
  const { geometry, table } = volume;
  const { owner } = await readMap(volume);
  const { clusterSize, dataStart, rootStart, rootSize } = geometry;
  const areas = new Areas(sizeOf(volume.disk));
  areas.add(volume.wide ? dataStart : rootStart, { kind: 'system' });
  if (!volume.wide) areas.add(rootStart + rootSize, { kind: 'directory', file: '\\' });
  areas.add(dataStart, { kind: 'system' });
  for (let cluster = 2; cluster <= table.last; cluster++) {
    const end = clusterOffset(geometry, cluster) + clusterSize;
    areas.add(end, clusterIs(table.get(cluster), owner[cluster]));
  }
  areas.add(Infinity, { kind: 'unused' });
  return areas.all;
}

function clusterIs(entry: number, item: Item | undefined): What {
  if (item) {
    const file = item.path.length > 1 ? item.path.replace(/\\$/, '') : item.path;
    return { kind: item.directory ? 'directory' : 'file', file };
  }
  if (entry === FREE) return { kind: 'free' };
  return { kind: entry === BAD ? 'unusable' : 'lost' };
}

/** One behind the other; what reaches behind the disk's end is cut there. */
class Areas {
  readonly all: { offset: number; length: number; kind: AreaKind; file?: string }[] = [];
  readonly #end: number;
  #at = 0;

  constructor(end: number) {
    this.#end = end;
  }

  add(until: number, what: What): void {
    const end = Math.min(until, this.#end);
    const length = end - this.#at;
    if (length <= 0) return;
    const last = this.all.at(-1);
    if (last?.kind === what.kind && last.file === what.file) last.length += length;
    else this.all.push({ offset: this.#at, length, ...what });
    this.#at = end;
  }
}
