/**
 * Bringing sectors of a file or volume into the cache.
 *
 *   load(set, first, end, demand, verify, request)   sectors [first, end); those from `demand` on
 *                                                    only if it costs no further question;
 *                                                    `request`: for which service call
 *
 * One round plans without waiting: what is there, what is zero, what another cache has, what
 * somebody else is loading already, what must come from the disk, and where the file system has to
 * be asked first. Then it waits for what the plan needs, and plans again until nothing is missing.
 * The caller pins nothing: it looks again after the load, synchronously, or calls again.
 *
 * Where something is read ahead anyway, the cylinder in which it would end is read to its end: the
 * head is there, and the next request begins with a cylinder. Where the window is as long as a
 * request may be, the last request is filled up.
 *
 * A sector that cannot be read costs itself alone: what lies before and behind it in the same
 * request is read all the same, and the sector once more by itself.
 *
 * STATUS_SUCCESS: all sectors [first, demand) were valid at the return. Others: the driver's or the
 * file system's failure, STATUS_INSUFFICIENT_RESOURCES, STATUS_FILE_CORRUPT_ERROR if the file
 * system has no place for a sector.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Waitable } from '../../rtl/coroutines.ts';
import { PLACE_UNKNOWN, PLACE_ZEROS, type PageSet } from './pageset.ts';
import { isUnreadable } from '../../rtl/media.ts';
import { partOfRun, type Run, RunList, type StartedRun, startRuns } from './runs.ts';
import { type Page, SECTOR_SIZE, SECTORS_PER_PAGE, TRANSFER_LIMIT } from './types.ts';

/** Rounds that end without success: a file system or driver that never lets a load finish. */
const ROUND_LIMIT = 64;
/** Verifications that one load goes through. */
const VERIFY_LIMIT = 3;
/** Sectors of the widest window. */
const FULL = TRANSFER_LIMIT / SECTOR_SIZE;

interface Plan {
  readonly list: RunList;
  /** A page that somebody else is loading. */
  wait: Page | undefined;
  /** First sector whose place must be asked for, or -1. */
  unknown: number;
  noMemory: boolean;
  /** Pages that are read ahead. */
  ahead: number;
}

function markAhead(set: PageSet, pages: number, request: number): void {
  set.cc.counters.readAhead.value += pages;
  set.cc.services.watch.mark('cc.ahead', set.id, pages, request);
}

export async function load(
  set: PageSet,
  first: number,
  end: number,
  demand: number,
  verify = true,
  request = 0,
): Promise<number> {
  let verifications = 0;
  let asked = false;
  for (let round = 0; round < ROUND_LIMIT; round++) {
    let plan: Plan;
    let status: number = Status.STATUS_SUCCESS;
    await set.volume.lock.acquire(false);
    try {
      // Who waited for the lock may have waited for the end of the file.
      if (set.closed || set.volume.closed) return Status.STATUS_FILE_FORCED_CLOSED;
      plan = makePlan(set, first, end, demand);
      if (plan.ahead > 0) markAhead(set, plan.ahead, request);
      if (!asked && set !== set.volume) set.cc.counters.mapHit.value += plan.list.runs.length;
      if (!plan.list.empty) status = await transfer(set, plan.list.runs, demand, request);
    } finally {
      set.volume.lock.release(false);
    }
    if (!NT_SUCCESS(status)) {
      // Perhaps only what was read ahead is bad.
      if (end > demand) end = demand;
      else if (!verify || verifications++ === VERIFY_LIMIT) return status;
      else {
        const verified = await set.volume.device.verify(status);
        if (!NT_SUCCESS(verified)) return verified;
      }
      continue;
    }
    asked = plan.unknown >= 0;
    const done = await supply(set, plan, end, request);
    if (done !== undefined) return done;
  }
  return Status.STATUS_IO_DEVICE_ERROR;
}

/** What a plan needs beside transfers; a status where the load ends, undefined: plan again. */
async function supply(
  set: PageSet,
  plan: Plan,
  end: number,
  request: number,
): Promise<number | undefined> {
  if (plan.wait) {
    await loaded(plan.wait);
    return undefined;
  }
  if (plan.unknown >= 0) {
    const status = await set.resolve(plan.unknown, end, request);
    if (!NT_SUCCESS(status)) return status;
    return set.diskOffset(plan.unknown) === PLACE_UNKNOWN
      ? Status.STATUS_FILE_CORRUPT_ERROR
      : undefined;
  }
  if (plan.noMemory) {
    const status = await set.cc.relieve();
    return NT_SUCCESS(status) ? undefined : status;
  }
  return Status.STATUS_SUCCESS;
}

/**
 * Waits until no sector of the page is being loaded: of a file in many pieces each may come by
 * itself, and whoever waited for one of them only would use up his rounds.
 */
