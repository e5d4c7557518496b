/**
 * IOCTL_DISK_FORMAT_TRACKS and _EX: tracks made anew by FORMAT TRACK.
 *
 *   formatTracks(drive, irp)   FORMAT_PARAMETERS: media type, first and last cylinder and head. _EX
 *                              has gap length, sectors of a track and their numbers, too
 *
 * A caller that has room for BAD_TRACK_NUMBERs gets those of tracks that cannot be made, or not be
 * read afterwards: for him each track is verified. Others get the status of the first that fails.
 *
 * The four bytes of each sector's ID go to the chip by DMA, from pages of the driver's own. What
 * was known of the medium is forgotten at the end: it is recognised anew.
 * Source: 82077AA datasheet, "FORMAT TRACK"; published winioctl.h.
 */
import { IOCTL_DISK_FORMAT_TRACKS_EX } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { isUnreadable } from '../../../personality/rtl/media.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  AllocateAdapterChannel,
  FlushAdapterBuffers,
  FreeAdapterChannel,
  type Irp,
  MapTransfer,
  type Mdl,
  MmAllocatePagesForMdl,
  MmFreePagesFromMdl,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { execute, setRate } from './command.ts';
import type { Drive } from './controller.ts';
import { seekTo } from './drive.ts';
import { type MediaFormat, mediaFormats } from './formats.ts';
import { CMD_FORMAT, OPT_MFM, TIMEOUT_DATA } from './registers.ts';
import { withRetries } from './retry.ts';
import { commandStatus } from './status.ts';
import { verifySectors } from './verify.ts';

const BASE = 20;
const EXTENDED = 24;
const ID_BYTES = 4;
const FILLER = 0xf6;
/** BAD_TRACK_NUMBER: sixteen bits. */
const BAD_TRACK = 2;
const MOST_SECTORS = 255;
/** Gap 3 by sectors of a track; others get what DMF has, the least there is. */
const GAPS: Readonly<Record<number, number>> = { 8: 0x50, 9: 0x50, 15: 0x54, 18: 0x6c, 36: 0x53 };
const LARGE_GAP = 0x74;
const LEAST_GAP = 0x0c;

interface Job {
  readonly format: MediaFormat;
  readonly cylinders: readonly [first: number, last: number];
  readonly heads: readonly [first: number, last: number];
  readonly gap: number;
  readonly numbers: readonly number[];
}

export async function formatTracks(
  drive: Drive,
  irp: Irp<'device_control'>,
): Promise<{ status: NTSTATUS; output: Uint8Array }> {
  const { code, input, outputLength } = irp.parameters;
  const job = readJob(drive, input, code === IOCTL_DISK_FORMAT_TRACKS_EX);
  const bad = new BadTracks(Math.floor(outputLength / BAD_TRACK));
  const status = job ? await perform(drive, job, bad) : Status.STATUS_INVALID_PARAMETER;
  return { status, output: bad.encode() };
}

/** Numbers of tracks, counted from the outermost under head 0. */
class BadTracks {
  readonly room: number;
  readonly #numbers: number[] = [];

  constructor(room: number) {
    this.room = room;
  }

