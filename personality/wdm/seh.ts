/**
 * Structured exception handling as a driver has it: `driver.seh` is where the chains of its
 * routines begin. Guide: docs/seh.md.
 *
 *   rtl/seh/*                                all that there is
 *   ExRaiseStatus, ExRaiseAccessViolation, ExRaiseDatatypeMisalignment   as the WDK names them
 */
import { RtlRaiseStatus, type Seh } from '../rtl/seh/index.ts';
import * as Status from '../rtl/ntstatus.ts';

export * from '../rtl/seh/index.ts';

export const ExRaiseStatus = RtlRaiseStatus;

export function ExRaiseAccessViolation(seh: Seh): Promise<never> {
  return RtlRaiseStatus(seh, Status.STATUS_ACCESS_VIOLATION);
}

export function ExRaiseDatatypeMisalignment(seh: Seh): Promise<never> {
  return RtlRaiseStatus(seh, Status.STATUS_DATATYPE_MISALIGNMENT);
}
