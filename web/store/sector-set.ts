/**
 * Parts of a disk: a set of 512-byte sectors, read out as runs.
 *
 *   add(offset, length)           every sector that the bytes touch
 *   removeWhole(offset, length)   every sector that the bytes cover
 *   ranges()                      in bytes, ascending, neighbours joined
 */

const SECTOR = 512;

export interface ByteRange {
  offset: number;
  length: number;
}

export class SectorSet {
  readonly #sectors = new Set<number>();

  get empty(): boolean {
    return this.#sectors.size === 0;
  }

  /** How many sectors. */
  get size(): number {
    return this.#sectors.size;
  }

  add(offset: number, length: number): void {
    for (const sector of touched(offset, length)) this.#sectors.add(sector);
  }

  removeWhole(offset: number, length: number): void {
    const first = Math.ceil(offset / SECTOR);
    const end = Math.floor((offset + length) / SECTOR);
    for (let sector = first; sector < end; sector++) this.#sectors.delete(sector);
  }

  addAll(ranges: Iterable<ByteRange>): void {
    for (const { offset, length } of ranges) this.add(offset, length);
  }

  clear(): void {
    this.#sectors.clear();
  }

  ranges(): ByteRange[] {
    const ranges: ByteRange[] = [];
    for (const sector of [...this.#sectors].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && last.offset + last.length === sector * SECTOR) last.length += SECTOR;
      else ranges.push({ offset: sector * SECTOR, length: SECTOR });
    }
    return ranges;
  }
}

function* touched(offset: number, length: number): Generator<number> {
  const last = Math.floor((offset + length - 1) / SECTOR);
  for (let sector = Math.floor(offset / SECTOR); sector <= last; sector++) yield sector;
}
