/**
 * The disk-change line: is there a disk, and is it the one that was there?
 *
 *   checkMedium(drive, override)       STATUS_SUCCESS: `drive.media` describes what is in the drive
 *   changedMeanwhile(drive, override)  the line was seen set in the middle of something
 *
 * The drive latches that its door was open until the head steps with a disk in. Every step hides a
 * change, so the line is looked at before each (command.ts). When it was set: everything known of
 * the medium is forgotten, and if somebody may have mounted it, every request fails with
 * STATUS_VERIFY_REQUIRED until one that overrides says CHECK_VERIFY.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { NTSTATUS } from '../../../personality/wdm/index.ts';
import { changeLine } from './command.ts';
import type { Drive } from './controller.ts';
import { recalibrate, seekTo } from './drive.ts';
import { detectMedia } from './media.ts';

export async function checkMedium(drive: Drive, override: boolean): Promise<NTSTATUS> {
  if (changeLine(drive)) {
    const status = await acceptChange(drive);
    if (status !== Status.STATUS_SUCCESS) return status;
  }
  if (drive.verifyRequired && !override) return Status.STATUS_VERIFY_REQUIRED;
  if (drive.media) return Status.STATUS_SUCCESS;
  const { status, media } = await detectMedia(drive);
  if (changeLine(drive)) return whileLooking(drive);
  drive.media = media;
  drive.used ||= media !== undefined;
  return status;
}

/** Forgets the medium and clears the latch by stepping: still set, there is no disk. */
async function acceptChange(drive: Drive): Promise<NTSTATUS> {
  forget(drive);
  let status = await recalibrate(drive, true);
  for (const cylinder of [1, 0])
    if (status === Status.STATUS_SUCCESS) status = (await seekTo(drive, cylinder, true)).status;
  if (status !== Status.STATUS_SUCCESS) return status;
  drive.empty = changeLine(drive);
  return drive.empty ? Status.STATUS_NO_MEDIA_IN_DEVICE : status;
}

function forget(drive: Drive): void {
  drive.media = undefined;
  drive.turning = false;
  drive.verifyRequired ||= drive.used;
  if (!drive.empty) drive.changeCount++;
}

/** The door was opened again while the medium was being recognised. */
async function whileLooking(drive: Drive): Promise<NTSTATUS> {
  const status = await acceptChange(drive);
  return status === Status.STATUS_SUCCESS ? Status.STATUS_MEDIA_CHANGED : status;
}

/** What was done may have been done to either disk: never a success. */
export async function changedMeanwhile(drive: Drive, override: boolean): Promise<NTSTATUS> {
  const status = await checkMedium(drive, override);
  return status === Status.STATUS_SUCCESS ? Status.STATUS_MEDIA_CHANGED : status;
}
