/** Which parts of a medium were written: a set of 512-byte sectors, read out as runs. */

const SECTOR = 512;

export class SectorSet {
  readonly #sectors = new Set<number>();

  get empty(): boolean {
    return this.#sectors.size === 0;
  }

  add(offset: number, length: number): void {
    const last = Math.floor((offset + length - 1) / SECTOR);
    for (let sector = Math.floor(offset / SECTOR); sector <= last; sector++)
      this.#sectors.add(sector);
  }

  clear(): void {
    this.#sectors.clear();
  }

  /** In bytes, ascending, neighbours joined. */
  ranges(): { offset: number; length: number }[] {
    const ranges: { offset: number; length: number }[] = [];
    for (const sector of [...this.#sectors].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && last.offset + last.length === sector * SECTOR) last.length += SECTOR;
      else ranges.push({ offset: sector * SECTOR, length: SECTOR });
    }
    return ranges;
  }
}
