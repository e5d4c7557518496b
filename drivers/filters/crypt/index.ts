/**
 * A filter above a disk, in a process of its own, that encrypts: cipher text on the medium, plain
 * text above. XTS-AES-256 by the number of the sector, with a key from a passphrase.
 *
 * It stands above the disks of the drivers whose service keys name it among their UpperFilters, and
 * is loaded when its control device is first opened. Without a key everything passes as it is. A
 * key that is set or cleared makes the disk another one: READ and WRITE answer
 * STATUS_VERIFY_REQUIRED until CHECK_VERIFY has come with SL_OVERRIDE_VERIFY_VOLUME, so that what
 * was cached of the one never gets onto the other.
 *
 * Keys are kept as long as this process lives, by the disk's name: a disk driver that dies and
 * comes back finds its key.
 *
 * Files: xts (the mode), key (the passphrase), transfer (READ and WRITE).
 */
import {
  CRYPT_DEVICE,
  CRYPT_KEY_SET,
  CRYPT_LONGEST,
  IOCTL_CRYPT_CLEAR_KEY,
  IOCTL_CRYPT_QUERY,
  IOCTL_CRYPT_SET_KEY,
} from '../../../personality/rtl/crypt.ts';
import * as mj from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  type DriverEntry,
  driverImage,
  type DriverObject,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeInitializeMutex,
  MmFreePagesFromMdl,
  type NTSTATUS,
  OPENING,
  serveDevices,
} from '../../../personality/wdm/index.ts';
import { keyOf } from './key.ts';
import { type CryptDisk, cryptRead, cryptWrite } from './transfer.ts';
import type { Xts } from './xts.ts';

export const cryptDriverEntry: DriverEntry = async (driver) => {
  const keys = new Map<string, Xts>();
  for (let major = 0; major <= mj.IRP_MJ_MAXIMUM_FUNCTION; major++)
    (driver.majorFunction as Record<number, DriverDispatch>)[major] = pass;
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_READ] = readOrWrite((disk, irp, key) =>
    cryptRead(disk, irp as Irp<'read'>, key),
  ) as never;
  majorFunction[mj.IRP_MJ_WRITE] = readOrWrite((disk, irp, key) =>
    cryptWrite(disk, irp as Irp<'write'>, key),
  ) as never;
  majorFunction[mj.IRP_MJ_DEVICE_CONTROL] = (device, irp) => control(device, irp, keys);
  serveDevices<CryptDisk>(driver, {
    add: (_driver, physical) => addFilter(driver, physical, keys),
    stop: async ({ extension }) => {
      const { pages } = extension;
      extension.pages = undefined;
      if (pages) await MmFreePagesFromMdl(pages);
    },
  });
  const facts = { name: CRYPT_DEVICE, type: nt.FILE_DEVICE_UNKNOWN, extension: undefined };
  await IoCreateDevice(driver, facts);
  return Status.STATUS_SUCCESS;
};

/** It comes above a disk that can be used already. */
function addFilter(
  driver: DriverObject,
  physical: DeviceObject,
  keys: ReadonlyMap<string, Xts>,
): Promise<DeviceObject<CryptDisk>> {
  const key = keys.get(physical.name);
  return IoCreateDevice<CryptDisk>(driver, {
    name: '',
    type: nt.FILE_DEVICE_DISK,
    flags: nt.DO_DIRECT_IO,
    sectorSize: 512,
    extension: {
      below: physical,
      started: true,
      name: physical.name,
      key,
      verifyRequired: key !== undefined,
      lock: KeInitializeMutex(driver),
      pages: undefined,
    },
  });
}

/** The control device has nothing below it, and nothing to do. */
const pass: DriverDispatch = (device, irp) => {
  const { extension } = device as DeviceObject<CryptDisk | undefined>;
  if (!extension) {
    const opens = OPENING.includes(irp.majorFunction);
    const status = opens ? Status.STATUS_SUCCESS : Status.STATUS_INVALID_DEVICE_REQUEST;
    return IoCompleteRequest(irp, status);
  }
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(extension.below, irp);
};

function readOrWrite(
  work: (disk: CryptDisk, irp: Irp, key: Xts) => Promise<NTSTATUS>,
): DriverDispatch {
  return (device, irp) => {
    const { extension: disk } = device as DeviceObject<CryptDisk | undefined>;
    if (disk?.verifyRequired && (irp.flags & mj.SL_OVERRIDE_VERIFY_VOLUME) === 0)
      return IoCompleteRequest(irp, Status.STATUS_VERIFY_REQUIRED);
    return disk?.key ? work(disk, irp, disk.key) : pass(device, irp);
  };
}

function control(
  device: DeviceObject,
  irp: Irp<'device_control'>,
  keys: Map<string, Xts>,
): NTSTATUS | Promise<NTSTATUS> {
  const disk = (device as DeviceObject<CryptDisk | undefined>).extension;
  if (!disk) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const { code, input, outputLength } = irp.parameters;
  switch (code) {
    case IOCTL_CRYPT_SET_KEY:
      if (input.length === 0 || input.length > CRYPT_LONGEST)
        return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
      setKey(disk, keys, keyOf(input));
      return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
    case IOCTL_CRYPT_CLEAR_KEY:
      if (disk.key) setKey(disk, keys, undefined);
      return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
    case IOCTL_CRYPT_QUERY: {
      if (outputLength < 4) return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
      const output = Uint8Array.of(disk.key ? CRYPT_KEY_SET : 0, 0, 0, 0);
      return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
    }
    case nt.IOCTL_DISK_CHECK_VERIFY:
    case nt.IOCTL_STORAGE_CHECK_VERIFY:
      if (disk.verifyRequired && (irp.flags & mj.SL_OVERRIDE_VERIFY_VOLUME) === 0)
        return IoCompleteRequest(irp, Status.STATUS_VERIFY_REQUIRED);
      disk.verifyRequired = false;
      break;
  }
  return pass(device, irp as Irp);
}

function setKey(disk: CryptDisk, keys: Map<string, Xts>, key: Xts | undefined): void {
  disk.key = key;
  disk.verifyRequired = true;
  if (key) keys.set(disk.name, key);
  else keys.delete(disk.name);
}

export const image = driverImage(cryptDriverEntry);
