/**
 * The life of the port: added without hardware, started with it, stopped, removed; and its power.
 *
 * In D3 the chip is quiet: no interrupts, the modem lines dropped; what is to be sent goes out
 * before. It does not pause: bytes of the terminal's line would be lost meanwhile.
 */
import { FILE_DEVICE_SERIAL_PORT, DO_BUFFERED_IO } from '../../../personality/rtl/nt.ts';
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import type { Hardware } from '../../../personality/rtl/resources.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  HalMapIoPorts,
  IoConnectInterrupt,
  IoCreateDevice,
  IoDisconnectInterrupt,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
  type PnpRoutines,
} from '../../../personality/wdm/index.ts';
import { answers, newPort, quiet, type SerialPort, serialServiceRoutine, setUp } from './port.ts';
import { abandonReads, serialNews } from './receive.ts';

export const serialRoutines: PnpRoutines<SerialPort> = {
  add: (driver, physical) =>
    IoCreateDevice(driver, {
      name: '\\Device\\Serial0',
      type: FILE_DEVICE_SERIAL_PORT,
      flags: DO_BUFFERED_IO,
      extension: newPort(driver, physical, serialNews),
    }),
  start,
  stop,
  power,
  stays: true,
};

async function start(
  { driverObject: driver, extension: port }: DeviceObject<SerialPort>,
  { ports, interrupts }: Hardware,
): Promise<NTSTATUS> {
  const [range, line] = [ports[0], interrupts[0]];
  if (!range || line === undefined) return Status.STATUS_DEVICE_CONFIGURATION_ERROR;
  port.ports = await HalMapIoPorts(driver, range[0], range[1]);
  if (!answers(port)) return Status.STATUS_NO_SUCH_DEVICE;
  const interrupt = { line, serviceRoutine: serialServiceRoutine, context: port };
  port.interrupt = await IoConnectInterrupt(driver, interrupt);
  setUp(port);
  return Status.STATUS_SUCCESS;
}

async function stop(device: DeviceObject<SerialPort>, there: boolean): Promise<void> {
  const { driverObject: driver, extension: port } = device;
  const { interrupt } = port;
  abandonReads(port);
  if (!interrupt) return;
  if (there) quiet(port);
  port.interrupt = undefined;
  await IoDisconnectInterrupt(driver, interrupt);
}

async function power({ extension: port }: DeviceObject<SerialPort>, state: number): Promise<void> {
  if (state === PowerDeviceD0) return setUp(port);
  // Behind a write that is under way.
  await KeWaitForSingleObject(port.writeLock);
  quiet(port);
  KeReleaseMutex(port.writeLock);
}
