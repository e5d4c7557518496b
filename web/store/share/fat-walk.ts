/**
 * Which bytes of a FAT disk its files and directories show.
 *
 *   walkFat(image, fat, visit?)   what is shown of each cluster, and where directories end;
 *                                 undefined where that takes longer than any sound disk does.
 *                                 `visit` is told whose each cluster is
 *
 * The image is hostile: chains may loop, cross, leave the disk; directories may contain
 * themselves. Each directory is read once, each chain is followed no further than there are
 * clusters, and all steps together have a budget. A cluster that two owners claim shows what
 * either shows, and counts as `crossed`.
 *
 * Source: Microsoft FAT specification (fatgen103), "FAT Directory Structure", "FAT Long Directory
 * Entries".
 */

import { clusterOffset, fatEntry, type FatGeometry } from './fat-geometry.ts';
import { visibleName } from './visible.ts';

export interface FatView {
  /** By cluster number: how many of its first bytes are shown. */
  shown: Uint32Array;
  /** By cluster number: owners, as far as two. */
  owners: Uint8Array;
  /**
   * Places of directory entries that show nothing, with the cluster they lie in (0: the root):
   * those of deleted files, and parts of a long name whose file is gone. A system that knows no
   * long names leaves these when it deletes.
   */
  deleted: Place[];
  /** How many first bytes of the root directory are shown. */
  rootShown: number;
}

const ENTRY = 32;
const DELETED = 0xe5;
const VOLUME_LABEL = 0x08; // also set in each part of a long name
const DIRECTORY = 0x10;
/**
 * A sound disk takes at most one step for each cluster and each directory entry that it has room
 * for.
 */
const PATIENCE = 4;

const LONG_NAME = 0x0f;
const LAST_PIECE = 0x40;
const KIND = 0x3f;
const SUM_AT = 13;
const MOST_PIECES = 20;
/** Where a piece of a long name has its letters. */
const LETTERS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

class OutOfSteps extends Error {}

interface Place {
  offset: number;
  cluster: number;
}

/** `path` as `DIR\NAME.EXT`, of what can be seen alone; by its long name, where one has one. */
export type ClusterVisitor = (path: string, cluster: number) => void;

class FatWalker {
  readonly view: FatView;
  readonly #image: Uint8Array;
  readonly #fat: FatGeometry;
  readonly #visit: ClusterVisitor | undefined;
  readonly #pending: { first: number; path: string }[] = [];
  readonly #seen = new Set<number>();
  /** Of a long name whose short entry has not come yet. */
  #pieces: (Place & { sum: number })[] = [];
  #steps: number;

  constructor(image: Uint8Array, fat: FatGeometry, visit: ClusterVisitor | undefined) {
    this.#image = image;
    this.#fat = fat;
    this.#visit = visit;
    const clusters = fat.lastCluster + 1;
    this.#steps = PATIENCE * (clusters + image.length / ENTRY);
    this.view = {
      shown: new Uint32Array(clusters),
      owners: new Uint8Array(clusters),
      deleted: [],
      rootShown: 0,
    };
  }

