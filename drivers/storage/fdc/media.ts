/**
 * Media: what disks there are, and which one is in the drive.
 *
 * Nothing on the disk says what it is before it can be read, so it is tried out: the data rate by
 * reading an ID at each, the sectors of a track by verifying the last one of each known layout, the
 * second head and the cylinders by reading IDs there. A disk of no known layout has what is found:
 * one sector more on a track, three tracks more, or fewer.
 *
 * A wrong guess would put every sector in a wrong place. So a drive that fails in the middle of it
 * (a time-out, say) ends the attempt with its status, and that something is *not* there is believed
 * only where it is told twice: of the same place after a recalibration, or of another track.
 *
 *   detectMedia(drive)   STATUS_UNRECOGNIZED_MEDIA where no ID can be read at any rate
 *
 * Source: ECMA-70, -100, -125 media; MEDIA_TYPE of the published winioctl.h.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
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
import { Retries } from './retry.ts';
import { commandStatus } from './status.ts';

/** Most frequent first. */
const rateOrder = [RATE_500K, RATE_1M, RATE_250K, RATE_300K];
const SPIN_UP = 500_000;
/** Where a disk of 40 tracks, seen by a drive of 80, tells itself: track 1 lies at step 2. */
const STEPPING_PROBES = [2, 4];

type Detected = { status: NTSTATUS; media?: Media };

export async function detectMedia(drive: Drive): Promise<Detected> {
  try {
    return await detect(drive);
  } catch (error) {
    if (error instanceof NtException) return { status: error.status };
    throw error;
  }
}

