/**
 * Where a file's regions lie on the disk: a sorted list of extents.
 *
 * What a file system answers is hostile until checked: negative or unaligned numbers, regions past
 * the end of the volume, and extents that contradict known ones are refused as a whole, and nothing
 * of such an answer is kept.
 *
 *   add(triples, limit)   takes (file offset, disk offset, length)...; STATUS_SUCCESS or
 *                         STATUS_FILE_CORRUPT_ERROR
 *   diskOffset(offset)    where a byte lies, or UNMAPPED
 *   truncate(length)      forgets what lies at or beyond
 *
 * Invariants: extents ascend, do not overlap, and two that adjoin in both file and disk are one.
 * All numbers are multiples of 512.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { SECTOR_SIZE } from './types.ts';

export const UNMAPPED = -1;

interface Extent {
  file: number;
  disk: number;
  length: number;
}

function aligned(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value % SECTOR_SIZE === 0;
}

export class Extents {
  #list: Extent[] = [];
  /** How often something was forgotten: what was asked for before may say too much. */
  cuts = 0;
  /** Where the last look-up ended: the next one is mostly there. */
  #last = 0;

  get count(): number {
    return this.#list.length;
  }

  /** For display and tests. */
  entries(): readonly Readonly<Extent>[] {
    return this.#list;
  }

  diskOffset(offset: number): number {
    const extent = this.#find(offset);
    return extent ? extent.disk + (offset - extent.file) : UNMAPPED;
  }

  /** `limit`: length of the volume in bytes. */
  add(triples: readonly number[], limit: number): number {
    const added = this.#check(triples, limit);
    if (!added) return Status.STATUS_FILE_CORRUPT_ERROR;
    const merged = this.#merge(added);
    if (!merged) return Status.STATUS_FILE_CORRUPT_ERROR;
    this.#list = merged;
    this.#last = 0;
    return Status.STATUS_SUCCESS;
  }

  truncate(length: number): void {
    const end = Math.ceil(length / SECTOR_SIZE) * SECTOR_SIZE;
    this.cuts++;
    this.#list = this.#list.filter((extent) => extent.file < end);
    const last = this.#list.at(-1);
    if (last) last.length = Math.min(last.length, end - last.file);
    this.#last = 0;
  }

  #find(offset: number): Extent | undefined {
    const guess = this.#list[this.#last];
    if (guess && offset >= guess.file && offset < guess.file + guess.length) return guess;
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle] as Extent).file <= offset) low = middle + 1;
      else high = middle;
    }
    const extent = this.#list[low - 1];
    if (!extent || offset >= extent.file + extent.length) return undefined;
    this.#last = low - 1;
    return extent;
  }

  #check(triples: readonly number[], limit: number): Extent[] | undefined {
    if (triples.length % 3 !== 0) return undefined;
    const added: Extent[] = [];
    let end = 0;
    for (let i = 0; i < triples.length; i += 3) {
      const [file, disk, length] = triples.slice(i, i + 3) as [number, number, number];
      if (!aligned(file) || !aligned(disk) || !aligned(length) || length === 0) return undefined;
      if (file < end || disk + length > limit) return undefined;
      end = file + length;
      if (!Number.isSafeInteger(end)) return undefined;
      added.push({ file, disk, length });
    }
    return added;
  }

  /** Both lists in order, equal parts once; undefined where they disagree. */
  #merge(added: readonly Extent[]): Extent[] | undefined {
    const all = [...this.#list.map((extent) => ({ ...extent })), ...added];
    all.sort((a, b) => a.file - b.file);
    const merged: Extent[] = [];
    for (const extent of all) {
      const last = merged.at(-1);
      const gap = last ? extent.file - (last.file + last.length) : 1;
      if (!last || gap > 0) {
        merged.push(extent);
        continue;
      }
      const sameLine = last.disk - last.file === extent.disk - extent.file;
      if (gap < 0 && !sameLine) return undefined;
      if (sameLine) last.length = Math.max(last.length, extent.file + extent.length - last.file);
      else merged.push(extent);
    }
    return merged;
  }
}
