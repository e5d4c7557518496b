/**
 * The file allocation table: which cluster follows which.
 *
 * It is seen through windows (fatwindows.ts); every change goes into all copies. Chains are walked
 * with a limit: a loop, a free or bad cluster in a chain, or a number beyond the disk raises
 * STATUS_FILE_CORRUPT_ERROR.
 *
 *   chain(first, enough?)      the clusters of a file, in order; damage behind the first `enough`
 *                              ends it there, and is nobody's error
 *   allocate(count, after)     new clusters, linked to one another and marked as the end;
 *                              STATUS_DISK_FULL changes nothing
 *   isLast(cluster)            whether a chain ends there
 *   link(cluster, next)        joins a chain to a longer one
 *   truncate(runs, keep)       frees what is behind the first `keep`; where the table does not have
 *                              that chain (any more) it raises and changes nothing
 *   freeCount()                counted once, and kept up to date; or as FSInfo has it (`trust`)
 *   sureCount()                so many are free for certain, whatever FSInfo says
 *   settled()                  what was freed has left the disk's names: it may be given away
 *   mark(state), isMarked()    the state of the volume in entry 1 (FAT16, FAT32)
 *
 * Entries in a sector that no copy has raise the device's error; they are never given away. The
 * four upper bits of an entry of FAT32 are nobody's, and stay.
 *
 * Source: fatgen103, "FAT Data Structure".
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { CcSetDirtyPinnedData } from '../../../personality/wdm/index.ts';
import { type FatWindow, type FatWindows } from './fatwindows.ts';
import { FreedClusters } from './freed.ts';
import type { Geometry } from './geometry.ts';
import { SECTOR } from './media.ts';
import { Runs } from './runs.ts';

const FREE = 0;
const FIRST_CLUSTER = 2;
/** More clusters than these are not remembered as freed: the disk is told of them. */
const FREED_LIMIT = 16_384;
/** What FSInfo says is looked up as far as so many free clusters, in so many entries. */
const [SURE, LOOKED_AT] = [4096, 0x4000];
/** The entry that says how the volume was left. */
const STATE_ENTRY = 1;

interface Width {
  /** The mark of a chain's end; what is at least `end` counts as one. */
  readonly mark: number;
  readonly end: number;
  /** Bits of STATE_ENTRY that are set while all is well: let go in order, no device failed. */
  readonly clean: number;
  readonly sound: number;
}

const widths: Readonly<Record<Geometry['fatType'], Width>> = {
  12: { mark: 0xfff, end: 0xff8, clean: 0, sound: 0 },
  16: { mark: 0xffff, end: 0xfff8, clean: 0x8000, sound: 0x4000 },
  32: { mark: 0x0fff_ffff, end: 0x0fff_fff8, clean: 0x0800_0000, sound: 0x0400_0000 },
};

export class FatTable {
  readonly #windows: FatWindows;
  readonly #type: Geometry['fatType'];
  readonly #width: Width;
  readonly #last: number;
  /** Free clusters; undefined: not counted yet. */
  #free: number | undefined;
  #counted = false;
  /** Where FSInfo is believed: so many are free for certain. */
  #sure = 0;
  #hint: number;
  readonly #freed = new FreedClusters();
  /** Writes everything that is dirty, so that freed clusters are free on the disk as well. */
  readonly #flush: () => Promise<void>;
  /** Told before the first change. */
  readonly #begin: () => Promise<void>;
  /** Something was given away or freed. */
  changed = false;

  constructor(
    geometry: Geometry,
    windows: FatWindows,
    hooks: { flush: () => Promise<void>; begin: () => Promise<void> },
  ) {
    this.#windows = windows;
    this.#type = geometry.fatType;
    this.#width = widths[geometry.fatType];
    this.#last = geometry.clusterCount + 1;
    this.#hint = FIRST_CLUSTER;
    this.#flush = hooks.flush;
    this.#begin = hooks.begin;
  }

  /** Where the next search begins, and how many are free, if somebody knows better than nobody. */
  trust({ free, next }: { free: number | undefined; next: number | undefined }): void {
    if (free !== undefined) this.#free = free;
    if (next !== undefined && this.isCluster(next)) this.#hint = next;
  }

  get hint(): number {
    return this.#hint;
  }

  /** Of all clusters, once. */
  async freeCount(): Promise<number> {
    return this.#free ?? this.#countAll();
  }

