/**
 * Dirty sectors to the disk.
 *
 *   flushSet(set, range?)      writes a file's or volume's dirty sectors; first failure, or success
 *   flushFile(file, range?)    zeros up to its end first, then its dirty sectors; or of pages alone
 *   flushVolume(volume, age?)  files first, then the volume's own sectors: data before metadata
 *   relieve(cc, volume?)       makes room when every page is dirty or in use; of a volume: when too
 *                              much of it is dirty
 *
 * Of a volume's own sectors those marked late go after all others, so that a name that moves from
 * one sector to another is at no time in neither.
 *
 * What is written goes in turns, in the order of the disk, and a transfer that cannot hold all of
 * its neighbours ends where a track does (`CcDevice.unit`). A turn is collected and sent under the
 * device's transfer lock, so that what is written is what the caches hold then. Dirty bits fall
 * when a write starts and come back if it fails: data is lost only with its volume.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CacheManager } from './context.ts';
import type { FileCache } from './filecache.ts';
import { markMapped } from './mapping.ts';
import type { PageSet } from './pageset.ts';
import { type Run, RunList, startRuns } from './runs.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';
import type { VolumeCache } from './volumecache.ts';
import { CcZeroData } from './zero.ts';

/** Bytes of one turn, about: a reader of the disk may have to wait for so much. */
const TURN = 2 * TRANSFER_LIMIT;
/** Pages that a writer writes who finds too much dirty. */
const SHARE = 64;
const VERIFY_LIMIT = 3;
/** Somebody renames files all the time: then their order does not hold a flush up any more. */
const ORDERED_ROUNDS = 4;

/** Pages [first, end). */
export interface PageRange {
  readonly first: number;
  readonly end: number;
}

export const ALL: PageRange = { first: 0, end: Infinity };
const all = (): boolean => true;
const none = (): boolean => false;

/** Sectors that this turn leaves alone. */
type Waits = (sector: number) => boolean;

interface Sector {
  readonly disk: number;
  readonly page: Page;
  readonly bit: number;
}

/** What was dirty in a page. */
interface Dirty {
  readonly page: Page;
  readonly mask: number;
}

export async function flushSet(set: PageSet, { first, end } = ALL, request = 0): Promise<number> {
  const { volume } = set;
  if (set === volume && volume.late.size > 0) return flushInOrder(volume, request);
  const isIn = ({ index }: Page): boolean => first <= index && index < end;
  return flushPages(volume, await dirtyOf([set], isIn), none, request);
}

/**
 * What of these is not on the disk. Looked at while nobody writes: what others were writing is on
 * the disk then, or dirty again.
 */
async function dirtyOf(sets: readonly PageSet[], which: (page: Page) => boolean): Promise<Dirty[]> {
  const found: Dirty[] = [];
  const lock = sets[0]?.volume.lock;
  await lock?.acquire(true);
  for (const { dirtyPages } of sets)
    for (const page of dirtyPages) if (which(page)) found.push({ page, mask: page.dirty });
  lock?.release(true);
  return found;
}

/**
 * Of any files of a volume, or its own: in the order of the disk, so that neighbours are one
 * transfer, whoever they belong to. What somebody else is writing meanwhile is waited for.
 */
async function flushPages(
  volume: VolumeCache,
  dirty: readonly Dirty[],
  waits: Waits = none,
  request = 0,
): Promise<number> {
  const placed = await findPlaces(dirty, request);
  let worst = placed.status;
  const sectors = placed.dirty.flatMap(sectorsOf).sort((a, b) => a.disk - b.disk);
  for (const turn of turns(sectors, volume.device.unit ?? SECTOR_SIZE)) {
    const status = await flushBatch(volume, turn, waits, request);
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
    if (volume.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  }
  return worst;
}

function sectorsOf({ page, mask }: Dirty): Sector[] {
  const sectors: Sector[] = [];
  for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
    if (((mask >>> bit) & 1) === 0) continue;
    const disk = page.owner.diskOffset(page.index * SECTORS_PER_PAGE + bit);
    if (disk >= 0) sectors.push({ disk, page, bit });
  }
  return sectors;
}

