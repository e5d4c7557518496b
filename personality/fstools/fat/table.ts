/**
 * A FAT in memory: which cluster follows which.
 *
 *   FatTable.parse(bytes, geometry)   of one copy as it is on the disk
 *   get(cluster), set(cluster, value) values are those of FAT32: FREE, a cluster, BAD, END,
 *                                     UNKNOWN, or what is none of these (`isSound` says no)
 *   forget(cluster)                   its entry cannot be read
 *   bytes                             with all changes in it; what was not set is as it was
 *
 * Entries 0 and 1 are not clusters; `first` and `second` have their bits.
 */
import type { FatType, Geometry } from './geometry.ts';

export const FREE = 0;
export const BAD = 0x0fff_fff7;
export const END = 0x0fff_ffff;
/** Nobody can read the entry. */
export const UNKNOWN = 0x0fff_fff6;
const LEAST_END = 0x0fff_fff8;

export class FatTable {
  readonly bytes: Uint8Array;
  readonly clusters: number;
  readonly #type: FatType;
  readonly #next: Uint32Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, type: FatType, clusters: number) {
    this.bytes = bytes;
    this.clusters = clusters;
    this.#type = type;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#next = new Uint32Array(clusters + 2);
    for (let at = 0; at < clusters + 2; at++) this.#next[at] = this.#parsed(at);
  }

  static parse(bytes: Uint8Array, { type, clusters }: Geometry): FatTable {
    return new FatTable(bytes.slice(), type, clusters);
  }

  copy(): FatTable {
    const copy = new FatTable(this.bytes.slice(), this.#type, this.clusters);
    this.#next.forEach((value, cluster) => {
      if (value === UNKNOWN) copy.forget(cluster);
    });
    return copy;
  }

  /** The last cluster's number. */
  get last(): number {
    return this.clusters + 1;
  }

  get(cluster: number): number {
    return this.#next[cluster]!;
  }

  set(cluster: number, value: number): void {
    this.#next[cluster] = value;
    this.raw(cluster, value);
  }

  forget(cluster: number): void {
    this.#next[cluster] = UNKNOWN;
  }

  isCluster(value: number): boolean {
    return value >= 2 && value <= this.last;
  }

  isEnd(value: number): boolean {
    return value >= LEAST_END && !this.isCluster(value);
  }

  /** It is something that an entry may be. */
  isSound(value: number): boolean {
    return value === FREE || value === BAD || this.isCluster(value) || this.isEnd(value);
  }

  free(): number {
    let count = 0;
    for (let at = 2; at <= this.last; at++) if (this.#next[at] === FREE) count++;
    return count;
  }

  /** All bits of an entry: those of FAT32 that are nobody's, too. */
  bits(cluster: number): number {
    return this.#type === 32 ? this.#view.getUint32(cluster * 4, true) : this.raw(cluster);
  }

  /** The bits of an entry as they are stored: FAT32's upper four stay. */
  raw(cluster: number, value?: number): number {
    const view = this.#view;
    if (this.#type === 32) {
      const old = view.getUint32(cluster * 4, true);
      if (value !== undefined)
        view.setUint32(cluster * 4, ((old & 0xf000_0000) | (value & 0x0fff_ffff)) >>> 0, true);
      return old & 0x0fff_ffff;
    }
    if (this.#type === 16) {
      if (value !== undefined) view.setUint16(cluster * 2, value & 0xffff, true);
      return view.getUint16(cluster * 2, true);
    }
    const at = cluster + (cluster >>> 1);
    const odd = (cluster & 1) === 1;
    const old = this.bytes[at]! | (this.bytes[at + 1]! << 8);
    if (value !== undefined) {
      const word = odd ? (old & 0x000f) | ((value & 0xfff) << 4) : (old & 0xf000) | (value & 0xfff);
      this.bytes[at] = word & 0xff;
      this.bytes[at + 1] = word >>> 8;
    }
    return odd ? old >>> 4 : old & 0xfff;
  }

  /** Marks of FAT12 and FAT16 as those of FAT32. */
  #parsed(cluster: number): number {
    const value = this.raw(cluster);
    if (this.#type === 32 || this.isCluster(value)) return value;
    const marks = this.#type === 12 ? 0xff7 : 0xfff7;
    return value >= marks ? value - marks + BAD : value;
  }
}
