/**
 * Constants of the Native API: access, sharing, dispositions, options, attributes, information
 * classes, control codes.
 *
 * Names and values are those of the published Windows headers (ntifs.h, winioctl.h). The structures
 * are in information.ts.
 */

// Access
export const FILE_READ_DATA = 0x0001;
export const FILE_LIST_DIRECTORY = 0x0001;
export const FILE_WRITE_DATA = 0x0002;
export const FILE_APPEND_DATA = 0x0004;
/** Of a directory: to go through it. */
export const FILE_TRAVERSE = 0x0020;
export const FILE_READ_EA = 0x0008;
export const FILE_EXECUTE = 0x0020;
export const FILE_WRITE_EA = 0x0010;
export const FILE_READ_ATTRIBUTES = 0x0080;
export const FILE_WRITE_ATTRIBUTES = 0x0100;
export const DELETE = 0x0001_0000;
export const SYNCHRONIZE = 0x0010_0000;
/** To a process: to end it. */
export const PROCESS_TERMINATE = 1;
export const GENERIC_READ = 0x8000_0000;
export const GENERIC_WRITE = 0x4000_0000;

// Sharing
export const FILE_SHARE_READ = 1;
export const FILE_SHARE_WRITE = 2;
export const FILE_SHARE_DELETE = 4;
export const FILE_SHARE_ALL = 7;

// Disposition
export const FILE_SUPERSEDE = 0;
export const FILE_OPEN = 1;
export const FILE_CREATE = 2;
export const FILE_OPEN_IF = 3;
export const FILE_OVERWRITE = 4;
export const FILE_OVERWRITE_IF = 5;

// What NtCreateFile did (information)
export const FILE_SUPERSEDED = 0;
export const FILE_OPENED = 1;
export const FILE_CREATED = 2;
export const FILE_OVERWRITTEN = 3;

// Options
export const FILE_DIRECTORY_FILE = 0x0001;
export const FILE_WRITE_THROUGH = 0x0002;
export const FILE_NO_INTERMEDIATE_BUFFERING = 0x0008;
export const FILE_SEQUENTIAL_ONLY = 0x0000_0004;
/** The calls on the file wait; the first sort ends for an APC. */
export const FILE_SYNCHRONOUS_IO_ALERT = 0x0000_0010;
export const FILE_SYNCHRONOUS_IO_NONALERT = 0x0000_0020;
export const FILE_RANDOM_ACCESS = 0x0000_0800;
export const FILE_NON_DIRECTORY_FILE = 0x0040;
export const FILE_OPEN_BY_FILE_ID = 0x2000;
export const FILE_DELETE_ON_CLOSE = 0x1000;

// Attributes
export const FILE_ATTRIBUTE_READONLY = 0x01;
export const FILE_ATTRIBUTE_HIDDEN = 0x02;
export const FILE_ATTRIBUTE_SYSTEM = 0x04;
export const FILE_ATTRIBUTE_DIRECTORY = 0x10;
export const FILE_ATTRIBUTE_ARCHIVE = 0x20;
export const FILE_ATTRIBUTE_NORMAL = 0x80;

// Change notification: what is wanted, and what was done
export const FILE_NOTIFY_CHANGE_FILE_NAME = 0x001;
export const FILE_NOTIFY_CHANGE_DIR_NAME = 0x002;
export const FILE_NOTIFY_CHANGE_ATTRIBUTES = 0x004;
export const FILE_NOTIFY_CHANGE_SIZE = 0x008;
export const FILE_NOTIFY_CHANGE_LAST_WRITE = 0x010;
export const FILE_NOTIFY_CHANGE_LAST_ACCESS = 0x020;
export const FILE_NOTIFY_CHANGE_CREATION = 0x040;
export const FILE_NOTIFY_VALID_MASK = 0xfff;
export const FILE_ACTION_ADDED = 1;
export const FILE_ACTION_REMOVED = 2;
export const FILE_ACTION_MODIFIED = 3;
export const FILE_ACTION_RENAMED_OLD_NAME = 4;
export const FILE_ACTION_RENAMED_NEW_NAME = 5;

// File information classes
export const FileDirectoryInformation = 1;
export const FileFullDirectoryInformation = 2;
export const FileBothDirectoryInformation = 3;
export const FileBasicInformation = 4;
export const FileStandardInformation = 5;
export const FileInternalInformation = 6;
export const FileEaInformation = 7;
export const FileAccessInformation = 8;
export const FileNameInformation = 9;
export const FileRenameInformation = 10;
export const FileLinkInformation = 11;
export const FileNamesInformation = 12;
export const FileDispositionInformation = 13;
export const FileModeInformation = 16;
export const FileAlignmentInformation = 17;
export const FileAllInformation = 18;
export const FileAlternateNameInformation = 21;
export const FileStreamInformation = 22;
export const FileCompressionInformation = 28;
export const FileAttributeTagInformation = 35;
export const FileIdBothDirectoryInformation = 37;
export const FileIdFullDirectoryInformation = 38;
/** A port's handle, and the file's key there. */
export const FileCompletionInformation = 30;
export const FilePositionInformation = 14;
export const FileAllocationInformation = 19;
export const FileEndOfFileInformation = 20;
export const FileNetworkOpenInformation = 34;

// Volume information classes
export const FileFsVolumeInformation = 1;
export const FileFsLabelInformation = 2;
export const FileFsSizeInformation = 3;
export const FileFsDeviceInformation = 4;
export const FileFsAttributeInformation = 5;
export const FileFsControlInformation = 6;
export const FileFsFullSizeInformation = 7;
export const FileFsObjectIdInformation = 8;