/** A turn ends where a track does, or where nothing adjoins. */
function* turns(sectors: readonly Sector[], unit: number): Generator<Sector[]> {
  let turn: Sector[] = [];
  for (const sector of sectors) {
    const whole = turn.length * SECTOR_SIZE >= TURN;
    const adjoins = turn.at(-1)?.disk === sector.disk - SECTOR_SIZE;
    if (whole && (!adjoins || sector.disk % unit === 0)) {
      yield turn;
      turn = [];
    }
    turn.push(sector);
  }
  if (turn.length > 0) yield turn;
}

/** All of a volume's own sectors; those marked late meanwhile in another round, the last of all. */
async function flushInOrder(volume: VolumeCache, request: number): Promise<number> {
  const { late } = volume;
  for (let round = 0; round < ORDERED_ROUNDS && late.size > 0; round++) {
    const { lateMarks } = volume;
    const isDue = (sector: number): boolean => (late.get(sector) ?? 0) <= lateMarks;
    const isLate = (sector: number): boolean => late.has(sector);
    const first = await flushPages(volume, await dirtyOf([volume], all), isLate, request);
    // What was to be written first is not there: what must come after it waits.
    if (!NT_SUCCESS(first)) return first;
    const isLater = (sector: number): boolean => !isDue(sector);
    const then = await flushPages(volume, await dirtyOf([volume], all), isLater, request);
    if (!NT_SUCCESS(then)) return then;
    for (const sector of [...late.keys()]) if (isDue(sector)) late.delete(sector);
  }
  return flushPages(volume, await dirtyOf([volume], all), none, request);
}

/**
 * Write-backs that others have started have ended: what they could not write is dirty again, and
 * what is clean is on the disk.
 */
export async function writesEnded(volume: VolumeCache): Promise<void> {
  await volume.lock.acquire(true);
  volume.lock.release(true);
}

export async function flushFile(file: FileCache, range = ALL, request = 0): Promise<number> {
  const status = await complete(file, range);
  if (!NT_SUCCESS(status)) return status;
  // What is held back while the file is cut stays where that fails. A deletion holds no resource.
  if (file.cutting) await file.resource.run(() => Promise.resolve());
  return flushSet(file, range, request);
}

/** What views may have written is dirty, and what nobody wrote is zeros. */
async function complete(file: FileCache, range: PageRange): Promise<number> {
  const { first } = range;
  const mapped = [...file.writable.keys()];
  markMapped(
    file,
    mapped.filter(({ index }) => first <= index && index < range.end),
  );
  const end = Math.min(file.endOfFile, range.end * PAGE_SIZE);
  if (file.validData >= end) return Status.STATUS_SUCCESS;
  return file.resource.run(() => CcZeroData(file, end));
}

