/**
 * Sectors of a volume whose contents do not come from a good read.
 *
 *   prepareSectors(cache, offset, length)   whole sectors that will be written: zeros, no read
 *   readDoubtful(cache, first, end, mode)   sectors with a wrong checksum, as the drive made them
 *                                           out; CC_SALVAGE: zeros where nothing came
 *
 * A drive hands a sector over before it knows its checksum: what came is in the page's frame when
 * the read has failed. It stays invalid there, for whoever wants to look, unless it is adopted:
 * then it is valid, and will be written again as it is.
 */
import { isUnreadable } from '../../rtl/media.ts';
import { CC_ADOPT, CC_SALVAGE } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { load, loaded } from './load.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';
import type { VolumeCache } from './volumecache.ts';

/** What a frame is filled with before its sector is read. */
const STAIN = 0xa5;

/** Where a sector's id cannot be read its data does not come at all; the status is the same. */
function hasCome({ cc }: VolumeCache, at: number): boolean {
  return cc.ram.read(at, SECTOR_SIZE).some((byte) => byte !== STAIN);
}

function pageOf(cache: VolumeCache, sector: number): Page | undefined {
  return cache.obtain(Math.floor(sector / SECTORS_PER_PAGE));
}

/** The sectors at both ends, where they are not written whole, must be readable. */
export async function prepareSectors(
  cache: VolumeCache,
  offset: number,
  length: number,
): Promise<number> {
  const [first, end] = [
    Math.ceil(offset / SECTOR_SIZE),
    Math.floor((offset + length) / SECTOR_SIZE),
  ];
  for (const edge of [offset, offset + length]) {
    const sector = Math.floor(edge / SECTOR_SIZE);
    if (edge % SECTOR_SIZE === 0) continue;
    const status = await load(cache, sector, sector + 1, sector + 1, false);
    if (!NT_SUCCESS(status)) return status;
  }
  for (let sector = first; sector < end; sector++) {
    const page = pageOf(cache, sector);
    if (!page) return Status.STATUS_INSUFFICIENT_RESOURCES;
    const bit = sector % SECTORS_PER_PAGE;
    while (((page.loading >>> bit) & 1) === 1) await loaded(page);
    if (((page.valid >>> bit) & 1) === 1) continue;
    cache.cc.ram.fill(page.address + bit * SECTOR_SIZE, SECTOR_SIZE, 0);
    cache.setContents(page, 1 << bit);
  }
  return Status.STATUS_SUCCESS;
}

export async function readDoubtful(
  cache: VolumeCache,
  first: number,
  end: number,
  mode: number,
): Promise<number> {
  for (let sector = first; sector < end; sector++) {
    const page = pageOf(cache, sector);
    if (!page) return Status.STATUS_INSUFFICIENT_RESOURCES;
    const bit = sector % SECTORS_PER_PAGE;
    while (((page.loading >>> bit) & 1) === 1) await loaded(page);
    if (((page.valid >>> bit) & 1) === 1) continue;
    const at = page.address + bit * SECTOR_SIZE;
    cache.cc.ram.fill(at, SECTOR_SIZE, STAIN);
    const status = await load(cache, sector, sector + 1, sector + 1, false);
    if (NT_SUCCESS(status)) continue;
    const came = status === Status.STATUS_CRC_ERROR && hasCome(cache, at);
    if (!came && !(mode === CC_SALVAGE && isUnreadable(status))) return status;
    if (!came) cache.cc.ram.fill(at, SECTOR_SIZE, 0);
    if (mode === CC_ADOPT) cache.setContents(page, 1 << bit);
  }
  return Status.STATUS_SUCCESS;
}
