/**
 * I/O requests: major and minor functions, what each takes and what it answers.
 *
 * Requests travel between the Executive and driver processes as packets (packets.ts), in batches
 * (WdmRequestIoPackets): down in PACKETS_IN, up in PACKETS_OUT.
 *
 * A file system's READ and WRITE move no data: they answer where the region lies on the disk. A
 * disk device's READ and WRITE name their buffer by the IRP's id in the DMA services. Other
 * devices' data travels inside the packet (buffered I/O).
 */
import type { Fields, Schema } from './schema.ts';

export const IRP_MJ_CREATE = 0x00;
export const IRP_MJ_CREATE_NAMED_PIPE = 0x01;
export const IRP_MJ_CLOSE = 0x02;
export const IRP_MJ_READ = 0x03;
export const IRP_MJ_WRITE = 0x04;
export const IRP_MJ_QUERY_INFORMATION = 0x05;
export const IRP_MJ_SET_INFORMATION = 0x06;
export const IRP_MJ_FLUSH_BUFFERS = 0x09;
export const IRP_MJ_QUERY_VOLUME_INFORMATION = 0x0a;
export const IRP_MJ_SET_VOLUME_INFORMATION = 0x0b;
export const IRP_MJ_DIRECTORY_CONTROL = 0x0c;
export const IRP_MJ_FILE_SYSTEM_CONTROL = 0x0d;
export const IRP_MJ_DEVICE_CONTROL = 0x0e;
/** From driver to driver: no program can send it. */
export const IRP_MJ_INTERNAL_DEVICE_CONTROL = 0x0f;
export const IRP_MJ_SHUTDOWN = 0x10;
export const IRP_MJ_CLEANUP = 0x12;
export const IRP_MJ_CREATE_MAILSLOT = 0x13;
export const IRP_MJ_POWER = 0x16;
export const IRP_MJ_PNP = 0x1b;
export const IRP_MJ_MAXIMUM_FUNCTION = 0x1b;

/** Names in counters: io.irp.<driver>.<major>. */
export const majorNames: Readonly<Record<number, string>> = {
  0x00: 'create',
  0x01: 'create_named_pipe',
  0x02: 'close',
  0x03: 'read',
  0x04: 'write',
  0x05: 'query_information',
  0x06: 'set_information',
  0x09: 'flush',
  0x0a: 'query_volume',
  0x0b: 'set_volume',
  0x0c: 'directory',
  0x0d: 'fs_control',
  0x0e: 'device_control',
  0x0f: 'internal_control',
  0x10: 'shutdown',
  0x12: 'cleanup',
  0x13: 'create_mailslot',
  0x16: 'power',
  0x1b: 'pnp',
};

// Minor functions
export const IRP_MN_USER_FS_REQUEST = 0x00;
export const IRP_MN_MOUNT_VOLUME = 0x01;
export const IRP_MN_VERIFY_VOLUME = 0x02;
/** A control of the I/O manager's own: no program can send it. */
export const IRP_MN_KERNEL_CALL = 0x04;
/** The volume goes: write back what is only in the driver, forget the rest. */
export const IRP_MN_DISMOUNT_VOLUME = 0x10;
export const IRP_MN_QUERY_DIRECTORY = 0x01;

/**
 * The driver should not answer STATUS_VERIFY_REQUIRED: this request belongs to a mount or verify.
 * A disk driver that saw its medium change answers every other request with that status until
 * IOCTL_DISK_CHECK_VERIFY comes with this flag: to be sent when the verify or mount is decided.
 */
export const SL_OVERRIDE_VERIFY_VOLUME = 0x02;

/**
 * Of a CREATE that makes a file: `allocation` is its length as well, from the first. Sent only
 * where the file system has promised that it can be made (`promise`).
 */
export const SL_MAKE_WITH_LENGTH = 0x04;

/**
 * Attributes and sizes of a file, as CREATE and whatever changes them report. Times in 100 ns since
 * 1601, local time; 0: none.
 */
const fileFacts = {
  attributes: 'u32',
  endOfFile: 'i64',
  allocation: 'i64',
  validData: 'i64',
  created: 'i64',
  accessed: 'i64',
  written: 'i64',
} as const satisfies Schema;