// Control codes
export const FSCTL_LOCK_VOLUME = 0x0009_0018;
export const FSCTL_UNLOCK_VOLUME = 0x0009_001c;
export const FSCTL_DISMOUNT_VOLUME = 0x0009_0020;
export const FSCTL_IS_VOLUME_DIRTY = 0x0009_0078;
/** How the buffers of a control travel: the lowest two bits of its code. */
export const METHOD_BUFFERED = 0;
export const METHOD_IN_DIRECT = 1;
export const METHOD_OUT_DIRECT = 2;
export const METHOD_NEITHER = 3;
export const METHOD_MASK = 3;

export const IOCTL_DISK_GET_DRIVE_GEOMETRY = 0x0007_0000;
export const IOCTL_DISK_CHECK_VERIFY = 0x0007_4800;
export const IOCTL_DISK_IS_WRITABLE = 0x0007_0024;
export const IOCTL_DISK_GET_LENGTH_INFO = 0x0007_405c;
export const IOCTL_DISK_GET_MEDIA_TYPES = 0x0007_0c00;
export const IOCTL_DISK_GET_DRIVE_GEOMETRY_EX = 0x0007_00a0;
export const IOCTL_DISK_VERIFY = 0x0007_0014;
export const IOCTL_DISK_GET_PARTITION_INFO = 0x0007_4004;
export const IOCTL_DISK_EJECT_MEDIA = 0x0007_4808;
/** MEDIA_TYPE of a disk that is no floppy. */
export const FixedMedia = 12;
export const IOCTL_DISK_FORMAT_TRACKS = 0x0007_c018;
export const IOCTL_DISK_FORMAT_TRACKS_EX = 0x0007_c02c;
export const IOCTL_SERIAL_GET_COMMSTATUS = 0x001b_006c;
export const IOCTL_STORAGE_CHECK_VERIFY = 0x002d_4800;
export const IOCTL_STORAGE_EJECT_MEDIA = 0x002d_4808;
export const IOCTL_MOUNTDEV_QUERY_UNIQUE_ID = 0x004d_0000;
export const IOCTL_MOUNTDEV_QUERY_DEVICE_NAME = 0x004d_0008;

// Device types and flags
export const FILE_DEVICE_CONTROLLER = 0x04;
export const FILE_DEVICE_DISK = 0x07;
/** Characteristics of a device. */
export const FILE_REMOVABLE_MEDIA = 0x01;
export const FILE_READ_ONLY_DEVICE = 0x02;
export const FILE_DEVICE_IS_MOUNTED = 0x20;
export const FILE_DEVICE_DISK_FILE_SYSTEM = 0x08;
export const FILE_DEVICE_MAILSLOT = 0x0c;
export const FILE_DEVICE_NAMED_PIPE = 0x11;
export const FILE_DEVICE_NULL = 0x15;
export const FILE_DEVICE_UNKNOWN = 0x22;
export const FILE_DEVICE_SERIAL_PORT = 0x1b;
/** READ and WRITE data travels inside the packet. */
export const DO_BUFFERED_IO = 0x04;
/** READ and WRITE name their buffer by the IRP, for DMA. */
export const DO_DIRECT_IO = 0x10;
/** Data never crosses: the device answers READ and WRITE with disk extents (file systems). */
export const DO_EXTENT_IO = 0x0100_0000;

// Modes of mapping a volume's cached sectors (WdmCcMapData)
/** They must be readable. */
export const CC_READ = 0;
/** Whole sectors of the stretch will be written: they are not read, and are zeros and dirty. */
export const CC_PREPARE = 1;
/** A sector with a wrong checksum is shown as the drive made it out: to look at, not to trust. */
export const CC_LOOK = 2;
/** The same, and it is taken for right from now on: it will be written again as it is. */
export const CC_ADOPT = 3;
/** CC_LOOK, and where nothing of a sector can be read there are zeros: who asks knows which. */
export const CC_SALVAGE = 4;

// Events
export const NotificationEvent = 0;
export const SynchronizationEvent = 1;

// NtQuerySystemInformation classes; answers are the structures of systeminformation.ts
export const SystemBasicInformation = 0;
export const SystemProcessorInformation = 1;
export const SystemPerformanceInformation = 2;
export const SystemTimeOfDayInformation = 3;
export const SystemProcessInformation = 5;
export const SystemModuleInformation = 11;
export const SystemHandleInformation = 16;
// This system's own: answers are JSON
/**
 * { name, id, image, threads, driver, processor, handles, charged: Record<resource, number> }[]
 */
export const SystemProcessChargeInformation = 210;
/** The system at one moment (snapshot.ts). Not for drivers. */
export const SystemSnapshotInformation = 212;
/** The same and the kernel's objects (kernelanswer.ts): for who holds SeDebugPrivilege. */
export const SystemKernelInformation = 213;
/** { name, image, devices: string[], pending }[] */
export const SystemDriverInformation = 211;
/** Record<string, number>: every counter of Executive, cache and kernel. */
export const SystemCounterInformation = 200;
/** { letter?, device, fileSystem?, label?, serial?, mounted }[] */
export const SystemVolumeInformation = 201;
/**
 * { records: TraceRecord[], lost: number }: what the kernel did since the last such query, oldest
 * first, at most 256. Written while NtSetSystemInformation has it on. Not for drivers.
 */
export const SystemTraceInformation = 202;
/** Requests that drivers have not completed: driver, number, major function, state, device, age. */
export const SystemIrpInformation = 203;
/** Capabilities of processes: slot, type, rights, badge, what for. */
export const SystemCapabilityInformation = 204;