/** `before`: only pages that were dirty at that time. */
export async function flushVolume(volume: VolumeCache, before = Infinity): Promise<number> {
  const files = [...volume.files];
  const aged = ({ dirtySince }: Page): boolean => dirtySince <= before;
  let worst: number = Status.STATUS_SUCCESS;
  const took = (status: number): void => {
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
  };
  if (before === Infinity) for (const file of files) took(await complete(file, ALL));
  took(await flushPages(volume, await dirtyOf(files, aged)));
  if (volume.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  // A volume's own go together: no directory before the table that it leads into.
  if (before === Infinity || [...volume.dirtyPages].some(aged)) took(await flushSet(volume));
  if (volume.closed) return Status.STATUS_LOST_WRITEBEHIND_DATA;
  volume.lastError = worst;
  return worst;
}

/** For who has to wait for room: some of the pages that have been dirty longest. */
async function flushOldest(volume: VolumeCache): Promise<number> {
  const dirty = await dirtyOf([...volume.files], all);
  dirty.sort((a, b) => a.page.dirtySince - b.page.dirtySince);
  const status = await flushPages(volume, dirty.slice(0, SHARE));
  return NT_SUCCESS(status) && dirty.length < SHARE ? flushSet(volume) : status;
}

export async function relieve(cc: CacheManager, one?: VolumeCache): Promise<number> {
  if (one) return flushOldest(one);
  if (cc.pool.release(SHARE) > 0) return Status.STATUS_SUCCESS;
  let worst: number = Status.STATUS_INSUFFICIENT_RESOURCES;
  // A disk that could not be written the last time comes last.
  const dirty = [...cc.volumes].filter((volume) => volume.dirty);
  for (const volume of dirty.sort((a, b) => a.retryAfter - b.retryAfter)) {
    worst = await flushVolume(volume, cc.now());
    // What of it could be written is room, whatever could not.
    if (NT_SUCCESS(worst) || cc.pool.release(SHARE) > 0) return Status.STATUS_SUCCESS;
  }
  return worst;
}

async function flushBatch(
  volume: VolumeCache,
  sectors: readonly Sector[],
  waits: Waits,
  request: number,
): Promise<number> {
  const { lock, device } = volume;
  for (let attempt = 0; ; attempt++) {
    let status: number;
    await lock.acquire(true);
    try {
      status = await send(volume, collect(volume, sectors, waits, request), request);
    } finally {
      lock.release(true);
    }
    if (NT_SUCCESS(status) || attempt === VERIFY_LIMIT) return status;
    const verified = await device.verify(status);
    if (!NT_SUCCESS(verified)) return verified;
  }
}

/**
 * Asks the file system for the places of dirty sectors where they are not known. A file for which
 * that fails does not keep the others from the disk.
 */
async function findPlaces(
  dirty: readonly Dirty[],
  request: number,
): Promise<{ status: number; dirty: readonly Dirty[] }> {
  const failed = new Map<PageSet, number>();
  for (const { page } of dirty) {
    if (failed.has(page.owner)) continue;
    const status = await findPlace(page, request);
    if (!NT_SUCCESS(status)) failed.set(page.owner, status);
  }
  const [status = Status.STATUS_SUCCESS] = failed.values();
  return { status, dirty: dirty.filter(({ page }) => !failed.has(page.owner)) };
}

async function findPlace(page: Page, request: number): Promise<number> {
  const { owner: set } = page;
  for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
    const sector = page.index * SECTORS_PER_PAGE + bit;
    if (((page.dirty >>> bit) & 1) === 0 || set.heldBack(sector)) continue;
    if (set.diskOffset(sector) >= 0) continue;
    const status = await set.resolve(sector, sector + 1, request);
    if (!NT_SUCCESS(status)) return status;
    // It may have been dropped meanwhile; if it is still dirty it must have a place.
    const stillDirty = ((page.dirty >>> bit) & 1) === 1 && !set.heldBack(sector);
    if (stillDirty && set.diskOffset(sector) < 0) return Status.STATUS_FILE_CORRUPT_ERROR;
  }
  return Status.STATUS_SUCCESS;
}

/** Takes the dirty bits of sectors that are still to be written, and still have that place. */
function collect(
  volume: VolumeCache,
  sectors: readonly Sector[],
  waits: Waits,
  request: number,
): RunList {
  const list = new RunList(volume.device.unit);
  let last: Page | undefined;
  let pages = 0;
  for (const { disk, page, bit } of sectors) {
    const { owner: set } = page;
    const sector = page.index * SECTORS_PER_PAGE + bit;
    if (((page.dirty >>> bit) & 1) === 0 || set.heldBack(sector) || waits(sector)) continue;
    if (set.diskOffset(sector) !== disk) continue;
    if (page !== last) pages++;
    last = page;
    set.departing(page, bit, disk);
    set.setClean(page, 1 << bit);
    if (page.writing === 0) volume.cc.pool.pin(page);
    page.writing |= 1 << bit;
    list.add(disk, page, bit);
  }
  volume.cc.counters.writeBack.value += pages;
  if (pages > 0) volume.cc.services.watch.mark('cc.written', volume.id, pages, request);
  return list;
}

async function send(volume: VolumeCache, list: RunList, request: number): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  volume.writing += list.runs.length;
  for (const { run, transfer } of startRuns(volume, true, list.runs, request)) {
    const status = await transfer.wait();
    settle(run, NT_SUCCESS(status));
    volume.writing--;
    volume.wrote(run.disk, run.length, NT_SUCCESS(status));
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
  }
  return worst;
}

function settle(run: Run, ok: boolean): void {
  for (const { page, mask } of run.parts) {
    page.writing &= ~mask;
    if (!ok) page.owner.setDirty(page, mask & page.valid);
    if (page.writing === 0) page.owner.cc.pool.unpin(page);
  }
}
