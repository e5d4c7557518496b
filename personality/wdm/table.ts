/**
 * Filling a dispatch table.
 *
 *   fillDispatch(driver, majors, routine)   the same routine for several major functions
 *   OPENING                                 CREATE, CLEANUP and CLOSE
 *   succeed                                 a routine that has nothing to do
 */
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE } from '../rtl/irp.ts';
import * as Status from '../rtl/ntstatus.ts';
import { IoCompleteRequest } from './io.ts';
import type { DriverDispatch, DriverObject } from './types.ts';

export const OPENING = [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE];

export function fillDispatch(
  { majorFunction }: DriverObject,
  majors: readonly number[],
  routine: DriverDispatch,
): void {
  const table = majorFunction as Record<number, DriverDispatch>;
  for (const major of majors) table[major] = routine;
}

export const succeed: DriverDispatch = (_device, irp) =>
  IoCompleteRequest(irp, Status.STATUS_SUCCESS);
