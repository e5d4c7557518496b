/**
 * The serial driver: a 16550A, PNP0501, as \Device\Serial0. The terminal's line.
 *
 * Buffered I/O: data travels in the packets. STATUS_NO_SUCH_DEVICE where no such chip answers.
 * Files: registers; port (the interrupt); receive; transmit; ioctl; plugplay.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import { Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  type DriverEntry,
  driverImage,
  IoCompleteRequest,
  type Irp,
  type MajorName,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { serialControl } from './ioctl.ts';
import { serialAddDevice, serialPlugPlay, serialPower } from './plugplay.ts';
import type { SerialPort } from './port.ts';
import { serialRead } from './receive.ts';
import { serialWrite } from './transmit.ts';

export const serialDriverEntry: DriverEntry = (driver) => {
  driver.AddDevice = serialAddDevice;
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_CREATE] = whileStarted<'create'>(serialSucceed);
  majorFunction[mj.IRP_MJ_CLEANUP] = serialSucceed;
  majorFunction[mj.IRP_MJ_CLOSE] = serialSucceed;
  majorFunction[mj.IRP_MJ_FLUSH_BUFFERS] = serialSucceed;
  majorFunction[mj.IRP_MJ_READ] = whileStarted(serialRead);
  majorFunction[mj.IRP_MJ_WRITE] = whileStarted(serialWrite);
  majorFunction[mj.IRP_MJ_DEVICE_CONTROL] = whileStarted(serialControl);
  majorFunction[mj.IRP_MJ_PNP] = serialPlugPlay;
  majorFunction[mj.IRP_MJ_POWER] = serialPower;
  return Status.STATUS_SUCCESS;
};

function serialSucceed(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

/** A port without its hardware answers at once. */
function whileStarted<M extends MajorName>(routine: DriverDispatch<M>): DriverDispatch<M> {
  return (device, irp) =>
    (device.extension as SerialPort).started
      ? routine(device, irp)
      : IoCompleteRequest(irp, Status.STATUS_DEVICE_NOT_READY);
}

export const image = driverImage(serialDriverEntry);
