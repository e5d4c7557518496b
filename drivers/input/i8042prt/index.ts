/**
 * The port driver of the PC's keyboard: an 8042 at 60 and 64, interrupt 1, PNP0303, as
 * \Device\KeyboardPort0.
 *
 * READ gives KEYBOARD_INPUT_DATA records, at least one, and waits for it; kbdclass is who reads. In
 * NT the port calls the class driver back, in one address space; here a pending read stands for
 * that call. The keyboard is silent until the class driver wants keys.
 *
 * Files: registers; port (the interrupt, reads); controller (set-up, commands); ioctl; plugplay.
 */
import { KEYBOARD_INPUT_DATA_LENGTH } from '../../../personality/rtl/keyboard.ts';
import { IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ } from '../../../personality/rtl/irp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  fillDispatch,
  IoCompleteRequest,
  IoCsqInsertIrp,
  type Irp,
  type NTSTATUS,
  OPENING,
  serveDevices,
  succeed,
  whileStarted,
} from '../../../personality/wdm/index.ts';
import { recover } from './controller.ts';
import { i8042Control } from './ioctl.ts';
import { i8042Routines } from './plugplay.ts';
import type { KeyboardPort } from './port.ts';

export const i8042DriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, i8042Routines);
  fillDispatch(driver, OPENING, succeed);
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_READ] = whileStarted(i8042Read);
  majorFunction[IRP_MJ_DEVICE_CONTROL] = whileStarted(i8042Control);
  return Status.STATUS_SUCCESS;
};

function i8042Read(device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const port = device.extension as KeyboardPort;
  if (irp.parameters.length < KEYBOARD_INPUT_DATA_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  IoCsqInsertIrp(port.reads, irp as Irp);
  recover(port);
  return irp.completed ? irp.ioStatus.status : Status.STATUS_PENDING;
}

export const image = driverImage(i8042DriverEntry);
