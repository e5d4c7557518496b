/**
 * Dirty sectors to the disk.
 *
 *   flushSet(set, pages?)      writes a file's or volume's dirty sectors; first failure, or success
 *   flushFile(file, range?)    zeros up to its end first, then its dirty sectors; or of pages alone
 *   flushVolume(volume, age?)  files first, then the volume's own sectors: data before metadata
 *   relieve(cc)                makes room when every page is dirty or in use
 *
 * Of a volume's own sectors those marked late go after all others, so that a name that moves from
 * one sector to another is at no time in neither.
 *
 * A batch is collected and sent under the device's transfer lock, so that what is written is what
 * the caches hold then. Dirty bits fall when a write starts and come back if it fails: data is lost
 * only with its volume.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CacheManager } from './context.ts';
import type { FileCache } from './filecache.ts';
import { markMapped } from './mapping.ts';
import type { PageSet } from './pageset.ts';
import { type Run, RunList, startRuns } from './runs.ts';
import { type Page, SECTORS_PER_PAGE } from './types.ts';
import type { VolumeCache } from './volumecache.ts';
import { writeZeros } from './zero.ts';

const BATCH_PAGES = 32;
const VERIFY_LIMIT = 3;
/** Somebody renames files all the time: then their order does not hold a flush up any more. */
const ORDERED_ROUNDS = 4;

/** Sectors that this turn leaves alone. */
type Waits = (sector: number) => boolean;

interface Sector {
  readonly disk: number;
  readonly page: Page;
  readonly bit: number;
}

export async function flushSet(set: PageSet, pages?: readonly Page[]): Promise<number> {
  await writesEnded(set.volume);
  const ordered = set === set.volume && set.volume.late.size > 0;
  return ordered ? flushInOrder(set.volume) : flushPages(set, pages ?? sorted(set.dirtyPages));
}

function sorted(pages: Iterable<Page>): Page[] {
  return [...pages].sort((a, b) => a.index - b.index);
}

async function flushPages(
  set: PageSet,
  pages: readonly Page[],
  waits: Waits = () => false,
): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (let at = 0; at < pages.length; at += BATCH_PAGES) {
    const status = await flushBatch(set, pages.slice(at, at + BATCH_PAGES), waits);
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
    if (set.volume.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  }
  return worst;
}

/** All of a volume's own sectors; those marked late meanwhile in another round, the last of all. */
async function flushInOrder(volume: VolumeCache): Promise<number> {
  const { late } = volume;
  for (let round = 0; round < ORDERED_ROUNDS && late.size > 0; round++) {
    const due = new Set(late);
    late.clear();
    const first = await flushPages(
      volume,
      sorted(volume.dirtyPages),
      (sector) => due.has(sector) || late.has(sector),
    );
    const status = NT_SUCCESS(first)
      ? await flushPages(volume, sorted(volume.dirtyPages), (sector) => late.has(sector))
      : first;
    if (NT_SUCCESS(status)) continue;
    // What was to be written first is not there: what must come after it waits.
    for (const sector of due) late.add(sector);
    return status;
  }
  return flushPages(volume, sorted(volume.dirtyPages));
}

/**
 * Write-backs that others have started have ended: what they could not write is dirty again, and
 * what is clean is on the disk.
 */
export async function writesEnded(volume: VolumeCache): Promise<void> {
  await volume.lock.acquire(true);
  volume.lock.release(true);
}

/** Pages [first, end). */
export interface PageRange {
  readonly first: number;
  readonly end: number;
}

const ALL: PageRange = { first: 0, end: Infinity };

export async function flushFile(file: FileCache, range = ALL): Promise<number> {
  const isIn = ({ index }: Page): boolean => range.first <= index && index < range.end;
  markMapped(file, [...file.writable.keys()].filter(isIn));
  const end = Math.min(file.endOfFile, range.end * PAGE_SIZE);
  if (file.validData < end) {
    const status = await file.resource.run(() => writeZeros(file, end));
    if (!NT_SUCCESS(status)) return status;
  }
  return flushSet(file, range === ALL ? undefined : sorted([...file.dirtyPages].filter(isIn)));
}

