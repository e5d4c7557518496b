/**
 * IOCTL_DISK_VERIFY: reads a range for its checksums alone. No data moves, so no DMA is needed.
 *
 *   verifyRange(drive, start, length)   bytes, multiples of the sector size
 *   verifySectors(drive, run)           sectors of one track, their numbers one after the other
 *
 * Source: 82077AA datasheet, "VERIFY" with EC = 1.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { NTSTATUS } from '../../../personality/wdm/index.ts';
import { execute, setRate } from './command.ts';
import type { Drive } from './controller.ts';
import { seekTo, waitTurning } from './drive.ts';
import { CMD_VERIFY, OPT_MFM, TIMEOUT_DATA, VERIFY_COUNT } from './registers.ts';
import { withRetries } from './retry.ts';
import { commandStatus } from './status.ts';

const GAP = 0x1b;

export interface SectorRun {
  readonly cylinder: number;
  /** Where the head must be for that cylinder. */
  readonly step: number;
  readonly head: number;
  readonly first: number;
  readonly count: number;
  readonly sizeCode: number;
}

export async function verifyRange(drive: Drive, start: number, length: number): Promise<NTSTATUS> {
  const media = drive.media!;
  const { sectorSize, sectors, heads, stepping, sizeCode } = media;
  const aligned = start % sectorSize === 0 && length % sectorSize === 0;
  if (!aligned || start < 0 || start + length > media.length)
    return Status.STATUS_INVALID_PARAMETER;
  const end = (start + length) / sectorSize;
  let status = await setRate(drive, media.rate);
  if (status === Status.STATUS_SUCCESS) status = await waitTurning(drive);
  for (let sector = start / sectorSize; sector < end && status === Status.STATUS_SUCCESS;) {
    const count = Math.min(end - sector, sectors - (sector % sectors));
    const track = Math.floor(sector / sectors);
    const cylinder = Math.floor(track / heads);
    const [head, first] = [track % heads, (sector % sectors) + 1];
    const run = { cylinder, step: cylinder * stepping, head, first, count, sizeCode };
    status = await verifySectors(drive, run);
    sector += count;
  }
  return status;
}

export function verifySectors(drive: Drive, run: SectorRun): Promise<NTSTATUS> {
  return withRetries(
    () => (drive.cylinder = undefined),
    () => verifyOnce(drive, run),
  );
}

async function verifyOnce(drive: Drive, run: SectorRun): Promise<NTSTATUS> {
  const { cylinder, step, head, first, count, sizeCode } = run;
  const { status } = await seekTo(drive, step);
  if (status !== Status.STATUS_SUCCESS) return status;
  const bytes = [CMD_VERIFY | OPT_MFM, VERIFY_COUNT | (head << 2) | drive.unit, cylinder, head];
  bytes.push(first, sizeCode, first + count - 1, GAP, count);
  const answer = await execute(drive, bytes, TIMEOUT_DATA);
  return answer.status === Status.STATUS_SUCCESS ? commandStatus(answer.result) : answer.status;
}
