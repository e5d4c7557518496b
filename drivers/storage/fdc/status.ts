/**
 * The chip's status bytes as an NTSTATUS, and what a failure calls for.
 *
 *   isResult(bytes, unit)    whether a chip at work can have given them
 *   commandStatus(bytes)     what it says of the command
 *
 * The order is that of NT's floppy driver: several bits are often set together, and the first that
 * matches names the cause that a person can do something about.
 * Source: 82077AA datasheet, "Status Register Encoding".
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { NTSTATUS } from '../../../personality/wdm/index.ts';
import {
  ST0_ABNORMAL,
  ST0_CODE,
  ST0_UNIT,
  ST1_CRC,
  ST1_END,
  ST1_NO_DATA,
  ST1_NO_MARK,
  ST1_NOT_WRITABLE,
  ST1_OVERRUN,
  ST1_ZERO,
  ST2_BAD_CYLINDER,
  ST2_CRC_DATA,
  ST2_DELETED,
  ST2_NO_DATA_MARK,
  ST2_WRONG_CYLINDER,
  ST2_ZERO,
} from './registers.ts';

const causes: readonly (readonly [st1: number, st2: number, status: NTSTATUS])[] = [
  [ST1_CRC, ST2_CRC_DATA, Status.STATUS_CRC_ERROR],
  [ST1_OVERRUN, 0, Status.STATUS_DATA_OVERRUN],
  [ST1_NO_DATA | ST1_END, 0, Status.STATUS_NONEXISTENT_SECTOR],
  [0, ST2_NO_DATA_MARK | ST2_BAD_CYLINDER | ST2_DELETED, Status.STATUS_DEVICE_DATA_ERROR],
  [ST1_NOT_WRITABLE, 0, Status.STATUS_MEDIA_WRITE_PROTECTED],
  [ST1_NO_MARK, 0, Status.STATUS_FLOPPY_ID_MARK_NOT_FOUND],
  [0, ST2_WRONG_CYLINDER, Status.STATUS_FLOPPY_WRONG_CYLINDER],
];

const RESULT_LENGTH = 7;

/**
 * Not one byte for an invalid command, nor what an undriven bus or another drive's command would
 * say.
 */
export function isResult(result: readonly number[], unit: number): boolean {
  if (result.length !== RESULT_LENGTH) return false;
  const [st0, st1, st2] = result as [number, number, number];
  const code = st0 & ST0_CODE;
  const ended = code === 0 || code === ST0_ABNORMAL;
  return ended && (st0 & ST0_UNIT) === unit && (st1 & ST1_ZERO) === 0 && (st2 & ST2_ZERO) === 0;
}

/** Of a result phase: ST0 ST1 ST2 ... A deleted mark ends a read "normally" and is no success. */
export function commandStatus(result: readonly number[]): NTSTATUS {
  const [st0, st1, st2] = result as [number, number, number];
  const normal = (st0 & ST0_CODE) === 0;
  if (normal && !(st2 & ST2_DELETED)) return Status.STATUS_SUCCESS;
  const cause = causes.find(([one, two]) => (st1 & one) !== 0 || (st2 & two) !== 0);
  return cause ? cause[2] : Status.STATUS_FLOPPY_UNKNOWN_ERROR;
}

/** Whether the same command may succeed when it is given again. */
export function isRetryable(status: NTSTATUS): boolean {
  switch (status) {
    case Status.STATUS_MEDIA_WRITE_PROTECTED:
    case Status.STATUS_NO_MEDIA_IN_DEVICE:
    case Status.STATUS_VERIFY_REQUIRED:
    case Status.STATUS_MEDIA_CHANGED:
    case Status.STATUS_INSUFFICIENT_RESOURCES:
    case Status.STATUS_INVALID_PARAMETER:
      return false;
    default:
      return true;
  }
}

/** Whether the head may be elsewhere than it should be. */
export function isMisplaced(status: NTSTATUS): boolean {
  return (
    status === Status.STATUS_NONEXISTENT_SECTOR || status === Status.STATUS_FLOPPY_WRONG_CYLINDER
  );
}