/** `before`: only pages that were dirty at that time. */
export async function flushVolume(volume: VolumeCache, before = Infinity): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (const set of [...volume.files, volume]) {
    const due = [...set.dirtyPages].filter((page) => page.dirtySince <= before);
    // A volume's own go together: no directory before the table that it leads into.
    const aged = set === volume && due.length > 0 ? [...set.dirtyPages] : due;
    aged.sort((a, b) => a.index - b.index);
    const complete = before === Infinity && set !== volume;
    const status = await (complete ? flushFile(set as FileCache) : flushSet(set, aged));
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
    if (volume.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  }
  volume.lastError = worst;
  return worst;
}

export async function relieve(cc: CacheManager): Promise<number> {
  if (cc.pool.release(BATCH_PAGES) > 0 && !cc.crowded) return Status.STATUS_SUCCESS;
  let worst: number = Status.STATUS_INSUFFICIENT_RESOURCES;
  for (const volume of [...cc.volumes]) {
    if (!volume.dirty) continue;
    const status = await flushVolume(volume, cc.now());
    if (NT_SUCCESS(status)) worst = Status.STATUS_SUCCESS;
    else if (!NT_SUCCESS(worst)) worst = status;
  }
  return worst;
}

async function flushBatch(set: PageSet, pages: readonly Page[], waits: Waits): Promise<number> {
  const placed = await findPlaces(set, pages);
  if (!NT_SUCCESS(placed)) return placed;
  for (let attempt = 0; ; attempt++) {
    const { lock, device } = set.volume;
    let status: number;
    await lock.acquire(true);
    try {
      status = await send(set, collect(set, pages, waits));
    } finally {
      lock.release(true);
    }
    if (NT_SUCCESS(status) || attempt === VERIFY_LIMIT) return status;
    const verified = await device.verify(status);
    if (!NT_SUCCESS(verified)) return verified;
  }
}

/** Asks the file system for the places of dirty sectors where they are not known. */
async function findPlaces(set: PageSet, pages: readonly Page[]): Promise<number> {
  for (const page of pages) {
    for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
      const sector = page.index * SECTORS_PER_PAGE + bit;
      if (((page.dirty >>> bit) & 1) === 0 || set.heldBack(sector)) continue;
      if (set.diskOffset(sector) >= 0) continue;
      const status = await set.resolve(sector, sector + 1);
      if (!NT_SUCCESS(status)) return status;
      // It may have been dropped meanwhile; if it is still dirty it must have a place.
      const stillDirty = ((page.dirty >>> bit) & 1) === 1 && !set.heldBack(sector);
      if (stillDirty && set.diskOffset(sector) < 0) return Status.STATUS_FILE_CORRUPT_ERROR;
    }
  }
  return Status.STATUS_SUCCESS;
}

/** Takes the dirty bits of sectors with a place on the disk, in the order of the disk. */
function collect(set: PageSet, pages: readonly Page[], waits: Waits): RunList {
  const sectors: Sector[] = [];
  for (const page of pages) {
    if (page.dirty === 0) continue;
    set.cc.counters.writeBack.value++;
    for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
      const sector = page.index * SECTORS_PER_PAGE + bit;
      if (((page.dirty >>> bit) & 1) === 0 || set.heldBack(sector) || waits(sector)) continue;
      const disk = set.diskOffset(sector);
      if (disk >= 0) sectors.push({ disk, page, bit });
    }
  }
  sectors.sort((a, b) => a.disk - b.disk);
  const list = new RunList();
  for (const { disk, page, bit } of sectors) {
    set.departing(page, bit, disk);
    set.setClean(page, 1 << bit);
    if (page.writing === 0) set.cc.pool.pin(page);
    page.writing |= 1 << bit;
    list.add(disk, page, bit);
  }
  return list;
}

async function send(set: PageSet, list: RunList): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  const { volume } = set;
  volume.writing += list.runs.length;
  for (const { run, transfer } of startRuns(volume, true, list.runs)) {
    const status = await transfer.wait();
    settle(set, run, NT_SUCCESS(status));
    volume.writing--;
    volume.wrote(run.disk, run.length, NT_SUCCESS(status));
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
  }
  return worst;
}

function settle(set: PageSet, run: Run, ok: boolean): void {
  for (const { page, mask } of run.parts) {
    page.writing &= ~mask;
    if (!ok) set.setDirty(page, mask & page.valid);
    if (page.writing === 0) set.cc.pool.unpin(page);
  }
}
