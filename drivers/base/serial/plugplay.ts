/**
 * The life of the port: added without hardware, started with it, stopped, removed; and its power.
 *
 * While it is not started, requests answer STATUS_DEVICE_NOT_READY. In D3 the chip is quiet: no
 * interrupts, the modem lines dropped; what is to be sent goes out before.
 */
import { FILE_DEVICE_SERIAL_PORT, DO_BUFFERED_IO } from '../../../personality/rtl/nt.ts';
import {
  DevicePowerState,
  IRP_MN_QUERY_STOP_DEVICE,
  IRP_MN_REMOVE_DEVICE,
  IRP_MN_SET_POWER,
  IRP_MN_START_DEVICE,
  IRP_MN_STOP_DEVICE,
  IRP_MN_SURPRISE_REMOVAL,
  PowerDeviceD0,
} from '../../../personality/rtl/pnp.ts';
import { NT_SUCCESS, NtException, Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverObject,
  HalMapIoPorts,
  IoAttachDeviceToDeviceStack,
  IoCallDriver,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  IoDeleteDevice,
  IoDetachDevice,
  IoDisconnectInterrupt,
  IoForwardIrpSynchronously,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
  PnpResources,
  PoCallDriver,
  PoSetPowerState,
} from '../../../personality/wdm/index.ts';
import { answers, newPort, quiet, type SerialPort, serialServiceRoutine, setUp } from './port.ts';
import { abandonReads, serialNews } from './receive.ts';

export async function serialAddDevice(
  driver: DriverObject,
  physical: DeviceObject,
): Promise<NTSTATUS> {
  const port = newPort(driver, physical, serialNews);
  const device = await IoCreateDevice(driver, {
    name: '\\Device\\Serial0',
    type: FILE_DEVICE_SERIAL_PORT,
    flags: DO_BUFFERED_IO,
    extension: port,
  });
  port.below = await IoAttachDeviceToDeviceStack(device, physical);
  return Status.STATUS_SUCCESS;
}

export async function serialPlugPlay(device: DeviceObject, irp: Irp<'pnp'>): Promise<NTSTATUS> {
  const port = device.extension as SerialPort;
  switch (irp.minorFunction) {
    case IRP_MN_START_DEVICE: {
      const below = await IoForwardIrpSynchronously(port.below, irp as Irp);
      const status = NT_SUCCESS(below) ? await start(device.driverObject, port, irp) : below;
      return IoCompleteRequest(irp, status);
    }
    case IRP_MN_QUERY_STOP_DEVICE:
      // The terminal's line: bytes that came meanwhile would be lost.
      return IoCompleteRequest(irp, Status.STATUS_NOT_SUPPORTED);
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
      await stop(device.driverObject, port, irp.minorFunction === IRP_MN_STOP_DEVICE);
      break;
    case IRP_MN_REMOVE_DEVICE: {
      await stop(device.driverObject, port, true);
      const status = await passDown(port, irp as Irp);
      await IoDetachDevice(device);
      await IoDeleteDevice(device);
      return status;
    }
  }
  return passDown(port, irp as Irp);
}

function passDown(port: SerialPort, irp: Irp): Promise<NTSTATUS> {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(port.below, irp);
}

async function start(driver: DriverObject, port: SerialPort, irp: Irp<'pnp'>): Promise<NTSTATUS> {
  const { ports, interrupts } = PnpResources(irp);
  const [range, line] = [ports[0], interrupts[0]];
  if (!range || line === undefined) return Status.STATUS_DEVICE_CONFIGURATION_ERROR;
  try {
    port.ports = await HalMapIoPorts(driver, range[0], range[1]);
    if (!answers(port)) return Status.STATUS_NO_SUCH_DEVICE;
    const interrupt = { line, serviceRoutine: serialServiceRoutine, context: port };
    port.interrupt = await IoConnectInterrupt(driver, interrupt);
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
  port.started = true;
  setUp(port);
  return Status.STATUS_SUCCESS;
}

/** `there`: the chip can be spoken to still. */
async function stop(driver: DriverObject, port: SerialPort, there: boolean): Promise<void> {
  if (there && port.started) quiet(port);
  port.started = false;
  abandonReads(port);
  if (port.interrupt) await IoDisconnectInterrupt(driver, port.interrupt);
  port.interrupt = undefined;
}

export async function serialPower(device: DeviceObject, irp: Irp<'power'>): Promise<NTSTATUS> {
  const port = device.extension as SerialPort;
  const { type, state } = irp.parameters;
  const sets = irp.minorFunction === IRP_MN_SET_POWER && type === DevicePowerState;
  if (sets && port.started && PoSetPowerState(device, state) !== state) {
    if (state === PowerDeviceD0) setUp(port);
    else {
      // Behind a write that is under way.
      await KeWaitForSingleObject(port.writeLock);
      quiet(port);
      KeReleaseMutex(port.writeLock);
    }
  }
  IoSkipCurrentIrpStackLocation(irp as Irp);
  return PoCallDriver(port.below, irp as Irp);
}
