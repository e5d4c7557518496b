/**
 * Sectors that cannot be read, as the driver sees them: an exception with the device's status.
 *
 *   unreadable(error)   the status, if the error is about a sector alone; throws anything else on
 */
import { isUnreadable } from '../../../personality/rtl/media.ts';
import { NtException } from '../../../personality/rtl/status.ts';

/** The cache's sectors, whatever the disk says of its own. */
export const SECTOR = 512;

export function unreadable(error: unknown): number {
  if (error instanceof NtException && isUnreadable(error.status)) return error.status;
  throw error;
}