  /** The status to end with; success: go on. */
  add(number: number): NTSTATUS {
    if (this.#numbers.length === this.room) return Status.STATUS_BUFFER_OVERFLOW;
    this.#numbers.push(number);
    return Status.STATUS_SUCCESS;
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#numbers.length * BAD_TRACK);
    const view = new DataView(bytes.buffer);
    for (const [index, number] of this.#numbers.entries())
      view.setUint16(index * BAD_TRACK, number, true);
    return bytes;
  }
}

/** Undefined where it makes no sense. */
function readJob(drive: Drive, input: Uint8Array, extended: boolean): Job | undefined {
  if (input.length < (extended ? EXTENDED : BASE)) return undefined;
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const word = (index: number) => view.getUint32(index * 4, true);
  const [type, firstCylinder, lastCylinder, firstHead, lastHead] = [0, 1, 2, 3, 4].map(word) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const count = extended ? view.getUint16(22, true) : undefined;
  const known = mediaFormats.filter((format) => format.type === type);
  const format =
    known.find(({ sectors }) => sectors === count) ??
    (drive.media?.type === type ? drive.media : known[0]);
  if (!format || count === 0 || (count ?? 0) > MOST_SECTORS) return undefined;
  if (count !== undefined && input.length < EXTENDED + count * 2) return undefined;
  const inside =
    firstCylinder <= lastCylinder &&
    lastCylinder < Math.max(format.cylinders, drive.media?.cylinders ?? 0) &&
    firstHead <= lastHead &&
    lastHead < format.heads;
  if (!inside) return undefined;
  const numbers = Array.from({ length: count ?? format.sectors }, (_, index) =>
    count === undefined ? index + 1 : view.getUint16(EXTENDED + index * 2, true),
  );
  const usual = format.sizeCode > 2 ? LARGE_GAP : (GAPS[numbers.length] ?? LEAST_GAP);
  const gap = (extended && view.getUint16(20, true)) || usual;
  return {
    format,
    cylinders: [firstCylinder, lastCylinder],
    heads: [firstHead, lastHead],
    gap: gap & 0xff,
    numbers,
  };
}

async function perform(drive: Drive, job: Job, bad: BadTracks): Promise<NTSTATUS> {
  const { adapter, driver } = drive.controller;
  const ids = job.numbers.length * ID_BYTES;
  let pages: Mdl;
  try {
    pages = await MmAllocatePagesForMdl(driver, ids);
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
  let status = await AllocateAdapterChannel(adapter);
  if (status === Status.STATUS_SUCCESS) {
    status = await everyTrack(drive, job, pages, bad);
    FreeAdapterChannel(adapter);
  }
  await MmFreePagesFromMdl(pages);
  if (!isSame(drive, job)) drive.media = undefined;
  return status;
}

/** The tracks are as those of the medium were: it need not be recognised again. */
function isSame({ media }: Drive, { format, numbers }: Job): boolean {
  return (
    media?.sectors === numbers.length &&
    media.sizeCode === format.sizeCode &&
    media.cylinders === format.cylinders &&
    numbers.every((number, index) => number === index + 1)
  );
}

async function everyTrack(drive: Drive, job: Job, pages: Mdl, bad: BadTracks): Promise<NTSTATUS> {
  const [firstCylinder, lastCylinder] = job.cylinders;
  const [firstHead, lastHead] = job.heads;
  const home = () => (drive.cylinder = undefined);
  for (let cylinder = firstCylinder; cylinder <= lastCylinder; cylinder++)
    for (let head = firstHead; head <= lastHead; head++) {
      const make = () => oneTrack(drive, job, pages, cylinder, head);
      let status = await withRetries(home, make);
      if (status === Status.STATUS_SUCCESS && bad.room > 0)
        status = await verifyTrack(drive, job, cylinder, head);
      if (bad.room > 0 && isUnreadable(status))
        status = bad.add(cylinder * job.format.heads + head);
      if (status !== Status.STATUS_SUCCESS) return status;
    }
  return Status.STATUS_SUCCESS;
}

/** The drive's own way to a cylinder of this format, and the rate there. */
function waysOf({ media }: Drive, { format }: Job): { rate: number; stepping: number } {
  const sameDensity = media?.cylinders === format.cylinders;
  return sameDensity ? media : { rate: format.rate, stepping: 1 };
}

/** Sectors whose numbers follow each other go in one command, whatever their order on the track. */
async function verifyTrack(
  drive: Drive,
  job: Job,
  cylinder: number,
  head: number,
): Promise<NTSTATUS> {
  const { sizeCode } = job.format;
  const step = cylinder * waysOf(drive, job).stepping;
  const numbers = [...job.numbers].sort((one, other) => one - other);
  while (numbers.length > 0) {
    const first = numbers[0]!;
    const breaks = numbers.findIndex((number, index) => number !== first + index);
    const { length: count } = numbers.splice(0, breaks < 0 ? numbers.length : breaks);
    const status = await verifySectors(drive, { cylinder, step, head, first, count, sizeCode });
    if (status !== Status.STATUS_SUCCESS) return status;
  }
  return Status.STATUS_SUCCESS;
}

async function oneTrack(
  drive: Drive,
  job: Job,
  pages: Mdl,
  cylinder: number,
  head: number,
): Promise<NTSTATUS> {
  const { format, gap, numbers } = job;
  const { rate, stepping } = waysOf(drive, job);
  let status = await setRate(drive, rate);
  if (status !== Status.STATUS_SUCCESS) return status;
  status = (await seekTo(drive, cylinder * stepping)).status;
  if (status !== Status.STATUS_SUCCESS) return status;
  const ids = numbers.flatMap((number) => [cylinder, head, number, format.sizeCode]);
  (await MmGetSystemAddressForMdlSafe(pages)).write(0, Uint8Array.from(ids));
  const { adapter } = drive.controller;
  const mapped = await MapTransfer(adapter, pages, 0, ids.length, true);
  if (mapped.status !== Status.STATUS_SUCCESS) return mapped.status;
  const bytes = [CMD_FORMAT | OPT_MFM, (head << 2) | drive.unit, format.sizeCode];
  bytes.push(numbers.length, gap, FILLER);
  const answer = await execute(drive, bytes, TIMEOUT_DATA);
  const flushed = await FlushAdapterBuffers(adapter, pages, 0, ids.length, true);
  if (answer.status !== Status.STATUS_SUCCESS) return answer.status;
  const outcome = commandStatus(answer.result);
  if (outcome !== Status.STATUS_SUCCESS) return outcome;
  return flushed.transferred === ids.length ? flushed.status : Status.STATUS_DATA_OVERRUN;
}
