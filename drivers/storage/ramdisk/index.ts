/**
 * A disk in RAM: \Device\RamDisk0, the drive C: until there is a hard disk.
 *
 * It has no hardware: the medium is memory of its own, a request's data is mapped by its MDL
 * and copied once. A medium is put in and taken out by control codes (rtl/ramdisk.ts); what was on
 * it is gone with it, and with this process.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import { DO_DIRECT_IO, FILE_DEVICE_DISK } from '../../../personality/rtl/nt.ts';
import { RAMDISK_NAME } from '../../../personality/rtl/ramdisk.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  fillDispatch,
  IoCompleteRequest,
  IoCreateDevice,
  type Irp,
  type NTSTATUS,
  OPENING,
  type PnpRoutines,
  serveDevices,
  succeed,
  whileStarted,
} from '../../../personality/wdm/index.ts';
import { control } from './ioctl.ts';
import { move, present, type RamDisk, remove, SECTOR_SIZE } from './medium.ts';

export const ramdiskDriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, ramdiskRoutines);
  fillDispatch(driver, [...OPENING, mj.IRP_MJ_FLUSH_BUFFERS, mj.IRP_MJ_SHUTDOWN], succeed);
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_READ] = whileStarted<'read'>((device, irp) =>
    transfer(device, irp, false),
  );
  majorFunction[mj.IRP_MJ_WRITE] = whileStarted<'write'>((device, irp) =>
    transfer(device, irp, true),
  );
  majorFunction[mj.IRP_MJ_DEVICE_CONTROL] = whileStarted(deviceControl);
  return Status.STATUS_SUCCESS;
};

/** It has no hardware to be given; a device that goes takes its medium along. */
const ramdiskRoutines: PnpRoutines<RamDisk> = {
  add: (driver, physical) =>
    IoCreateDevice(driver, {
      name: RAMDISK_NAME,
      type: FILE_DEVICE_DISK,
      flags: DO_DIRECT_IO,
      sectorSize: SECTOR_SIZE,
      extension: {
        below: physical,
        started: false,
        driver,
        medium: undefined,
        verifyRequired: false,
        changeCount: 0,
      },
    }),
  stop: ({ extension }) => void remove(extension),
  stays: true,
};

/** As with any disk: reads may override a pending verification, writes never. */
async function transfer(
  device: DeviceObject,
  irp: Irp<'read'> | Irp<'write'>,
  toDevice: boolean,
): Promise<NTSTATUS> {
  const disk = device.extension as RamDisk;
  const override = !toDevice && (irp.flags & mj.SL_OVERRIDE_VERIFY_VOLUME) !== 0;
  const status = present(disk, override);
  if (status !== Status.STATUS_SUCCESS) return IoCompleteRequest(irp as Irp, status);
  const outcome = await move(disk, irp, toDevice);
  return IoCompleteRequest(irp as Irp, outcome.status, outcome.information);
}

function deviceControl(device: DeviceObject, irp: Irp<'device_control'>): NTSTATUS {
  const { status, output } = control(device.extension as RamDisk, irp);
  return IoCompleteRequest(irp, status, undefined, output ? { output } : {});
}

export const image = driverImage(ramdiskDriverEntry);