export async function loaded(page: Page): Promise<void> {
  while (page.loading !== 0) {
    const event: Waitable = (page.loaded ??= page.owner.cc.services.event());
    await event.wait();
  }
}

function makePlan(set: PageSet, first: number, end: number, demand: number): Plan {
  const { unit } = set.volume.device;
  const list = new RunList(unit);
  const plan: Plan = { list, wait: undefined, unknown: -1, noMemory: false, ahead: 0 };
  const widens = unit !== undefined && end > demand && set !== set.volume;
  const rest = widens ? { unit, full: end - demand >= FULL } : undefined;
  for (let sector = first; ; sector++) {
    if (sector >= end && !(rest && goesOn(set, plan.list, sector, rest))) break;
    const page = set.obtain(Math.floor(sector / SECTORS_PER_PAGE));
    if (!page) {
      plan.noMemory = sector < demand;
      break;
    }
    const bit = sector % SECTORS_PER_PAGE;
    if (((page.valid >>> bit) & 1) === 1) continue;
    if (((page.loading >>> bit) & 1) === 1) {
      if (sector < demand) plan.wait ??= page;
      continue;
    }
    const disk = set.diskOffset(sector);
    if (disk === PLACE_UNKNOWN) {
      if (sector < demand) plan.unknown = sector;
      break;
    }
    planSector(set, plan.list, page, bit, disk);
    if (sector >= demand && bit === 0) plan.ahead++;
  }
  return plan;
}

/** Whether a sector behind the window belongs to the request with which that ends. */
function goesOn(
  set: PageSet,
  list: RunList,
  sector: number,
  { unit, full }: { unit: number; full: boolean },
): boolean {
  const disk = set.diskOffset(sector);
  return disk >= 0 && list.takes(disk) && (full || disk % unit !== 0);
}

function planSector(set: PageSet, list: RunList, page: Page, bit: number, disk: number): void {
  if (disk === PLACE_ZEROS) {
    set.cc.ram.fill(page.address + bit * SECTOR_SIZE, SECTOR_SIZE, 0);
    page.valid |= 1 << bit;
  } else if (set.fillLocally(page, bit, disk)) page.valid |= 1 << bit;
  else {
    if (page.loading === 0) set.cc.pool.pin(page);
    page.loading |= 1 << bit;
    list.add(disk, page, bit);
  }
}

/** Reads all runs; a failure counts only where it concerns sectors before `demand`. */
async function transfer(
  set: PageSet,
  runs: readonly Run[],
  demand: number,
  request: number,
): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (const started of startRuns(set.volume, false, runs, request)) {
    const status = await finish(set, started, demand);
    if (!NT_SUCCESS(status) && NT_SUCCESS(worst)) worst = status;
  }
  return worst;
}

/** Waits for a run, and reads past the sectors of it that cannot be read. */
async function finish(set: PageSet, started: StartedRun, demand: number): Promise<number> {
  let worst: number = Status.STATUS_SUCCESS;
  for (let next: StartedRun | undefined = started; next;) {
    const { run, transfer } = next;
    const status = await transfer.wait();
    next = undefined;
    if (NT_SUCCESS(status) || !isUnreadable(status) || run.length === SECTOR_SIZE) {
      settleRun(set, run, NT_SUCCESS(status));
      if (!NT_SUCCESS(status) && firstSector(run) < demand) worst = status;
      continue;
    }
    const good = Math.min(transfer.moved ?? 0, run.length - SECTOR_SIZE) & ~(SECTOR_SIZE - 1);
    if (good > 0) settleRun(set, partOfRun(run, 0, good), true);
    const alone = startRuns(set.volume, false, [partOfRun(run, good, SECTOR_SIZE)]);
    const one = await finish(set, alone[0] as StartedRun, demand);
    if (NT_SUCCESS(worst)) worst = one;
    const behind = good + SECTOR_SIZE;
    if (behind < run.length)
      next = startRuns(set.volume, false, [
        partOfRun(run, behind, run.length - behind),
      ])[0] as StartedRun;
  }
  return worst;
}

/** Of the file or volume, not of the disk. */
function firstSector({ parts }: Run): number {
  const { page, mask } = parts[0] as Run['parts'][0];
  return page.index * SECTORS_PER_PAGE + Math.log2(mask & -mask);
}

function settleRun(set: PageSet, run: Run, ok: boolean): void {
  for (const part of run.parts) settle(set, part.page, part.mask, ok);
}

function settle(set: PageSet, page: Page, mask: number, ok: boolean): void {
  page.loading &= ~mask;
  if (ok) page.valid |= set.arrived(page, mask);
  const event = page.loaded;
  page.loaded = undefined;
  event?.set();
  if (page.loading === 0) set.cc.pool.unpin(page);
}
