/**
 * \Device\MyDisk: a disk of 1 MiB in the memory of this process, gone with it.
 *
 * A disk answers three kinds of request: it reads, it writes, and it says what it is (controls). A
 * file system asks for nothing else. Give it a letter and make a file system on it:
 *
 *   mount m: \Device\MyDisk
 *   format m: /q
 *   copy a:\*.txt m:
 *
 * Whoever asks for data has it in memory of its own, which an MDL describes: a list of pieces, each
 * mapped here for as long as the request lasts. The system's own, drivers/storage/ramdisk, takes
 * disks in and out as well.
 */
import { encodeGeometry, encodeLarge } from '../../../personality/rtl/information.ts';
import {
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_SHUTDOWN,
  IRP_MJ_WRITE,
} from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  fillDispatch,
  IoCompleteRequest,
  IoCreateDevice,
  type Irp,
  MmGetMdlByteCount,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
  OPENING,
  succeed,
} from '../../../personality/wdm/index.ts';

const SECTOR = 512;
const HEADS = 2;
const SECTORS_PER_TRACK = 32;
const CYLINDERS = 32;
const LENGTH = CYLINDERS * HEADS * SECTORS_PER_TRACK * SECTOR;

const driverEntry: DriverEntry = async (driver) => {
  await IoCreateDevice(driver, {
    name: '\\Device\\MyDisk',
    type: nt.FILE_DEVICE_DISK,
    // Data comes as an MDL.
    flags: nt.DO_DIRECT_IO,
    sectorSize: SECTOR,
    extension: new Uint8Array(LENGTH),
  });
  fillDispatch(driver, [...OPENING, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_SHUTDOWN], succeed);
  driver.majorFunction[IRP_MJ_READ] = diskRead;
  driver.majorFunction[IRP_MJ_WRITE] = diskWrite;
  driver.majorFunction[IRP_MJ_DEVICE_CONTROL] = diskControl;
  return Status.STATUS_SUCCESS;
};

/** Whole sectors that the disk has. */
function isOnDisk({ offset, length }: { offset: number; length: number }): boolean {
  const whole = offset % SECTOR === 0 && length % SECTOR === 0;
  return whole && offset >= 0 && offset + length <= LENGTH;
}

type Pages = Awaited<ReturnType<typeof MmGetSystemAddressForMdlSafe>>;
type Move = (pages: Pages, part: Uint8Array) => void;

/** Piece by piece of the caller's memory, as its pages lie. */
async function transfer(
  device: DeviceObject,
  irp: Irp<'read'> | Irp<'write'>,
  move: Move,
): Promise<NTSTATUS> {
  if (!isOnDisk(irp.parameters)) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const disk = device.extension as Uint8Array;
  let at = irp.parameters.offset;
  for (let mdl = irp.MdlAddress; mdl; mdl = mdl.next) {
    const pages = await MmGetSystemAddressForMdlSafe(mdl);
    const count = MmGetMdlByteCount(mdl);
    move(pages, disk.subarray(at, at + count));
    at += count;
  }
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, irp.parameters.length);
}

const diskRead = (device: DeviceObject, irp: Irp<'read'>): Promise<NTSTATUS> =>
  transfer(device, irp, (pages, part) => pages.write(0, part));
const diskWrite = (device: DeviceObject, irp: Irp<'write'>): Promise<NTSTATUS> =>
  transfer(device, irp, (pages, part) => pages.readInto(0, part));

/** What a file system asks of a disk that stays in. It is always there, writable and good. */
const NOTHING = new Uint8Array();
const ANSWERS: ReadonlyMap<number, Uint8Array> = new Map([
  [nt.IOCTL_DISK_CHECK_VERIFY, NOTHING],
  [nt.IOCTL_STORAGE_CHECK_VERIFY, NOTHING],
  [nt.IOCTL_DISK_IS_WRITABLE, NOTHING],
  [nt.IOCTL_DISK_VERIFY, NOTHING],
  [nt.IOCTL_DISK_GET_LENGTH_INFO, encodeLarge(LENGTH)],
  [
    nt.IOCTL_DISK_GET_DRIVE_GEOMETRY,
    encodeGeometry({
      cylinders: CYLINDERS,
      mediaType: nt.FixedMedia,
      tracksPerCylinder: HEADS,
      sectorsPerTrack: SECTORS_PER_TRACK,
      bytesPerSector: SECTOR,
    }),
  ],
]);

function diskControl(_device: DeviceObject, irp: Irp<'device_control'>): NTSTATUS {
  const { code, outputLength } = irp.parameters;
  const output = ANSWERS.get(code);
  if (!output) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (outputLength < output.length) return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
}

export const image = driverImage(driverEntry);
