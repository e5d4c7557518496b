/**
 * A drive: its motor, its head, its change line.
 *
 *   startMotor(drive), releaseMotor(drive)   selected and turning; off two seconds later
 *   recalibrate, seekTo, readId              mechanics
 *   waitTurning(drive)                       the disk is up to speed
 *
 * No fixed time is waited for the motor to spin up or the head to settle: an ID field that can be
 * read proves both, at the medium's own rate, and costs a fast drive nothing.
 * Source: 82077AA datasheet, "RECALIBRATE", "SEEK", "READ ID"; 3.5 inch drive interface.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  KeCancelTimer,
  KeDelayExecutionThread,
  KeQueryTime,
  KeSetTimer,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { execute, executeSeek, setRate, writeDor } from './command.ts';
import type { Drive } from './controller.ts';
import {
  CMD_READ_ID,
  CMD_RECALIBRATE,
  CMD_SEEK,
  DOR_MOTOR,
  OPT_MFM,
  ST0_CHECK,
  ST0_CODE,
  ST0_SEEK_END,
  TIMEOUT_READ_ID,
} from './registers.ts';
import { commandStatus } from './status.ts';

const MOTOR_OFF_DELAY = 2_000_000;
/** The slowest motor's spin-up. */
const SPIN_UP = 1_000_000;
const SPIN_UP_RETRY = 50_000;

export interface SectorId {
  readonly cylinder: number;
  readonly head: number;
  readonly sector: number;
  readonly sizeCode: number;
}

function motorBit(drive: Drive): number {
  return DOR_MOTOR << drive.unit;
}

export function startMotor(drive: Drive): void {
  const { controller, unit } = drive;
  KeCancelTimer(drive.motorTimer);
  if (!(controller.dor & motorBit(drive))) drive.turning = false;
  controller.dor = (controller.dor & 0xf0) | motorBit(drive) | unit;
  writeDor(controller);
}

export function releaseMotor(drive: Drive): void {
  KeSetTimer(drive.motorTimer, MOTOR_OFF_DELAY, drive.motorDpc);
}

/** The motor timer's DPC. */
export function stopMotor(drive: Drive): void {
  const { controller } = drive;
  controller.dor &= ~motorBit(drive);
  drive.turning = false;
  writeDor(controller);
}

/** Two tries: one command steps 79 times at most, which is less than some drives have. */
export async function recalibrate(drive: Drive, anyDisk = false): Promise<NTSTATUS> {
  let status: NTSTATUS = Status.STATUS_IO_DEVICE_ERROR;
  for (let tries = 0; tries < 2; tries++) {
    const answer = await executeSeek(drive, [CMD_RECALIBRATE, drive.unit], anyDisk);
    status = answer.status;
    if (status === Status.STATUS_MEDIA_CHANGED) break;
    if (arrived(answer.sense?.st0) && answer.sense?.pcn === 0) {
      drive.cylinder = 0;
      return Status.STATUS_SUCCESS;
    }
    if (status === Status.STATUS_SUCCESS) status = Status.STATUS_IO_DEVICE_ERROR;
  }
  drive.cylinder = undefined;
  return status;
}

function arrived(st0: number | undefined): boolean {
  return st0 !== undefined && (st0 & (ST0_CODE | ST0_SEEK_END | ST0_CHECK)) === ST0_SEEK_END;
}

/** To a physical cylinder. `moved`: the head is freshly there. */
export async function seekTo(
  drive: Drive,
  cylinder: number,
  anyDisk = false,
): Promise<{ status: NTSTATUS; moved: boolean }> {
  if (drive.cylinder === undefined) {
    const status = await recalibrate(drive, anyDisk);
    if (status !== Status.STATUS_SUCCESS) return { status, moved: false };
  }
  if (drive.cylinder === cylinder) return { status: Status.STATUS_SUCCESS, moved: false };
  drive.cylinder = undefined;
  const { status, sense } = await executeSeek(drive, [CMD_SEEK, drive.unit, cylinder], anyDisk);
  if (status !== Status.STATUS_SUCCESS) return { status, moved: true };
  if (!arrived(sense?.st0) || sense?.pcn !== cylinder)
    return { status: Status.STATUS_IO_DEVICE_ERROR, moved: true };
  drive.cylinder = cylinder;
  return { status, moved: true };
}

/** The next ID that passes under the head, at the rate that is set. */
export async function readId(
  drive: Drive,
  head: number,
): Promise<{ status: NTSTATUS; id: SectorId | undefined }> {
  const bytes = [CMD_READ_ID | OPT_MFM, (head << 2) | drive.unit];
  const { status, result } = await execute(drive, bytes, TIMEOUT_READ_ID);
  const outcome = status === Status.STATUS_SUCCESS ? commandStatus(result) : status;
  if (outcome !== Status.STATUS_SUCCESS) return { status: outcome, id: undefined };
  const [, , , cylinder, side, sector, sizeCode] = result as number[];
  drive.turning = true;
  const id = { cylinder: cylinder!, head: side!, sector: sector!, sizeCode: sizeCode! };
  return { status: outcome, id };
}

/** Tries to read IDs until one can be, or the motor had all the time it may need. */
export async function waitTurning(drive: Drive): Promise<NTSTATUS> {
  const { driver } = drive.controller;
  const start = KeQueryTime(driver);
  const media = drive.media!;
  while (!drive.turning) {
    const set = await setRate(drive, media.rate);
    if (set !== Status.STATUS_SUCCESS) return set;
    if (drive.cylinder === undefined) {
      const { status } = await seekTo(drive, 0);
      if (status !== Status.STATUS_SUCCESS) return status;
    }
    const { status } = await readId(drive, 0);
    if (status === Status.STATUS_SUCCESS) break;
    if (status === Status.STATUS_IO_TIMEOUT || status === Status.STATUS_MEDIA_CHANGED)
      return status;
    if (KeQueryTime(driver) - start >= SPIN_UP) break;
    await KeDelayExecutionThread(driver, SPIN_UP_RETRY);
  }
  // An unreadable track is no reason to wait again: the transfer will tell what is wrong with it.
  drive.turning = true;
  return Status.STATUS_SUCCESS;
}
