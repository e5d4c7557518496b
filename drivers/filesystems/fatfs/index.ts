/**
 * fatfs: the FAT12 and FAT16 file system driver.
 *
 * It works on metadata alone: boot sector, FATs, directories, through the cached pages of its
 * volume. A file's READ and WRITE it answers with where the region lies on the disk, and never sees
 * a byte of a file's contents.
 *
 *   dispatch      one frame around every request       mount         disks come and go
 *   create, path  names to files                       directory     slots of a directory
 *   readwrite     regions to extents                   dirent        an entry's bytes
 *   information, querydir, volumeinfo, rename, remove  fat           which cluster follows which
 *
 * Source: Microsoft, FAT: General Overview of On-Disk Format (fatgen103).
 */
import { FILE_DEVICE_DISK_FILE_SYSTEM } from '../../../personality/rtl/nt.ts';
import {
  driverImage,
  type DriverEntry,
  IoCreateDevice,
  IoRegisterFileSystem,
} from '../../../personality/wdm/index.ts';
import { fillDispatchTable } from './dispatch.ts';
import type { Extension } from './mount.ts';

export const fatDriverEntry: DriverEntry = async (driver) => {
  fillDispatchTable(driver.majorFunction);
  const control = await IoCreateDevice<Extension>(driver, {
    name: '\\FileSystem\\Fat',
    type: FILE_DEVICE_DISK_FILE_SYSTEM,
    extension: { volume: undefined },
  });
  return IoRegisterFileSystem(control);
};

export const image = driverImage(fatDriverEntry);
