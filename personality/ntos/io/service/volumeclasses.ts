/**
 * The classes of NtQueryVolumeInformationFile and NtSetVolumeInformationFile: the one table.
 * `minimum` is the structure's size, `access` what the handle must allow; `of`: whether the device
 * is asked or the file system. What NT has and no file system here does is STATUS_NOT_SUPPORTED.
 */
import * as nt from '../../../rtl/nt.ts';

export interface VolumeClass {
  readonly minimum: number;
  readonly access: number;
  readonly of: 'device' | 'fileSystem' | 'nobody';
}

export const volumeQueryClasses: Readonly<Record<number, VolumeClass>> = {
  [nt.FileFsVolumeInformation]: { minimum: 24, access: 0, of: 'fileSystem' },
  [nt.FileFsSizeInformation]: { minimum: 24, access: 0, of: 'fileSystem' },
  [nt.FileFsDeviceInformation]: { minimum: 8, access: 0, of: 'device' },
  [nt.FileFsAttributeInformation]: { minimum: 16, access: 0, of: 'fileSystem' },
  [nt.FileFsControlInformation]: { minimum: 48, access: nt.FILE_READ_DATA, of: 'nobody' },
  [nt.FileFsFullSizeInformation]: { minimum: 32, access: 0, of: 'fileSystem' },
  [nt.FileFsObjectIdInformation]: { minimum: 64, access: 0, of: 'nobody' },
};

export const volumeSetClasses: Readonly<Record<number, VolumeClass>> = {
  [nt.FileFsLabelInformation]: { minimum: 8, access: nt.FILE_WRITE_DATA, of: 'fileSystem' },
  [nt.FileFsControlInformation]: { minimum: 48, access: nt.FILE_WRITE_DATA, of: 'nobody' },
  [nt.FileFsObjectIdInformation]: { minimum: 64, access: nt.FILE_WRITE_DATA, of: 'nobody' },
};
