/**
 * Media: what disks there are, and which one is in the drive.
 *
 * Nothing on the disk says what it is before it can be read, so it is tried out: the data rate by
 * reading an ID at each, the sectors of a track by verifying the last one of each known layout, the
 * second head and the cylinders by reading IDs there. A disk of no known layout has what is found:
 * one sector more on a track, three tracks more, or fewer.
 *
 *   detectMedia(drive)   STATUS_UNRECOGNIZED_MEDIA where no ID can be read at any rate
 *   mediaFormats         what the drive can take, for IOCTL_DISK_GET_MEDIA_TYPES
 *
 * Source: ECMA-70, -100, -125 media; MEDIA_TYPE of the published winioctl.h.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { KeDelayExecutionThread, type NTSTATUS } from '../../../personality/wdm/index.ts';
import { execute, setRate } from './command.ts';
import type { Drive } from './controller.ts';
import { readId, seekTo, type SectorId } from './drive.ts';
import { type Media, mediaFormats } from './formats.ts';
import {
  CMD_VERIFY,
  OPT_MFM,
  RATE_1M,
  RATE_250K,
  RATE_300K,
  RATE_500K,
  TIMEOUT_DATA,
  VERIFY_COUNT,
} from './registers.ts';
import { commandStatus } from './status.ts';

/** Most frequent first. */
const rateOrder = [RATE_500K, RATE_1M, RATE_250K, RATE_300K];
const SPIN_UP = 500_000;
/** Where a disk of 40 tracks, seen by a drive of 80, tells itself: track 1 lies at step 2. */
const STEPPING_PROBE = 2;

type Detected = { status: NTSTATUS; media?: Media };

export async function detectMedia(drive: Drive): Promise<Detected> {
  const fresh = !drive.turning;
  let found = await findRate(drive);
  if (found.status === Status.STATUS_UNRECOGNIZED_MEDIA && fresh) {
    await KeDelayExecutionThread(drive.controller.driver, SPIN_UP);
    found = await findRate(drive);
  }
  if (!found.id) return found;
  const { rate, id } = found;
  const sectors = await findSectors(drive, rate, id);
  if (sectors === undefined) return { status: Status.STATUS_UNRECOGNIZED_MEDIA };
  const heads = (await idAt(drive, 0, 1))?.head === 1 ? 2 : 1;
  const { cylinders, stepping } = await findCylinders(drive, rate, sectors, id.sizeCode);
  return {
    status: Status.STATUS_SUCCESS,
    media: describe({ rate, sectors, heads, cylinders, stepping, sizeCode: id.sizeCode }),
  };
}

function describe(facts: Omit<Media, 'type' | 'sectorSize' | 'length'>): Media {
  const { sectors, heads, cylinders, sizeCode } = facts;
  const known = mediaFormats.find(
    (format) =>
      format.sectors === sectors &&
      format.heads === heads &&
      format.cylinders === cylinders &&
      format.sizeCode === sizeCode,
  );
  const sectorSize = 128 << sizeCode;
  const length = cylinders * heads * sectors * sectorSize;
  return { ...facts, type: known?.type ?? 0, sectorSize, length };
}

async function findRate(
  drive: Drive,
): Promise<{ status: NTSTATUS; rate: number; id: SectorId | undefined }> {
  for (const rate of rateOrder) {
    let status = (await seekTo(drive, 0)).status;
    if (status === Status.STATUS_SUCCESS) status = await setRate(drive, rate);
    if (status !== Status.STATUS_SUCCESS) return { status, rate, id: undefined };
    const answer = await readId(drive, 0);
    if (answer.id) return { ...answer, rate };
    if (answer.status === Status.STATUS_IO_TIMEOUT) return { ...answer, rate };
  }
  return { status: Status.STATUS_UNRECOGNIZED_MEDIA, rate: -1, id: undefined };
}