  async sureCount(): Promise<number> {
    const free = await this.freeCount();
    if (this.#counted) return free;
    if (this.#sure < SURE / 2) this.#sure = await this.#countFrom(this.#hint, LOOKED_AT, SURE);
    return this.#sure;
  }

  async #countAll(): Promise<number> {
    this.#free = await this.#countFrom(FIRST_CLUSTER, this.#last, Infinity);
    this.#counted = true;
    return this.#free;
  }

  async #countFrom(first: number, entries: number, enough: number): Promise<number> {
    const end = Math.min(first + entries - 1, this.#last);
    let free = 0;
    for (let cluster = first; cluster <= end && free < enough; cluster++) {
      const window = this.#here(cluster) ?? (await this.#bring(cluster));
      if (!this.#isLost(window, cluster) && this.#read(window, cluster) === FREE) free++;
    }
    return free;
  }

  isCluster(cluster: number): boolean {
    return cluster >= FIRST_CLUSTER && cluster <= this.#last;
  }

  /** Empty for first cluster 0: a file without any. */
  async chain(first: number, enough = Infinity): Promise<Runs> {
    const runs = new Runs();
    if (first === 0) return runs;
    for (let cluster = first; ;) {
      if (!this.isCluster(cluster) || runs.length > this.#last) {
        if (runs.length >= enough && runs.length <= this.#last) return cutTo(runs, enough);
        throw corrupt();
      }
      runs.add(cluster);
      const window = this.#here(cluster) ?? (await this.#bring(cluster));
      if (this.#isLost(window, cluster)) {
        if (runs.length >= enough) return cutTo(runs, enough);
        throw new NtException(window.failure);
      }
      const next = this.#read(window, cluster);
      if (next >= this.#width.end) return runs;
      cluster = next;
    }
  }

  /** Behind `after` where it is free there, else where all of it fits, else where there is room. */
  async allocate(count: number, after = 0): Promise<Runs> {
    if (count === 0) return new Runs();
    try {
      return await this.#take(count, after);
    } catch (error) {
      const full = error instanceof NtException && error.status === Status.STATUS_DISK_FULL;
      if (!full || this.#counted) throw error;
      await this.#countAll();
      return this.#take(count, after);
    }
  }

  async #take(count: number, after: number): Promise<Runs> {
    const free = await this.freeCount();
    if (count > free) throw new NtException(Status.STATUS_DISK_FULL);
    await this.#begin();
    if (free - this.#freed.size < count) await this.settle();
    const found = await this.#search(count, after);
    await this.#linkUp(found);
    this.#hint = found.last! >= this.#last ? FIRST_CLUSTER : found.last! + 1;
    this.#free = free - count;
    this.#sure = Math.max(0, this.#sure - count);
    this.changed = true;
    return found;
  }

  async isLast(cluster: number): Promise<boolean> {
    return (await this.#get(cluster)) >= this.#width.end;
  }

  async link(cluster: number, next: number): Promise<void> {
    await this.#begin();
    await this.#set(cluster, next);
  }

  async truncate(runs: Runs, keep: number): Promise<void> {
    if (keep >= runs.length) return;
    const cut = runs.slice(keep);
    await this.#expect(cut);
    const free = await this.freeCount();
    await this.#begin();
    const last = keep === 0 ? undefined : runs.runsFrom(keep - 1).next().value?.cluster;
    // The chain's new end first: what a failure leaves behind is lost, and in no file.
    if (last !== undefined) await this.#set(last, this.#width.mark);
    let gone = 0;
    try {
      for (const cluster of cut) {
        await this.#set(cluster, FREE);
        this.#freed.add(cluster);
        gone++;
      }
    } finally {
      this.#free = free + gone;
      this.changed = true;
    }
    this.#hint = Math.min(this.#hint, cut.first!);
    if (this.#freed.size > FREED_LIMIT) await this.settle();
  }

  async settle(): Promise<void> {
    await this.#flush();
    this.settled();
  }

  settled(): void {
    this.#freed.clear();
  }

  /** False where the table has no place for it (FAT12). */
  get keepsState(): boolean {
    return this.#width.clean !== 0;
  }

  async isMarked(): Promise<boolean> {
    if (!this.keepsState) return false;
    const { clean, sound } = this.#width;
    const value = await this.#get(STATE_ENTRY);
    return (value & clean) === 0 || (value & sound) === 0;
  }

  /** `late`: all that is to be written goes first. */
  async mark(state: 'used' | 'clean' | 'failed', late: boolean): Promise<void> {
    if (!this.keepsState) return;
    const { clean, sound } = this.#width;
    const value = await this.#get(STATE_ENTRY);
    const marked = { used: value & ~clean, clean: value | clean, failed: value & ~sound };
    await this.#set(STATE_ENTRY, marked[state], late);
  }

  /** That many free clusters, in one piece where there is one. */
  async #search(count: number, after: number): Promise<Runs> {
    const found = new Runs();
    if (after > 0) await this.#extend(found, after + 1, count);
    if (found.length === count) return found;
    const rest = count - found.length;
    const gap = rest > 1 ? await this.#gap(rest, found) : undefined;
    if (gap !== undefined) await this.#extend(found, gap, count);
    if (found.length === count) return found;
    await this.#gather(found, count);
    return found;
  }

  /** Free neighbours from `cluster` on. */
  async #extend(found: Runs, cluster: number, count: number): Promise<void> {
    for (let at = cluster; found.length < count && this.isCluster(at); at++) {
      if (!(await this.#isFree(at))) return;
      found.add(at);
    }
  }

  /** The first of so many free neighbours, beside the stretch that is found already. */
  async #gap(count: number, found: Runs): Promise<number | undefined> {
    const first = found.first ?? 0;
    const end = first + found.length;
    const stretches = [
      [this.#hint, this.#last],
      [FIRST_CLUSTER, Math.min(this.#hint + count - 2, this.#last)],
    ] as const;
    for (const [from, to] of stretches) {
      let length = 0;
      for (let at = from; at <= to; at++) {
        const taken = at >= first && at < end;
        const free = !taken && (this.#isFreeHere(at) ?? (await this.#isFree(at)));
        length = free ? length + 1 : 0;
        if (length === count) return at - count + 1;
      }
    }
    return undefined;
  }

  /** Wherever there is room. */
  async #gather(found: Runs, count: number): Promise<void> {
    const taken = new Set(found);
    let at = this.#hint;
    for (let looked = FIRST_CLUSTER; found.length < count && looked <= this.#last; looked++) {
      const free = this.#isFreeHere(at) ?? (await this.#isFree(at));
      if (free && !taken.has(at)) found.add(at);
      at = at >= this.#last ? FIRST_CLUSTER : at + 1;
    }
    if (found.length < count) throw new NtException(Status.STATUS_DISK_FULL);
  }

  async #isFree(cluster: number): Promise<boolean> {
    await this.#bring(cluster);
    return this.#isFreeHere(cluster)!;
  }

  /** Undefined: its window is not here. */
  #isFreeHere(cluster: number): boolean | undefined {
    const window = this.#here(cluster);
    if (!window) return undefined;
    const known = !this.#isLost(window, cluster) && !this.#freed.has(cluster);
    return known && this.#read(window, cluster) === FREE;
  }

  /** From the end to the start; or nothing. */
  async #linkUp(found: Runs): Promise<void> {
    const clusters = [...found].reverse();
    const done: number[] = [];
    let next = this.#width.mark;
    try {
      for (const cluster of clusters) {
        await this.#set(cluster, next);
        done.push(cluster);
        next = cluster;
      }
    } catch (error) {
      for (const cluster of done) await this.#set(cluster, FREE);
      throw error;
    }
  }

  /** On a damaged disk two files may share clusters: the second to be cut finds them changed. */
  async #expect(chain: Runs): Promise<void> {
    let before = 0;
    for (const cluster of chain) {
      if (before !== 0 && (await this.#get(before)) !== cluster) throw corrupt();
      before = cluster;
    }
    if (before !== 0 && (await this.#get(before)) < this.#width.end) throw corrupt();
  }

  #at(cluster: number): number {
    if (this.#type === 32) return cluster * 4;
    return this.#type === 16 ? cluster * 2 : cluster + (cluster >> 1);
  }

  #here(cluster: number): FatWindow | undefined {
    return this.#windows.at(this.#at(cluster));
  }

  #bring(cluster: number): Promise<FatWindow> {
    return this.#windows.load(this.#at(cluster));
  }

  #isLost({ lost }: FatWindow, cluster: number): boolean {
    if (lost.size === 0) return false;
    const at = this.#at(cluster);
    return lost.has(Math.floor(at / SECTOR)) || lost.has(Math.floor((at + 1) / SECTOR));
  }

  #read({ copies, start }: FatWindow, cluster: number): number {
    const { window } = copies[0]!;
    const at = this.#at(cluster) - start;
    if (this.#type === 32) return window.getUint32(at) & 0x0fff_ffff;
    const pair = window.getUint16(at);
    if (this.#type === 16) return pair;
    return cluster & 1 ? pair >> 4 : pair & 0xfff;
  }

  async #get(cluster: number): Promise<number> {
    const window = this.#here(cluster) ?? (await this.#bring(cluster));
    if (this.#isLost(window, cluster)) throw new NtException(window.failure);
    return this.#read(window, cluster);
  }

  async #set(cluster: number, value: number, late = false): Promise<void> {
    const window = this.#here(cluster) ?? (await this.#bring(cluster));
    if (this.#isLost(window, cluster)) throw new NtException(window.failure);
    const at = this.#at(cluster) - window.start;
    for (const copy of window.copies) {
      if (this.#type === 32) {
        const upper = copy.window.getUint32(at) & 0xf000_0000;
        copy.window.setUint32(at, (upper | value) >>> 0);
        CcSetDirtyPinnedData(copy, at, 4, late);
        continue;
      }
      const pair = this.#type === 16 ? 0 : copy.window.getUint16(at);
      const odd = cluster & 1;
      const narrow = odd ? (pair & 0x000f) | (value << 4) : (pair & 0xf000) | value;
      copy.window.setUint16(at, this.#type === 16 ? value : narrow);
      CcSetDirtyPinnedData(copy, at, 2, late);
    }
  }
}

function cutTo(runs: Runs, enough: number): Runs {
  runs.cut(enough);
  return runs;
}

function corrupt(): NtException {
  return new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}