async function detect(drive: Drive): Promise<Detected> {
  const fresh = !drive.turning;
  let found = await findRate(drive);
  if (!found && fresh) {
    await KeDelayExecutionThread(drive.controller.driver, SPIN_UP);
    found = await findRate(drive);
  }
  if (!found) return { status: Status.STATUS_UNRECOGNIZED_MEDIA };
  const { rate, id } = found;
  const sectors = await findSectors(drive, rate, id);
  if (sectors === undefined) return { status: Status.STATUS_UNRECOGNIZED_MEDIA };
  const heads = await countHeads(drive);
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

/** What a command says of the disk; a drive that fails says nothing. */
const aboutDisk: ReadonlySet<NTSTATUS> = new Set<NTSTATUS>([
  Status.STATUS_SUCCESS,
  Status.STATUS_CRC_ERROR,
  Status.STATUS_DEVICE_DATA_ERROR,
  Status.STATUS_NONEXISTENT_SECTOR,
  Status.STATUS_FLOPPY_ID_MARK_NOT_FOUND,
  Status.STATUS_FLOPPY_WRONG_CYLINDER,
]);

interface Look<T> {
  readonly status: NTSTATUS;
  readonly found: T;
}

/** Looks until that says something of the disk; throws what the drive fails with. */
async function look<T>(drive: Drive, body: () => Promise<Look<T>>): Promise<Look<T>> {
  const retries = new Retries();
  for (;;) {
    const seen = await body();
    if (aboutDisk.has(seen.status)) return seen;
    const advice = retries.after(seen.status);
    if (advice === 'give up' || drive.controller.interrupt?.masked)
      throw new NtException(seen.status);
    if (advice === 'recalibrate') drive.cylinder = undefined;
  }
}

/** The next ID of a track. */
async function idAt(drive: Drive, step: number, head: number): Promise<SectorId | undefined> {
  const { found } = await look(drive, async () => {
    const { status } = await seekTo(drive, step);
    if (status !== Status.STATUS_SUCCESS) return { status, found: undefined };
    const answer = await readId(drive, head);
    return { status: answer.status, found: answer.id };
  });
  return found;
}

/**
 * The same of the track of this cylinder: where another one's is read, or none, once more. A head
 * that comes to a neighbour again says nothing of the disk.
 */
async function idOf(drive: Drive, cylinder: number, head: number): Promise<SectorId | undefined> {
  let id = await idAt(drive, cylinder, head);
  if (id?.cylinder === cylinder) return id;
  drive.cylinder = undefined;
  id = await idAt(drive, cylinder, head);
  if (id?.cylinder === cylinder) return id;
  if (id && Math.abs(id.cylinder - cylinder) === 1)
    throw new NtException(Status.STATUS_FLOPPY_WRONG_CYLINDER);
  // Where the head stopped is not known if the drive ends before that.
  drive.cylinder = undefined;
  return undefined;
}

async function findRate(drive: Drive): Promise<{ rate: number; id: SectorId } | undefined> {
  for (const rate of rateOrder) {
    const { found } = await look(drive, async () => {
      let { status } = await seekTo(drive, 0);
      if (status === Status.STATUS_SUCCESS) status = await setRate(drive, rate);
      if (status !== Status.STATUS_SUCCESS) return { status, found: undefined };
      const answer = await readId(drive, 0);
      return { status: answer.status, found: answer.id };
    });
    if (found) return { rate, id: found };
  }
  return undefined;
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
  const shorter = Array.from({ length: (distinct.at(-1) ?? MOST_SECTORS) - 1 }, (_, at) => at + 1);
  for (const sector of [...distinct, ...shorter.reverse()])
    if (await hasSector(drive, id, 0, sector)) return lastFrom(drive, id, sector);
  return undefined;
}

/**
 * From a sector that is there on: none of track 0 is the last that another track goes on behind.
 */
async function lastFrom(drive: Drive, id: SectorId, known: number): Promise<number> {
  let last = known;
  for (const cylinder of [0, 1])
    while (last < MOST_SECTORS && (await hasSector(drive, id, cylinder, last + 1))) last++;
  return last;
}

/** A damaged sector is there too. */
async function hasSector(
  drive: Drive,
  { cylinder, head, sizeCode }: SectorId,
  offset: number,
  sector: number,
): Promise<boolean> {
  const gap = 0x1b;
  const bytes = [CMD_VERIFY | OPT_MFM, VERIFY_COUNT | drive.unit, cylinder + offset, head, sector];
  bytes.push(sizeCode, sector, gap, 1);
  const { found } = await look(drive, async () => {
    const { status: sought } = await seekTo(drive, offset);
    if (sought !== Status.STATUS_SUCCESS) return { status: sought, found: false };
    const { status: ended, result } = await execute(drive, bytes, TIMEOUT_DATA);
    const status = ended === Status.STATUS_SUCCESS ? commandStatus(result) : ended;
    return { status, found: isThere.has(status) };
  });
  return found;
}

const isThere: ReadonlySet<NTSTATUS> = new Set<NTSTATUS>([
  Status.STATUS_SUCCESS,
  Status.STATUS_CRC_ERROR,
  Status.STATUS_DEVICE_DATA_ERROR,
]);

/** A second side that is damaged on the first track is there on the next. */
async function countHeads(drive: Drive): Promise<1 | 2> {
  for (const cylinder of [0, 1]) if ((await idOf(drive, cylinder, 1))?.head === 1) return 2;
  return 1;
}

async function findCylinders(
  drive: Drive,
  rate: number,
  sectors: number,
  sizeCode: number,
): Promise<{ cylinders: number; stepping: 1 | 2 }> {
  if (nominal(rate) === RATE_250K && (await isDoubled(drive)))
    return { cylinders: 40, stepping: 2 };
  const counts = mediaFormats
    .filter((format) => format.rate === nominal(rate) && format.sizeCode === sizeCode)
    .filter((format) => format.sectors === sectors)
    .map((format) => format.cylinders);
  return {
    cylinders: await countCylinders(drive, counts.length > 0 ? Math.max(...counts) : USUAL),
    stepping: 1,
  };
}

/** One head that slipped on its way does not make all tracks lie twice as far apart. */
async function isDoubled(drive: Drive): Promise<boolean> {
  for (const step of STEPPING_PROBES)
    if ((await idAt(drive, step, 0))?.cylinder !== step / 2) return false;
  return true;
}

/** Cylinders of a disk of which no format is known, and what a drive's head reaches at most. */
const USUAL = 80;
const MOST_CYLINDERS = 84;

/** From what is usual upwards, or down where the disk has less; a damaged track is passed over. */
async function countCylinders(drive: Drive, usual: number): Promise<number> {
  const has = async (cylinder: number) => (await idOf(drive, cylinder, 0)) !== undefined;
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
