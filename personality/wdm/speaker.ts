/**
 * HalMakeBeep: the PC's speaker. Its tone comes from the timer chip that the Executive's clock runs
 * on, so that no driver has the ports: one asks for a tone.
 */
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { DriverObject } from './types.ts';

/**
 * Makes the speaker sound at `frequency` hertz from now on, or be silent (0). False where the
 * hardware cannot: 19 hertz is the lowest. Port 61 must be among the driver's resources: throws
 * NtException, STATUS_ACCESS_DENIED. Unlike NT's it is a message, and cannot be called in a DPC.
 */
export async function HalMakeBeep(driver: DriverObject, frequency: number): Promise<boolean> {
  const { status } = await driver.runtime.service('HalMakeBeep', { frequency });
  if (!NT_SUCCESS(status) && status !== Status.STATUS_INVALID_PARAMETER)
    throw new NtException(status, 'the speaker');
  return NT_SUCCESS(status);
}
