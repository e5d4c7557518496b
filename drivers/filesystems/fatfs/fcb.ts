/**
 * A file or directory of a mounted volume, as far as the driver knows it (NT: file control block).
 *
 * It is named by where its short entry stands: the first cluster of its directory (0 for the root)
 * and the slot there. Sizes, times and the first cluster here are what the entry on the disk says,
 * or is about to be told (entry.ts writes it).
 */
import { FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_NORMAL } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import type { Dirent } from './dirent.ts';
import { Runs } from './runs.ts';
import type { Volume } from './volume.ts';

const ROOT_NUMBER = 1;
/** More than a directory has (fatgen103). */
const SLOTS = 0x1_0000;

export class Fcb {
  readonly volume: Volume;
  /** The driver's number for it, as CREATE reports it. */
  readonly number: number;
  parent: number;
  slot: number;
  name: string;
  entry: Dirent;
  opens = 0;
  deletePending = false;
  /** It is not on the disk any more. */
  removed = false;
  #clusters: Runs | undefined;

  constructor(
    volume: Volume,
    number: number,
    parent: number,
    slot: number,
    entry: Dirent,
    name: string,
  ) {
    this.volume = volume;
    this.number = number;
    this.parent = parent;
    this.slot = slot;
    this.entry = entry;
    this.name = name;
  }

  static root(volume: Volume): Fcb {
    const entry: Dirent = {
      shortBytes: new Uint8Array(11),
      shortName: '',
      attributes: FILE_ATTRIBUTE_DIRECTORY,
      firstCluster: 0,
      size: 0,
      created: 0,
      accessed: 0,
      written: 0,
    };
    return new Fcb(volume, ROOT_NUMBER, 0, -1, entry, '');
  }

  get isRoot(): boolean {
    return this.slot < 0;
  }

  get isDirectory(): boolean {
    return (this.entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  }

  /** In order; none for an empty file. They are known after load(). */
  get clusters(): Runs {
    return this.#clusters ?? new Runs();
  }

  /**
   * Finds its clusters, if they are not known; a directory's change behind its back. Whoever uses
   * `clusters`, or anything that is made of them, comes here before.
   */
  async load(): Promise<void> {
    const { fat, geometry } = this.volume;
    if (this.isDirectory) {
      const first = this.isRoot ? geometry.rootCluster : this.entry.firstCluster;
      this.#clusters = await fat.chain(first);
    } else if (!this.#clusters) {
      // What is damaged behind its end does not keep a file from being read.
      const enough = Math.ceil(this.entry.size / geometry.bytesPerCluster);
      this.#clusters = await fat.chain(this.entry.firstCluster, enough);
    }
  }

  get allocation(): number {
    return this.clusters.length * this.volume.geometry.bytesPerCluster;
  }

  /** Raises STATUS_FILE_CORRUPT_ERROR where the table does not have the file's chain. */
  async checkChain(): Promise<void> {
    await this.load();
    const { length } = await this.volume.fat.chain(this.entry.firstCluster);
    if (length !== this.clusters.length) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  }

  /** Adds clusters to a file until `bytes` fit; STATUS_DISK_FULL changes nothing. */
  async grow(bytes: number): Promise<void> {
    await this.load();
    const { clusters, volume } = this;
    const missing = Math.ceil(bytes / volume.geometry.bytesPerCluster) - clusters.length;
    if (missing <= 0) return;
    const { last } = clusters;
    const added = await volume.fat.allocate(missing, last ?? 0);
    if (last === undefined) this.entry.firstCluster = added.first!;
    else await joined(volume, last, added);
    this.#clusters = clusters;
    clusters.append(added);
  }

  /** Frees the clusters behind `bytes`; whether there were any. */
  async shrink(bytes: number): Promise<boolean> {
    await this.load();
    const { clusters, volume } = this;
    const keep = Math.ceil(bytes / volume.geometry.bytesPerCluster);
    if (keep >= clusters.length) return false;
    await volume.fat.truncate(clusters, keep);
    clusters.cut(keep);
    if (keep === 0) this.entry.firstCluster = 0;
    return true;
  }

  /**
   * (file offset, disk offset, length) of the region and what follows it in one piece, at most
   * `limit` triples.
   */
  extents(offset: number, limit: number): number[] {
    const { bytesPerCluster } = this.volume.geometry;
    const triples: number[] = [];
    for (const run of this.clusters.runsFrom(Math.floor(offset / bytesPerCluster))) {
      if (triples.length / 3 === limit) break;
      const disk = this.volume.diskOffset(run.cluster);
      triples.push(run.index * bytesPerCluster, disk, run.count * bytesPerCluster);
    }
    return triples;
  }

  /** What CREATE and whatever changes it report. */
  facts() {
    const { attributes, size, created, accessed, written } = this.entry;
    return {
      attributes: attributes || FILE_ATTRIBUTE_NORMAL,
      endOfFile: this.isDirectory ? 0 : size,
      allocation: this.allocation,
      validData: this.isDirectory ? 0 : size,
      created,
      accessed,
      written,
    };
  }
}

/** Where a chain cannot be made longer, nobody has what was to be its end. */
async function joined({ fat }: Volume, last: number, added: Runs): Promise<void> {
  try {
    await fat.link(last, added.first!);
  } catch (error) {
    await fat.truncate(added, 0);
    throw error;
  }
}

/** A file's number on the disk: where its entry stands. It changes with a rename, as NT's FAT's. */
export function fileId(parent: number, slot: number): number {
  return parent * SLOTS + slot + 1;
}

export function placeOf(id: number): { parent: number; slot: number } {
  return { parent: Math.floor((id - 1) / SLOTS), slot: (id - 1) % SLOTS };
}

/** Raises STATUS_FILE_IS_A_DIRECTORY for directories. */
export function needFile(file: Fcb): Fcb {
  if (file.isDirectory) throw new NtException(Status.STATUS_FILE_IS_A_DIRECTORY);
  return file;
}