/** What goes to the driver, by major function (and minor, where they differ). */
export const irpParameters = {
  /**
   * `path`, `\` separated, from the directory that `related` names by its `fcb` number, or from
   * the volume's root (0); '' is that directory itself. '' on devices. `file` is in the header.
   */
  create: {
    path: 'str',
    related: 'u32',
    access: 'u32',
    attributes: 'u32',
    share: 'u32',
    disposition: 'u32',
    options: 'u32',
    allocation: 'i64',
  },
  /** `path` and `related` as in `create`; the others as in NtCreateNamedPipeFile. */
  create_named_pipe: {
    path: 'str',
    related: 'u32',
    access: 'u32',
    share: 'u32',
    disposition: 'u32',
    options: 'u32',
    type: 'u32',
    readMode: 'u32',
    completionMode: 'u32',
    maximumInstances: 'u32',
    inboundQuota: 'u32',
    outboundQuota: 'u32',
    timeout: 'i64',
  },
  create_mailslot: {
    path: 'str',
    related: 'u32',
    access: 'u32',
    options: 'u32',
    quota: 'u32',
    maximumMessage: 'u32',
    timeout: 'i64',
  },
  close: {},
  cleanup: {},
  read: { offset: 'i64', length: 'u32' },
  /**
   * `data` is empty on file systems and disks. Of pipes it may be the first part of what is to be
   * written, where `length` is longer.
   */
  write: { offset: 'i64', length: 'u32', data: 'bytes' },
  query_information: { class: 'u32', length: 'u32' },
  /**
   * FileRenameInformation: `target` is the new path, from `related` as in `create`, `replace` as in
   * FILE_RENAME_INFORMATION; below a directory paths may be `room` units longer than its own.
   */
  set_information: {
    class: 'u32',
    data: 'bytes',
    target: 'str',
    related: 'u32',
    replace: 'bool',
    room: 'u32',
  },
  flush: {},
  query_volume: { class: 'u32', length: 'u32' },
  set_volume: { class: 'u32', data: 'bytes' },
  directory: { class: 'u32', length: 'u32', pattern: 'str', restart: 'bool', single: 'bool' },
  /**
   * Mount: `device` is the storage device's id, `input` the length of the medium (8 bytes) and the
   * code page of old names (4 bytes). `code` and `input` for user requests.
   */
  fs_control: { device: 'u32', code: 'u32', input: 'bytes', outputLength: 'u32' },
  device_control: { code: 'u32', input: 'bytes', outputLength: 'u32' },
  internal_control: { code: 'u32', input: 'bytes', outputLength: 'u32' },
  shutdown: {},
  /** `type` 1: of a device, and `state` is one of PowerDevice* (pnp.ts). */
  power: { type: 'u32', state: 'u32' },
  /**
   * By minor function (pnp.ts). `type`: of the id, the relations, the text that is asked for.
   * `resources`, `translated`: what START_DEVICE gives, as resources.ts has it. `device` and
   * `text`: what ADD_DEVICE is called with.
   */
  pnp: {
    type: 'u32',
    device: 'u32',
    text: 'str',
    resources: 'bytes',
    translated: 'bytes',
  },
} as const satisfies Record<string, Schema>;

/** What comes back, beside status and information. */
export const irpResults = {
  /**
   * `fcb` is the driver's number for the file on the disk: the same for every name and every open
   * of it while the volume is mounted. `entry`: its record (namerecords.ts), where the file system
   * tells names. `extents` as in `read`, of a file that was made with a length. `promise`: [bytes,
   * names, bytes of a cluster]: of so many bytes files can be made in that directory, by names of
   * one case in 8.3, until a request takes a cluster or a slot. Empty: nothing is promised.
   */
  create: { fcb: 'u32', ...fileFacts, entry: 'bytes', extents: 'i64s', promise: 'i64s' },
  create_named_pipe: {},
  create_mailslot: {},
  close: {},
  cleanup: {},
  /**
   * File systems: `extents` is a flat list of triples (file offset, disk offset, length), in bytes,
   * ascending, which cover at least the region asked for as far as the file's allocation goes; they
   * may cover more. Other devices: `data`.
   */
  read: { extents: 'i64s', data: 'bytes' },
  /**
   * File systems: clusters are allocated for the region; `extents` as above, and the facts as they
   * are now. `promise` as in `create`, of the directory that the file is in.
   */
  write: { extents: 'i64s', ...fileFacts, promise: 'i64s' },
  query_information: { data: 'bytes' },
  /**
   * `extents` that still hold are not repeated: the Executive drops those beyond the new
   * allocation. `entry` as above, of a file that was renamed.
   */
  set_information: { ...fileFacts, entry: 'bytes' },
  flush: { ...fileFacts },
  query_volume: { data: 'bytes' },
  set_volume: {},
  directory: { data: 'bytes' },
  /** Mount: `volume` is the volume device that the driver created for it. */
  fs_control: { volume: 'u32', output: 'bytes' },
  device_control: { output: 'bytes' },
  internal_control: { output: 'bytes' },
  shutdown: {},
  power: {},
  /**
   * `text`: an id, or several, each behind a NUL but the first. `data`: capabilities, resources.
   * `devices`: ids of the device objects of QUERY_DEVICE_RELATIONS.
   */
  pnp: { text: 'str', data: 'bytes', devices: 'i64s' },
} as const satisfies Record<string, Schema>;

export type MajorName = keyof typeof irpParameters;
export type IrpParameters<M extends MajorName> = Fields<(typeof irpParameters)[M]>;
export type IrpResult<M extends MajorName> = Fields<(typeof irpResults)[M]>;