  walk(): void {
    const { rootStart, rootBytes, rootCluster } = this.#fat;
    if (rootCluster > 0) this.#openDirectory(rootCluster, '');
    else this.view.rootShown = this.#readEntries(rootStart, rootBytes, 0, '');
    this.#endName();
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      this.#walkDirectory(next.first, next.path);
    }
  }

  #step(): void {
    if (--this.#steps < 0) throw new OutOfSteps();
  }

  /** The clusters from `first` on, until the chain ends, leaves the disk or bites its tail. */
  *#chain(first: number): Generator<number> {
    let cluster = first;
    for (let length = 0; length < this.#fat.lastCluster; length++) {
      if (cluster < 2 || cluster > this.#fat.lastCluster) return;
      this.#step();
      yield cluster;
      cluster = fatEntry(this.#image, this.#fat, this.#fat.onlyCopy ?? 0, cluster);
    }
  }

  #show(cluster: number, bytes: number): void {
    const { shown, owners } = this.view;
    shown[cluster] = Math.max(shown[cluster]!, bytes);
    owners[cluster] = Math.min(owners[cluster]! + 1, 2);
  }

  #walkFile(first: number, size: number, path: string): void {
    const { clusterBytes } = this.#fat;
    let left = size;
    for (const cluster of this.#chain(first)) {
      this.#visit?.(path, cluster);
      this.#show(cluster, Math.min(left, clusterBytes));
      left = Math.max(left - clusterBytes, 0);
    }
  }

  #walkDirectory(first: number, path: string): void {
    const { clusterBytes } = this.#fat;
    let ended = false;
    for (const cluster of this.#chain(first)) {
      const start = clusterOffset(this.#fat, cluster);
      this.#visit?.(path, cluster);
      const shown: number = ended ? 0 : this.#readEntries(start, clusterBytes, cluster, path);
      this.#show(cluster, shown);
      ended ||= shown < clusterBytes;
    }
    this.#endName();
  }

  /** Bytes up to the end mark, or all. */
  #readEntries(start: number, bytes: number, cluster: number, path: string): number {
    for (let at = 0; at < bytes; at += ENTRY) {
      this.#step();
      const mark = this.#image[start + at]!;
      if (mark === 0) return at;
      const place = { offset: start + at, cluster };
      if (mark === DELETED) {
        this.#endName();
        this.view.deleted.push(place);
      } else if ((this.#image[start + at + 11]! & KIND) === LONG_NAME) {
        if (mark & LAST_PIECE) this.#endName();
        this.#pieces.push({ ...place, sum: this.#image[start + at + SUM_AT]! });
      } else {
        this.#endName(this.#nameSum(start + at), () => this.#readEntry(start + at, path));
      }
    }
    return bytes;
  }

  /** One piece that does not belong to the name with this sum, and the long name is none. */
  #endName(sum?: number, read?: () => void): void {
    if (this.#pieces.some((piece) => piece.sum !== sum)) {
      for (const { offset, cluster } of this.#pieces) this.view.deleted.push({ offset, cluster });
      this.#pieces = [];
    }
    read?.();
    this.#pieces = [];
  }

  /** What each piece of a long name says of the short name behind it. */
  #nameSum(offset: number): number {
    let sum = 0;
    for (let i = 0; i < 11; i++)
      sum = (((sum & 1) << 7) + (sum >>> 1) + this.#image[offset + i]!) & 0xff;
    return sum;
  }

  #readEntry(offset: number, parent: string): void {
    const entry = new DataView(this.#image.buffer, this.#image.byteOffset + offset, ENTRY);
    const attributes = entry.getUint8(11);
    // "." and "..": a name cannot begin with a dot otherwise.
    if (attributes & VOLUME_LABEL || entry.getUint8(0) === 0x2e) return;
    const high = this.#fat.bits === 32 ? entry.getUint16(20, true) & 0x0fff : 0;
    const first = entry.getUint16(26, true) + high * 0x10000;
    const path = this.#visit ? `${parent}${this.#longName() || this.#nameAt(offset)}` : '';
    if (!(attributes & DIRECTORY)) return this.#walkFile(first, entry.getUint32(28, true), path);
    this.#openDirectory(first, `${path}\\`);
  }

  #openDirectory(first: number, path: string): void {
    if (this.#seen.has(first)) return;
    this.#seen.add(first);
    this.#pending.push({ first, path });
  }

  /** Of the pieces before the entry, the last of which comes first; empty: they are no name. */
  #longName(): string {
    const pieces = this.#pieces.toReversed();
    const order = ({ offset }: Place): number => this.#image[offset]! & ~LAST_PIECE;
    if (pieces.length > MOST_PIECES) return '';
    if (pieces.some((piece, at) => order(piece) !== at + 1)) return '';
    const letters = pieces.flatMap(({ offset }) =>
      LETTERS.map((at) => this.#image[offset + at]! | (this.#image[offset + at + 1]! << 8)),
    );
    const end = letters.indexOf(0);
    return visibleName(String.fromCharCode(...(end < 0 ? letters : letters.slice(0, end))));
  }

  /** The short name; what is no printable ASCII is a question mark. */
  #nameAt(offset: number): string {
    const text = (from: number, to: number): string =>
      Array.from(this.#image.subarray(offset + from, offset + to), (byte) =>
        byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '?',
      )
        .join('')
        .trimEnd();
    const extension = text(8, 11);
    return extension === '' ? text(0, 8) : `${text(0, 8)}.${extension}`;
  }
}

export function walkFat(
  image: Uint8Array,
  fat: FatGeometry,
  visit?: ClusterVisitor,
): FatView | undefined {
  const walker = new FatWalker(image, fat, visit);
  try {
    walker.walk();
    return walker.view;
  } catch (error) {
    if (error instanceof OutOfSteps) return undefined;
    throw error;
  }
}
