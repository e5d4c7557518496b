/**
 * The copies of the file allocation table, seen through windows: stretches of WINDOW bytes, the
 * same in all copies, pinned while they are here. A floppy's table is one window; of a large one
 * the least recently used go when there are WINDOW_LIMIT.
 *
 *   at(offset)      the window over that byte of the table, if it is here: no promise for the many
 *                   that go through a chain
 *   load(offset)    brings it
 *
 * Sectors of a copy that cannot be read are written again from another copy when their window is:
 * a disk that was pulled out, or a machine that lost its power, while a table was written has a
 * torn sector in one of its copies, and the other has the old or the new contents of it. A sector
 * that no copy has is lost: its entries are not known, which concerns the files whose chains go
 * through it, and nobody else.
 */
import {
  type Bcb,
  type CacheMap,
  CcMapData,
  CcMapSalvage,
  CcPinMappedData,
  CcPinRead,
  CcPreparePinWrite,
  CcSetDirtyPinnedData,
  CcUnpinData,
} from '../../../personality/wdm/index.ts';
import type { Geometry } from './geometry.ts';
import { SECTOR, unreadable } from './media.ts';

/** A whole number of sectors; entries of FAT12 must not straddle two: its tables are shorter. */
export const WINDOW = 0x8000;
const WINDOW_LIMIT = 8;

export interface FatWindow {
  /** The first of its bytes in the table. */
  readonly start: number;
  readonly copies: readonly Bcb[];
  /** Numbers of sectors that no copy has, counted from the start of the table. */
  readonly lost: ReadonlySet<number>;
  /** Why they cannot be read. */
  readonly failure: number;
  lastUse: number;
}

export class FatWindows {
  readonly #map: CacheMap;
  readonly #starts: readonly number[];
  readonly #length: number;
  readonly #windows = new Map<number, FatWindow>();
  #clock = 0;

  constructor(map: CacheMap, geometry: Geometry) {
    const { fatStart, fatBytes, fatCount, onlyFat, fatUsed } = geometry;
    const copies = Array.from({ length: fatCount }, (_, copy) => fatStart + copy * fatBytes);
    this.#map = map;
    this.#starts = onlyFat === undefined ? copies : [copies[onlyFat]!];
    this.#length = fatUsed;
  }

  at(offset: number): FatWindow | undefined {
    const found = this.#windows.get(Math.floor(offset / WINDOW));
    if (found) found.lastUse = ++this.#clock;
    return found;
  }

  async load(offset: number): Promise<FatWindow> {
    const index = Math.floor(offset / WINDOW);
    const known = this.#windows.get(index);
    if (known) return known;
    if (this.#windows.size >= WINDOW_LIMIT) this.#dropOldest();
    const start = index * WINDOW;
    const length = Math.min(WINDOW, this.#length - start);
    const window = { ...(await this.#pin(start, length)), lastUse: ++this.#clock };
    this.#windows.set(index, window);
    return window;
  }

  /** None may be used any more. */
  close(): void {
    for (const { copies } of this.#windows.values()) for (const bcb of copies) CcUnpinData(bcb);
    this.#windows.clear();
  }

  #dropOldest(): void {
    let oldest: [number, FatWindow] | undefined;
    for (const each of this.#windows)
      if (!oldest || each[1].lastUse < oldest[1].lastUse) oldest = each;
    if (!oldest) return;
    this.#windows.delete(oldest[0]);
    for (const bcb of oldest[1].copies) CcUnpinData(bcb);
  }

  async #pin(start: number, length: number): Promise<Omit<FatWindow, 'lastUse'>> {
    const places = this.#starts.map((copy) => copy + start);
    try {
      const copies = await this.#pinAll(places, (at) => CcPinRead(this.#map, at, length));
      return { start, copies, lost: new Set(), failure: 0 };
    } catch (error) {
      const failure = unreadable(error);
      const lost = await this.#mend(places, start, length);
      const look = (at: number) => CcMapSalvage(this.#map, at, length);
      const copies = await this.#pinAll(places, look);
      // Of what is lost nothing is written; all the rest may be.
      for (const bcb of copies) CcPinMappedData(bcb);
      return { start, copies, lost, failure };
    }
  }

  async #pinAll(
    places: readonly number[],
    pin: (at: number) => Bcb | Promise<Bcb>,
  ): Promise<Bcb[]> {
    const copies: Bcb[] = [];
    try {
      for (const at of places) copies.push(await pin(at));
      return copies;
    } catch (error) {
      for (const bcb of copies) CcUnpinData(bcb);
      throw error;
    }
  }

  /** Writes what one copy has into those that have it not; the sectors that none has. */
  async #mend(places: readonly number[], start: number, length: number): Promise<Set<number>> {
    const lost = new Set<number>();
    for (let at = 0; at < length; at += SECTOR) {
      const found: (Bcb | undefined)[] = [];
      for (const place of places) found.push(await this.#pinIfReadable(place + at));
      const good = found.find((bcb) => bcb !== undefined);
      if (!good) lost.add((start + at) / SECTOR);
      else if (found.includes(undefined)) {
        const bytes = good.window.read(0, SECTOR);
        for (const [copy, bcb] of found.entries())
          if (!bcb) await this.#rewrite(places[copy]! + at, bytes);
      }
      for (const bcb of found) if (bcb) CcUnpinData(bcb);
    }
    return lost;
  }

  async #pinIfReadable(offset: number): Promise<Bcb | undefined> {
    try {
      return await CcMapData(this.#map, offset, SECTOR);
    } catch (error) {
      unreadable(error);
      return undefined;
    }
  }

  async #rewrite(offset: number, bytes: Uint8Array): Promise<void> {
    const bcb = await CcPreparePinWrite(this.#map, offset, SECTOR);
    bcb.window.write(0, bytes);
    CcSetDirtyPinnedData(bcb);
    CcUnpinData(bcb);
  }
}
