/**
 * \Device\Hang: a driver with a fault, for who wants to see what comes of it.
 *
 * A READ waits for an event that nobody sets, and without a time-out: what a driver must never do.
 * The watchdog of the Executive ends its process after 20 seconds (ntos/io/request/watchdog.ts).
 * Everything else succeeds at once. It is in no registry until somebody makes its service key:
 * docs/experiments/a-driver-that-hangs.md.
 */
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_READ,
} from '../../../personality/rtl/irp.ts';
import { DO_DIRECT_IO, FILE_DEVICE_NULL, NotificationEvent } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  driverImage,
  IoCompleteRequest,
  IoCreateDevice,
  KeInitializeEvent,
  KeWaitForSingleObject,
  type DeviceObject,
  type DriverEntry,
  type Irp,
  type KEvent,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';

export const hangDriverEntry: DriverEntry = async (driver) => {
  await IoCreateDevice(driver, {
    name: '\\Device\\Hang',
    type: FILE_DEVICE_NULL,
    // As a disk: of a buffered device, such as a terminal, a read may wait as long as it likes.
    flags: DO_DIRECT_IO,
    extension: KeInitializeEvent(driver, NotificationEvent, false),
  });
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CREATE] = hangSucceed;
  majorFunction[IRP_MJ_CLEANUP] = hangSucceed;
  majorFunction[IRP_MJ_CLOSE] = hangSucceed;
  majorFunction[IRP_MJ_READ] = hangRead;
  return Status.STATUS_SUCCESS;
};

function hangSucceed(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

async function hangRead(device: DeviceObject, irp: Irp<'read'>): Promise<NTSTATUS> {
  await KeWaitForSingleObject(device.extension as KEvent);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export const image = driverImage(hangDriverEntry);
