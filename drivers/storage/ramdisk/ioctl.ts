/**
 * Device control requests of the RAM disk: what a file system asks of any disk, and the hands that
 * put a medium in and take it out (IOCTL_RAMDISK_*, rtl/ramdisk.ts).
 *
 * Source: published winioctl.h.
 */
import { encodeGeometry, encodeLarge } from '../../../personality/rtl/information.ts';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import {
  decodeInsert,
  INSERT_BYTES,
  IOCTL_RAMDISK_FINISH,
  IOCTL_RAMDISK_INSERT,
  IOCTL_RAMDISK_REMOVE,
} from '../../../personality/rtl/ramdisk.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { Irp, NTSTATUS } from '../../../personality/wdm/index.ts';
import {
  changed,
  insert,
  type Medium,
  present,
  type RamDisk,
  remove,
  SECTOR_SIZE,
} from './medium.ts';

export interface Control {
  status: NTSTATUS;
  output?: Uint8Array;
}

type Request = Irp<'device_control'>;
type Handler = (disk: RamDisk, irp: Request) => Control;

interface Entry {
  readonly handler: Handler;
  /** Bytes of output that the caller must have room for, and of input that he must give. */
  readonly output?: number;
  readonly input?: number;
  /** Answered whatever is in the drive. */
  readonly anyMedium?: boolean;
}

/** FixedMedia. */
const MEDIA_TYPE = 12;
const SECTORS_PER_TRACK = 32;
const HEADS = 2;
const FINISH_WRITE_PROTECTED = 1;

function geometry({ length }: Medium): Uint8Array {
  return encodeGeometry({
    cylinders: Math.floor(length / (HEADS * SECTORS_PER_TRACK * SECTOR_SIZE)),
    mediaType: MEDIA_TYPE,
    tracksPerCylinder: HEADS,
    sectorsPerTrack: SECTORS_PER_TRACK,
    bytesPerSector: SECTOR_SIZE,
  });
}

const success = (output?: Uint8Array): Control => ({
  status: Status.STATUS_SUCCESS,
  ...(output && { output }),
});

function checkVerify(disk: RamDisk, { parameters }: Request): Control {
  disk.verifyRequired = false;
  if (parameters.outputLength < 4) return success();
  return success(new Uint8Array(new Uint32Array([disk.changeCount]).buffer));
}

/** VERIFY_INFORMATION: start, length. RAM is always readable. */
function verify(disk: RamDisk, { parameters }: Request): Control {
  const view = viewOf(parameters.input);
  const start = Number(view.getBigInt64(0, true));
  const inside = start >= 0 && start + view.getUint32(8, true) <= disk.medium!.length;
  return { status: inside ? Status.STATUS_SUCCESS : Status.STATUS_NONEXISTENT_SECTOR };
}

function isWritable(disk: RamDisk): Control {
  if (disk.medium!.writeProtected) return { status: Status.STATUS_MEDIA_WRITE_PROTECTED };
  return success();
}

/** The image is whole: whoever looked at it while it was written looks again. */
function finish(disk: RamDisk, { parameters }: Request): Control {
  const flags = viewOf(parameters.input).getUint32(0, true);
  disk.medium!.writeProtected = (flags & FINISH_WRITE_PROTECTED) !== 0;
  changed(disk);
  return success();
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const controls = new Map<number, Entry>([
  [nt.IOCTL_DISK_CHECK_VERIFY, { handler: checkVerify }],
  [nt.IOCTL_STORAGE_CHECK_VERIFY, { handler: checkVerify }],
  [
    nt.IOCTL_DISK_GET_DRIVE_GEOMETRY,
    { handler: ({ medium }) => success(geometry(medium!)), output: 24 },
  ],
  [
    nt.IOCTL_DISK_GET_LENGTH_INFO,
    { handler: ({ medium }) => success(encodeLarge(medium!.length)), output: 8 },
  ],
  [nt.IOCTL_DISK_IS_WRITABLE, { handler: isWritable }],
  [nt.IOCTL_DISK_VERIFY, { handler: verify, input: 12 }],
  [
    IOCTL_RAMDISK_INSERT,
    {
      handler: (disk, { parameters }) => ({
        status: insert(disk, decodeInsert(parameters.input)),
      }),
      input: INSERT_BYTES,
      anyMedium: true,
    },
  ],
  [IOCTL_RAMDISK_FINISH, { handler: finish, input: 4 }],
  [IOCTL_RAMDISK_REMOVE, { handler: (disk) => ({ status: remove(disk) }), anyMedium: true }],
]);

export function control(disk: RamDisk, irp: Request): Control {
  const { code, input, outputLength } = irp.parameters;
  const entry = controls.get(code);
  if (!entry) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (outputLength < (entry.output ?? 0)) return { status: Status.STATUS_BUFFER_TOO_SMALL };
  if (input.length < (entry.input ?? 0)) return { status: Status.STATUS_INVALID_PARAMETER };
  if (!entry.anyMedium) {
    // Whoever fills a new medium has no need to be told that it is new.
    const override = (irp.flags & SL_OVERRIDE_VERIFY_VOLUME) !== 0 || code === IOCTL_RAMDISK_FINISH;
    const status = present(disk, override);
    if (status !== Status.STATUS_SUCCESS) return { status };
  }
  return entry.handler(disk, irp);
}
