/**
 * The serial driver: a 16550A, PNP0501, as \Device\Serial0. The terminal's line.
 *
 * Buffered I/O: data travels in the packets. STATUS_NO_SUCH_DEVICE where no such chip answers.
 * Files: registers; port (the interrupt); receive; transmit; ioctl; plugplay.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DriverEntry,
  driverImage,
  fillDispatch,
  OPENING,
  serveDevices,
  succeed,
  whileStarted,
} from '../../../personality/wdm/index.ts';
import { serialControl } from './ioctl.ts';
import { serialRoutines } from './plugplay.ts';
import { serialRead } from './receive.ts';
import { serialWrite } from './transmit.ts';

export const serialDriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, serialRoutines);
  fillDispatch(driver, [...OPENING, mj.IRP_MJ_FLUSH_BUFFERS], succeed);
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_CREATE] = whileStarted<'create'>(succeed as never);
  majorFunction[mj.IRP_MJ_READ] = whileStarted(serialRead);
  majorFunction[mj.IRP_MJ_WRITE] = whileStarted(serialWrite);
  majorFunction[mj.IRP_MJ_DEVICE_CONTROL] = whileStarted(serialControl);
  return Status.STATUS_SUCCESS;
};

export const image = driverImage(serialDriverEntry);
