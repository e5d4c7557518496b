/**
 * \Device\Null: the file that is always empty and swallows everything.
 *
 * The smallest driver, and the one to copy: it makes a device, fills its dispatch table, and
 * completes every IRP before its routine returns. It needs no hardware and never waits.
 * docs/drivers.md walks through it.
 */
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  driverImage,
  IoCompleteRequest,
  IoCreateDevice,
  type DeviceObject,
  type DriverEntry,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';

export const nullDriverEntry: DriverEntry = async (driver) => {
  await IoCreateDevice(driver, {
    name: '\\Device\\Null',
    type: FILE_DEVICE_NULL,
    flags: DO_BUFFERED_IO,
    extension: undefined,
  });
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CREATE] = nullSucceed;
  majorFunction[IRP_MJ_CLEANUP] = nullSucceed;
  majorFunction[IRP_MJ_CLOSE] = nullSucceed;
  majorFunction[IRP_MJ_FLUSH_BUFFERS] = nullSucceed;
  majorFunction[IRP_MJ_READ] = nullRead;
  majorFunction[IRP_MJ_WRITE] = nullWrite;
  return Status.STATUS_SUCCESS;
};

function nullSucceed(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

function nullRead(_device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_END_OF_FILE);
}

/** All of it was "written". */
function nullWrite(_device: DeviceObject, irp: Irp<'write'>): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, irp.parameters.length);
}

export const image = driverImage(nullDriverEntry);
