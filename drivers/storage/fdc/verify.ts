/**
 * IOCTL_DISK_VERIFY: reads a range for its checksums alone. No data moves, so no DMA is needed.
 *
 *   verifyRange(drive, start, length)   bytes, multiples of the sector size
 *
 * Source: 82077AA datasheet, "VERIFY" with EC = 1.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { NTSTATUS } from '../../../personality/wdm/index.ts';
import { execute, setRate } from './command.ts';
import type { Drive } from './controller.ts';
import { seekTo, waitTurning } from './drive.ts';
import { CMD_VERIFY, OPT_MFM, TIMEOUT_DATA, VERIFY_COUNT } from './registers.ts';
import { commandStatus, isRetryable } from './status.ts';

const TRIES = 3;
const GAP = 0x1b;

export async function verifyRange(drive: Drive, start: number, length: number): Promise<NTSTATUS> {
  const media = drive.media!;
  const { sectorSize, sectors } = media;
  const aligned = start % sectorSize === 0 && length % sectorSize === 0;
  if (!aligned || start < 0 || start + length > media.length)
    return Status.STATUS_INVALID_PARAMETER;
  const end = (start + length) / sectorSize;
  let status = await setRate(drive, media.rate);
  if (status === Status.STATUS_SUCCESS) status = await waitTurning(drive);
  for (let sector = start / sectorSize; sector < end && status === Status.STATUS_SUCCESS;) {
    const count = Math.min(end - sector, sectors - (sector % sectors));
    status = await verifyTrack(drive, sector, count);
    sector += count;
  }
  return status;
}

/** Sectors of one track. */
async function verifyTrack(drive: Drive, sector: number, count: number): Promise<NTSTATUS> {
  const { sectors, heads, stepping, sizeCode } = drive.media!;
  const track = Math.floor(sector / sectors);
  const cylinder = Math.floor(track / heads);
  const head = track % heads;
  const first = (sector % sectors) + 1;
  let status: NTSTATUS = Status.STATUS_SUCCESS;
  for (let tries = 0; tries < TRIES; tries++) {
    status = (await seekTo(drive, cylinder * stepping)).status;
    if (status !== Status.STATUS_SUCCESS) return status;
    const bytes = [CMD_VERIFY | OPT_MFM, VERIFY_COUNT | (head << 2) | drive.unit, cylinder, head];
    bytes.push(first, sizeCode, first + count - 1, GAP, count);
    const answer = await execute(drive.controller, bytes, TIMEOUT_DATA);
    status = answer.status === Status.STATUS_SUCCESS ? commandStatus(answer.result) : answer.status;
    if (status === Status.STATUS_SUCCESS || !isRetryable(status)) return status;
    drive.cylinder = undefined;
  }
  return status;
}
