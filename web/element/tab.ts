/**
 * A disk's write-protect tab, slid while the disk is in a drive.
 *
 *   slideTab(drives, drive, open)        by a person; rejects in words where it cannot be
 *   putTab(slot, disk, open, loose)      in the drive's order, when what is kept says so already
 *
 * A drive looks at the tab when a disk comes in: so the disk is taken out of the machine and put in
 * again, with all that was written in it. Where the disk is kept, or is to be, so is its tab.
 */
import type { Disk } from './disk.ts';
import type { Drives } from './drives.ts';
import type { Loose } from './loose.ts';
import type { Slot } from './slot.ts';
import type { Drive } from './types.ts';

export function slideTab(drives: Drives, drive: Drive, open: boolean): Promise<void> {
  return drives.withDisk(drive, async (slot, disk) => {
    if (!disk || disk.tab === open) return;
    const { hold, home } = disk;
    if (hold?.readOnly) {
      const name = disk.label || `the disk in ${drive}`;
      throw new Error(`The tab of ${name} cannot be slid: ${disk.user} is using the disk.`);
    }
    if (hold?.info) await hold.mark({ writeProtected: open });
    await putTab(slot, disk, open, drives.loose);
    if (!home || hold?.info) return;
    disk.keepAt(home);
    await disk.save();
  });
}

export async function putTab(
  slot: Slot,
  disk: Disk,
  open: boolean,
  loose: Pick<Loose, 'release'>,
): Promise<void> {
  if (disk.tab === open) return;
  try {
    await slot.again(disk, () => (disk.tab = open));
  } catch (error) {
    if (slot.disk !== disk) void loose.release(disk);
    throw error;
  }
}
