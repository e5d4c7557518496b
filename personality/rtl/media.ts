/**
 * Failures that concern one place of a medium: the drive is there, the disk is the right one, and a
 * sector of it cannot be read. What lies beside such a sector can be; whatever has its contents may
 * write it again.
 */
import * as Status from './ntstatus.ts';

const unreadable: ReadonlySet<number> = new Set<number>([
  Status.STATUS_CRC_ERROR,
  Status.STATUS_DEVICE_DATA_ERROR,
  Status.STATUS_NONEXISTENT_SECTOR,
  Status.STATUS_FLOPPY_ID_MARK_NOT_FOUND,
]);

export function isUnreadable(status: number): boolean {
  return unreadable.has(status);
}
