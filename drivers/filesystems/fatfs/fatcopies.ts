/**
 * The copies of the file allocation table, made whole again where one of them has a sector that
 * cannot be read.
 *
 *   pinFats(source, geometry)   the pinned copies, and the sectors that none of them has
 *
 * A disk that was pulled out, or a machine that lost its power, while a table was written has a
 * torn sector in one of its copies, and the other copy has the old or the new contents of it: from
 * there it is written again. A sector that no copy has is lost: its entries are not known, which
 * concerns the files whose chains go through it, and nobody else.
 */
import {
  type Bcb,
  type CacheMap,
  CcMapData,
  CcMapDoubtful,
  CcPreparePinWrite,
  CcSetDirtyPinnedData,
  CcUnpinData,
} from '../../../personality/wdm/index.ts';
import type { Geometry } from './geometry.ts';
import { SECTOR, unreadable } from './media.ts';

export interface Fats {
  readonly copies: readonly Bcb[];
  /** Numbers of sectors, counted from the start of a table. */
  readonly lost: ReadonlySet<number>;
  /** Why they cannot be read. */
  readonly failure: number;
}

export async function pinFats(map: CacheMap, geometry: Geometry): Promise<Fats> {
  const { fatCount, fatStart, fatBytes, fatUsed } = geometry;
  const starts = Array.from({ length: fatCount }, (_, copy) => fatStart + copy * fatBytes);
  try {
    const copies = [];
    for (const start of starts) copies.push(await CcMapData(map, start, fatUsed));
    return { copies, lost: new Set(), failure: 0 };
  } catch (error) {
    const failure = unreadable(error);
    const lost = await mend(map, starts, fatUsed);
    const copies = [];
    for (const start of starts) copies.push(await CcMapDoubtful(map, start, fatUsed, false));
    return { copies, lost, failure };
  }
}

/** Writes what one copy has into those that have it not; the sectors that none has. */
async function mend(
  map: CacheMap,
  starts: readonly number[],
  length: number,
): Promise<Set<number>> {
  const lost = new Set<number>();
  for (let at = 0; at < length; at += SECTOR) {
    const found: (Bcb | undefined)[] = [];
    for (const start of starts) found.push(await pinIfReadable(map, start + at));
    const good = found.find((bcb) => bcb !== undefined);
    if (!good) lost.add(at / SECTOR);
    else if (found.includes(undefined)) {
      const bytes = good.window.read(0, SECTOR);
      for (const [copy, bcb] of found.entries())
        if (!bcb) await rewrite(map, starts[copy]! + at, bytes);
    }
    for (const bcb of found) if (bcb) CcUnpinData(bcb);
  }
  return lost;
}

async function pinIfReadable(map: CacheMap, offset: number): Promise<Bcb | undefined> {
  try {
    return await CcMapData(map, offset, SECTOR);
  } catch (error) {
    unreadable(error);
    return undefined;
  }
}

async function rewrite(map: CacheMap, offset: number, bytes: Uint8Array): Promise<void> {
  const bcb = await CcPreparePinWrite(map, offset, SECTOR);
  bcb.window.write(0, bytes);
  CcSetDirtyPinnedData(bcb);
  CcUnpinData(bcb);
}
