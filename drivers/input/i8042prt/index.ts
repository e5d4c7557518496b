/**
 * The port driver of the PC's keyboard: an 8042 at 60 and 64, interrupt 1, as
 * \Device\KeyboardPort0.
 *
 * READ gives KEYBOARD_INPUT_DATA records, at least one, and waits for it; kbdclass is who reads. In
 * NT the port calls the class driver back, in one address space; here a pending read stands for
 * that call. The keyboard is silent until the class driver wants keys.
 *
 * Files: registers; port (the interrupt, reads); controller (set-up, commands); ioctl.
 */
import {
  FILE_DEVICE_8042_PORT,
  KEYBOARD_INPUT_DATA_LENGTH,
  KEYBOARD_PORT_DEVICE,
} from '../../../personality/rtl/keyboard.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import { Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  type DriverObject,
  HalMapIoPorts,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  IoCsqInitialize,
  IoCsqInsertIrp,
  type Irp,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeSetEvent,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { recover, setCommandByte, setUp } from './controller.ts';
import { i8042Control } from './ioctl.ts';
import { deliver, i8042ServiceRoutine, type KeyboardPort } from './port.ts';
import { COMMAND_BYTE, DATA, LINE, STATUS } from './registers.ts';

/** As the keyboard is after a reset. */
const USUAL = { rate: 11, delay: 500 };

export const i8042DriverEntry: DriverEntry = async (driver) => {
  const port = await openPort(driver);
  const status = await setUp(driver, port);
  if (status !== Status.STATUS_SUCCESS) return status;
  await IoConnectInterrupt(driver, {
    line: LINE,
    serviceRoutine: i8042ServiceRoutine,
    context: port,
  });
  if (!(await setCommandByte(driver, port, COMMAND_BYTE))) return Status.STATUS_IO_TIMEOUT;
  await IoCreateDevice(driver, {
    name: KEYBOARD_PORT_DEVICE,
    type: FILE_DEVICE_8042_PORT,
    flags: DO_BUFFERED_IO,
    extension: port,
  });
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CREATE] = i8042Succeed;
  majorFunction[IRP_MJ_CLEANUP] = i8042Succeed;
  majorFunction[IRP_MJ_CLOSE] = i8042Succeed;
  majorFunction[IRP_MJ_READ] = i8042Read;
  majorFunction[IRP_MJ_DEVICE_CONTROL] = i8042Control;
  return Status.STATUS_SUCCESS;
};

async function openPort(driver: DriverObject): Promise<KeyboardPort> {
  const port: KeyboardPort = {
    data: await HalMapIoPorts(driver, DATA, 1),
    status: await HalMapIoPorts(driver, STATUS, 1),
    lock: KeInitializeMutex(driver),
    answered: KeInitializeEvent(driver, SynchronizationEvent, false),
    dpc: KeInitializeDpc(driver, () => i8042Dpc(port), undefined),
    reads: IoCsqInitialize(),
    queue: [],
    waiting: false,
    answer: undefined,
    prefix: 0,
    leds: 0,
    typematic: USUAL,
  };
  return port;
}

/** After an interrupt. */
function i8042Dpc(port: KeyboardPort): void {
  deliver(port);
  if (port.answer !== undefined) KeSetEvent(port.answered);
}

function i8042Succeed(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

function i8042Read(device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const port = device.extension as KeyboardPort;
  if (irp.parameters.length < KEYBOARD_INPUT_DATA_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  IoCsqInsertIrp(port.reads, irp as Irp);
  recover(port);
  return irp.completed ? irp.ioStatus.status : Status.STATUS_PENDING;
}

export const image = driverImage(i8042DriverEntry);