/** Formats are listed by the rate at 300 turns. */
function nominal(rate: number): number {
  return rate === RATE_300K ? RATE_250K : rate;
}

/** A track of the highest rate holds no more. */
const MOST_SECTORS = 46;

/** The longest known track whose last sector is there, and what is behind it. */
async function findSectors(drive: Drive, rate: number, id: SectorId): Promise<number | undefined> {
  const counts = mediaFormats
    .filter((format) => format.rate === nominal(rate) && format.sizeCode === id.sizeCode)
    .map((format) => format.sectors);
  const distinct = [...new Set(counts)].sort((one, other) => other - one);
  for (const sector of distinct)
    if (await hasSector(drive, id, sector)) return lastFrom(drive, id, sector);
  // Fewer than any known track has.
  for (let sector = (distinct.at(-1) ?? MOST_SECTORS) - 1; sector > 0; sector--)
    if (await hasSector(drive, id, sector)) return sector;
  return undefined;
}

async function lastFrom(drive: Drive, id: SectorId, known: number): Promise<number> {
  let last = known;
  while (last < MOST_SECTORS && (await hasSector(drive, id, last + 1))) last++;
  return last;
}

/** A damaged sector is there too. */
async function hasSector(drive: Drive, id: SectorId, sector: number): Promise<boolean> {
  const { cylinder, head, sizeCode } = id;
  const gap = 0x1b;
  const bytes = [CMD_VERIFY | OPT_MFM, VERIFY_COUNT | drive.unit, cylinder, head, sector];
  bytes.push(sizeCode, sector, gap, 1);
  const { status, result } = await execute(drive.controller, bytes, TIMEOUT_DATA);
  if (status !== Status.STATUS_SUCCESS) return false;
  const outcome = commandStatus(result);
  return outcome === Status.STATUS_SUCCESS || outcome === Status.STATUS_CRC_ERROR;
}

async function idAt(drive: Drive, cylinder: number, head: number): Promise<SectorId | undefined> {
  const { status } = await seekTo(drive, cylinder);
  return status === Status.STATUS_SUCCESS ? (await readId(drive, head)).id : undefined;
}

async function findCylinders(
  drive: Drive,
  rate: number,
  sectors: number,
  sizeCode: number,
): Promise<{ cylinders: number; stepping: 1 | 2 }> {
  if (nominal(rate) === RATE_250K) {
    const id = await idAt(drive, STEPPING_PROBE, 0);
    if (id?.cylinder === STEPPING_PROBE / 2) return { cylinders: 40, stepping: 2 };
  }
  const counts = mediaFormats
    .filter((format) => format.rate === nominal(rate) && format.sizeCode === sizeCode)
    .filter((format) => format.sectors === sectors)
    .map((format) => format.cylinders);
  return {
    cylinders: await countCylinders(drive, counts.length > 0 ? Math.max(...counts) : USUAL),
    stepping: 1,
  };
}

/** Cylinders of a disk of which no format is known, and what a drive's head reaches at most. */
const USUAL = 80;
const MOST_CYLINDERS = 84;

/** From what is usual upwards, or down where the disk has less; a damaged track is passed over. */
async function countCylinders(drive: Drive, usual: number): Promise<number> {
  const has = async (cylinder: number): Promise<boolean> => {
    const found = (await idAt(drive, cylinder, 0))?.cylinder === cylinder;
    // Where the head stopped is not known if the drive ends before that.
    if (!found) drive.cylinder = undefined;
    return found;
  };
  if (!(await has(usual - 1)) && !(await has(usual - 2))) return fewerThan(usual - 2, has);
  let count = usual;
  while (count < MOST_CYLINDERS && (await has(count))) count++;
  return count;
}

async function fewerThan(
  limit: number,
  has: (cylinder: number) => Promise<boolean>,
): Promise<number> {
  let [low, high] = [1, limit];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (await has(middle - 1)) low = middle;
    else high = middle - 1;
  }
  return low;
}
