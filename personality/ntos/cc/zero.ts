/**
 * Zeros where a file grew without being written.
 *
 * The clusters that a file system allocates hold what was on the disk before. Whoever moves
 * `validData` past bytes that nobody wrote writes zeros there first, through the cache. Caller
 * holds the file's resource.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { FileCache } from './filecache.ts';
import { load, loaded } from './load.ts';
import { CcDeferWrite } from './throttle.ts';
import { SECTOR_SIZE, SECTORS_PER_PAGE } from './types.ts';

const PAGE = SECTOR_SIZE * SECTORS_PER_PAGE;

/**
 * [validData, end) becomes zeros that are to be written; `validData` is then at least `end`, or at
 * the file's end where that has come nearer since `end` was looked up.
 */
export async function CcZeroData(file: FileCache, end: number): Promise<number> {
  while (file.validData < Math.min(end, file.endOfFile) && !file.closed) {
    const status = await zeroStep(file, end);
    if (!NT_SUCCESS(status)) return status;
  }
  return file.closed ? Status.STATUS_FILE_FORCED_CLOSED : Status.STATUS_SUCCESS;
}

/** One page at most. */
async function zeroStep(file: FileCache, end: number): Promise<number> {
  const from = file.validData;
  const sector = Math.floor(from / SECTOR_SIZE);
  // The bytes before `from` in its sector stay: they must be here.
  if (from % SECTOR_SIZE !== 0) {
    const status = await load(file, sector, sector + 1, sector + 1);
    if (!NT_SUCCESS(status)) return status;
  }
  const page = file.obtain(Math.floor(from / PAGE));
  if (!page) return file.closed ? Status.STATUS_FILE_FORCED_CLOSED : file.cc.relieve();
  const room = await CcDeferWrite(file);
  if (!NT_SUCCESS(room)) return room;
  if (page.loading !== 0) await loaded(page);
  if (page.orphan || page.loading !== 0 || file.validData !== from) return Status.STATUS_SUCCESS;
  const bit = sector % SECTORS_PER_PAGE;
  if (from % SECTOR_SIZE !== 0 && ((page.valid >>> bit) & 1) === 0) return Status.STATUS_SUCCESS;
  const upTo = Math.min(end, file.endOfFile, (page.index + 1) * PAGE);
  if (upTo <= from) return Status.STATUS_SUCCESS;
  // The whole last sector: what follows `end` in it is beyond the valid data.
  const lastSector = Math.ceil(upTo / SECTOR_SIZE);
  file.cc.ram.fill(page.address + (from % PAGE), lastSector * SECTOR_SIZE - from, 0);
  file.validData = upTo;
  file.setDirty(page, ((1 << (lastSector - sector)) - 1) << bit);
  return Status.STATUS_SUCCESS;
}
