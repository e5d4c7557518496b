/**
 * The class driver of keyboards: \Device\KeyboardClass0, above the port driver of another process.
 *
 * READ gives KEYBOARD_INPUT_DATA records in the order of their keys, and waits for the first; each
 * record goes to one reader. While the device is open this driver keeps one read of its own pending
 * at the port, and the port's keyboard scans; when the last handle is closed, that read is given up
 * and the keyboard is silent. Controls go down as they are.
 *
 * The class device has a stack of its own. Above the port stands a second one (`Ear`), which passes
 * on what the port's stack is asked, and objects when the port is to go while somebody listens. A
 * port that dies takes it along: what waits ends with a status, and the next open attaches to the
 * port that was loaded in its place.
 *
 * Files: listen (the read at the port); ear (what the port's stack is asked).
 */
import {
  FILE_DEVICE_KEYBOARD,
  IOCTL_INTERNAL_KEYBOARD_DISABLE,
  IOCTL_INTERNAL_KEYBOARD_ENABLE,
  KEYBOARD_CLASS_DEVICE,
  KEYBOARD_INPUT_DATA_LENGTH,
} from '../../../personality/rtl/keyboard.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO } from '../../../personality/rtl/nt.ts';
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  IoAllocateWorkItem,
  IoCompleteRequest,
  IoCreateDevice,
  IoCsqInitialize,
  IoCsqInsertIrp,
  IoQueueWorkItem,
  type Irp,
  KeInitializeMutex,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
  type PnpRoutines,
  serveDevices,
  succeed,
  whileStarted,
} from '../../../personality/wdm/index.ts';
import { throughEars } from './ear.ts';
import { ask, attach, deliver, type KeyboardClass, listen, lose, silence } from './listen.ts';

/** A class driver's own: no program says them. */
const INTERNAL = [IOCTL_INTERNAL_KEYBOARD_ENABLE, IOCTL_INTERNAL_KEYBOARD_DISABLE];

export const kbdclassDriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, kbdclassRoutines);
  const { majorFunction } = driver;
  majorFunction[IRP_MJ_CREATE] = whileStarted(kbdclassCreate);
  // Its reads have been given up already.
  majorFunction[IRP_MJ_CLEANUP] = succeed as never;
  majorFunction[IRP_MJ_CLOSE] = kbdclassClose;
  majorFunction[IRP_MJ_READ] = whileStarted(kbdclassRead);
  majorFunction[IRP_MJ_DEVICE_CONTROL] = whileStarted(kbdclassControl);
  throughEars(driver);
  return Status.STATUS_SUCCESS;
};

const kbdclassRoutines: PnpRoutines<KeyboardClass> = {
  add: (driver, physical) =>
    IoCreateDevice(driver, {
      name: KEYBOARD_CLASS_DEVICE,
      type: FILE_DEVICE_KEYBOARD,
      flags: DO_BUFFERED_IO,
      extension: {
        below: physical,
        started: false,
        lock: KeInitializeMutex(driver),
        reads: IoCsqInitialize(),
        queue: [],
        ear: undefined,
        port: undefined,
        opens: 0,
        own: undefined,
      },
    }),
  start: async (device) => {
    await attach(device);
    // One that died may have left it scanning.
    IoQueueWorkItem(IoAllocateWorkItem(device), kbdclassBegin, undefined);
    return Status.STATUS_SUCCESS;
  },
  stop: async (device) => {
    await silence(device);
    await lose(device, Status.STATUS_DEVICE_REMOVED);
  },
  power: async (device, state) => {
    if (device.extension.opens === 0) return;
    await (state === PowerDeviceD0 ? listen(device) : silence(device));
  },
};

async function kbdclassBegin(device: DeviceObject): Promise<void> {
  const own = device as DeviceObject<KeyboardClass>;
  await locked(own.extension, async () => {
    if (own.extension.opens > 0) return listen(own);
    await silence(own);
    return Status.STATUS_SUCCESS;
  });
}

/** Opens and closes, one after the other. */
async function locked({ lock }: KeyboardClass, body: () => Promise<NTSTATUS>): Promise<NTSTATUS> {
  await KeWaitForSingleObject(lock);
  try {
    return await body();
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  } finally {
    KeReleaseMutex(lock);
  }
}

async function kbdclassCreate(device: DeviceObject, irp: Irp<'create'>): Promise<NTSTATUS> {
  const own = device as DeviceObject<KeyboardClass>;
  const { extension } = own;
  const status = await locked(extension, async () => {
    const isNew = extension.port === undefined;
    if (isNew) await attach(own);
    const listens = extension.opens > 0 && !isNew;
    const status = listens ? Status.STATUS_SUCCESS : await listen(own);
    if (NT_SUCCESS(status)) extension.opens++;
    return status;
  });
  return IoCompleteRequest(irp, status);
}

async function kbdclassClose(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  const own = device as DeviceObject<KeyboardClass>;
  await locked(own.extension, async () => {
    if (--own.extension.opens === 0) await silence(own);
    return Status.STATUS_SUCCESS;
  });
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

function kbdclassRead(device: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const extension = device.extension as KeyboardClass;
  if (irp.parameters.length < KEYBOARD_INPUT_DATA_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  if (!extension.port) return IoCompleteRequest(irp, Status.STATUS_DEVICE_NOT_CONNECTED);
  IoCsqInsertIrp(extension.reads, irp as Irp);
  deliver(extension);
  return irp.completed ? irp.ioStatus.status : Status.STATUS_PENDING;
}

async function kbdclassControl(
  device: DeviceObject,
  irp: Irp<'device_control'>,
): Promise<NTSTATUS> {
  const own = device as DeviceObject<KeyboardClass>;
  if (INTERNAL.includes(irp.parameters.code))
    return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const { status, information, output } = await ask(own, irp.parameters);
  return IoCompleteRequest(irp, status, information, output ? { output } : {});
}

export const image = driverImage(kbdclassDriverEntry);
