/**
 * The file allocation table: which cluster follows which.
 *
 * All copies of the table are pinned while the volume is mounted, so that every function here
 * answers at once; every change goes into all copies. Chains are walked with a limit: a loop, a
 * free or bad cluster in a chain, or a number beyond the disk raises STATUS_FILE_CORRUPT_ERROR.
 *
 *   chain(first, enough?)      the clusters of a file, in order; damage behind the first `enough`
 *                              ends it there, and is nobody's error
 *   allocate(count, after)     new clusters, linked to one another and marked as the end;
 *                              STATUS_DISK_FULL changes nothing
 *   isLast(cluster)            whether a chain ends there
 *   link(cluster, next)        joins a chain to a longer one
 *   truncate(clusters, keep)   frees what is behind the first `keep`; where the table does not have
 *                              that chain (any more) it raises and changes nothing
 *
 * Entries in a sector that no copy has (fatcopies.ts) raise the device's error; they are never
 * given away.
 *
 * Source: fatgen103, "FAT Data Structure".
 */
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { type Bcb, CcSetDirtyPinnedData } from '../../../personality/wdm/index.ts';
import type { Fats } from './fatcopies.ts';
import type { Geometry } from './geometry.ts';
import { SECTOR } from './media.ts';

const FREE = 0;
const FIRST_CLUSTER = 2;

export class FatTable {
  readonly #copies: readonly Bcb[];
  readonly #wide: boolean;
  readonly #last: number;
  readonly #lost: ReadonlySet<number>;
  readonly #failure: number;
  #free = 0;
  #hint = FIRST_CLUSTER;

  constructor(geometry: Geometry, { copies, lost, failure }: Fats) {
    this.#copies = copies;
    this.#lost = lost;
    this.#failure = failure;
    this.#wide = geometry.fatType === 16;
    this.#last = geometry.clusterCount + 1;
    for (let cluster = FIRST_CLUSTER; cluster <= this.#last; cluster++)
      if (!this.#isLost(cluster) && this.#get(cluster) === FREE) this.#free++;
  }

  get freeCount(): number {
    return this.#free;
  }

  isCluster(cluster: number): boolean {
    return cluster >= FIRST_CLUSTER && cluster <= this.#last;
  }

  /** Empty for first cluster 0: a file without any. */
  chain(first: number, enough = Infinity): number[] {
    const clusters: number[] = [];
    if (first === 0) return clusters;
    for (let cluster = first; ;) {
      const circle = clusters.length > this.#last;
      if (circle || (!this.isCluster(cluster) && clusters.length < enough)) throw corrupt();
      if (!this.isCluster(cluster)) return clusters.slice(0, enough);
      clusters.push(cluster);
      if (this.#isLost(cluster) && clusters.length >= enough) return clusters.slice(0, enough);
      const next = this.#get(cluster);
      if (this.#isEnd(next)) return clusters;
      cluster = next;
    }
  }

  /** Near `after` where it is free there, so that files stay in one piece. */
  allocate(count: number, after = 0): number[] {
    if (count > this.#free) throw new NtException(Status.STATUS_DISK_FULL);
    const found: number[] = [];
    let cluster = this.isCluster(after + 1) ? after + 1 : this.#hint;
    for (let looked = 0; found.length < count && looked <= this.#last; looked++) {
      if (!this.#isLost(cluster) && this.#get(cluster) === FREE) found.push(cluster);
      cluster = cluster >= this.#last ? FIRST_CLUSTER : cluster + 1;
    }
    if (found.length < count) throw new NtException(Status.STATUS_DISK_FULL);
    this.#hint = cluster;
    this.#free -= count;
    found.forEach((own, index) => this.#set(own, found[index + 1] ?? this.#endMark()));
    return found;
  }

  isLast(cluster: number): boolean {
    return this.#isEnd(this.#get(cluster));
  }

  link(cluster: number, next: number): void {
    this.#set(cluster, next);
  }

  truncate(clusters: readonly number[], keep: number): void {
    const cut = clusters.slice(keep);
    for (const [index, cluster] of cut.entries()) this.#expect(cluster, cut[index + 1]);
    for (const cluster of cut) this.#set(cluster, FREE);
    this.#free += cut.length;
    const last = clusters[keep - 1];
    if (last !== undefined && keep < clusters.length) this.#set(last, this.#endMark());
    this.#hint = Math.min(this.#hint, cut[0] ?? this.#hint);
  }

  /** On a damaged disk two files may share clusters: the second to be cut finds them changed. */
  #expect(cluster: number, next: number | undefined): void {
    const value = this.#get(cluster);
    if (next === undefined ? !this.#isEnd(value) : value !== next) throw corrupt();
  }

  #endMark(): number {
    return this.#wide ? 0xffff : 0xfff;
  }

  #isEnd(value: number): boolean {
    return value >= (this.#wide ? 0xfff8 : 0xff8);
  }

  #at(cluster: number): number {
    return this.#wide ? cluster * 2 : cluster + (cluster >> 1);
  }

  #isLost(cluster: number): boolean {
    if (this.#lost.size === 0) return false;
    const at = this.#at(cluster);
    return this.#lost.has(Math.floor(at / SECTOR)) || this.#lost.has(Math.floor((at + 1) / SECTOR));
  }

  #get(cluster: number): number {
    if (this.#isLost(cluster)) throw new NtException(this.#failure);
    const { window } = this.#copies[0]!;
    if (this.#wide) return window.getUint16(cluster * 2);
    const pair = window.getUint16(cluster + (cluster >> 1));
    return cluster & 1 ? pair >> 4 : pair & 0xfff;
  }

  #set(cluster: number, value: number): void {
    if (this.#isLost(cluster)) throw new NtException(this.#failure);
    const at = this.#at(cluster);
    for (const copy of this.#copies) {
      const pair = copy.window.getUint16(at);
      const entry = this.#wide
        ? value
        : cluster & 1
          ? (pair & 0x000f) | (value << 4)
          : (pair & 0xf000) | value;
      copy.window.setUint16(at, entry);
      CcSetDirtyPinnedData(copy, at, 2);
    }
  }
}

function corrupt(): NtException {
  return new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}
