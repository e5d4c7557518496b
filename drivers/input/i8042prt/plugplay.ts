/**
 * The life of the keyboard's port: added without hardware, tested and set up when it starts,
 * stopped and removed; and its power. In D3 the keyboard does not scan.
 */
import { FILE_DEVICE_8042_PORT, KEYBOARD_PORT_DEVICE } from '../../../personality/rtl/keyboard.ts';
import { DO_BUFFERED_IO, SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import type { Hardware } from '../../../personality/rtl/resources.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverObject,
  HalMapIoPorts,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  IoCsqInitialize,
  IoCsqRemoveNextIrp,
  IoDisconnectInterrupt,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeSetEvent,
  type NTSTATUS,
  type PnpRoutines,
} from '../../../personality/wdm/index.ts';
import { keyboardCommand, setCommandByte, setUp } from './controller.ts';
import { deliver, i8042ServiceRoutine, type KeyboardPort } from './port.ts';
import { COMMAND_BYTE, COMMAND_BYTE_QUIET, DATA, DISABLE, ENABLE, STATUS } from './registers.ts';

/** As the keyboard is after a reset. */
const USUAL = { rate: 11, delay: 500 };

type Port = DeviceObject<KeyboardPort>;

export const i8042Routines: PnpRoutines<KeyboardPort> = {
  add: (driver, physical) =>
    IoCreateDevice(driver, {
      name: KEYBOARD_PORT_DEVICE,
      type: FILE_DEVICE_8042_PORT,
      flags: DO_BUFFERED_IO,
      extension: newPort(driver, physical),
    }),
  start,
  stop,
  power: async ({ driverObject, extension: port }, state) => {
    if (port.listens)
      await keyboardCommand(driverObject, port, state === PowerDeviceD0 ? ENABLE : DISABLE);
  },
};

function newPort(driver: DriverObject, physical: DeviceObject): KeyboardPort {
  const nothing = { first: 0, count: 0, slot: 0, runtime: driver.runtime };
  const port: KeyboardPort = {
    below: physical,
    started: false,
    data: nothing,
    status: nothing,
    interrupt: undefined,
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
    listens: false,
  };
  return port;
}

/** After an interrupt. */
function i8042Dpc(port: KeyboardPort): void {
  deliver(port);
  if (port.answer !== undefined) KeSetEvent(port.answered);
}

async function start(
  { driverObject: driver, extension: port }: Port,
  { interrupts: [line] }: Hardware,
): Promise<NTSTATUS> {
  if (line === undefined) return Status.STATUS_DEVICE_CONFIGURATION_ERROR;
  port.data = await HalMapIoPorts(driver, DATA, 1);
  port.status = await HalMapIoPorts(driver, STATUS, 1);
  const status = await setUp(driver, port);
  if (status !== Status.STATUS_SUCCESS) return status;
  // The keyboard was reset.
  Object.assign(port, { leds: 0, typematic: USUAL, listens: false, prefix: 0 });
  const interrupt = { line, serviceRoutine: i8042ServiceRoutine, context: port };
  port.interrupt = await IoConnectInterrupt(driver, interrupt);
  const set = await setCommandByte(driver, port, COMMAND_BYTE);
  return set ? Status.STATUS_SUCCESS : Status.STATUS_IO_TIMEOUT;
}

/** Nothing will come any more. */
async function stop(
  { driverObject: driver, extension: port }: Port,
  there: boolean,
): Promise<void> {
  const { interrupt, reads } = port;
  port.queue.length = 0;
  for (let irp = IoCsqRemoveNextIrp(reads); irp; irp = IoCsqRemoveNextIrp(reads))
    IoCompleteRequest(irp, Status.STATUS_DEVICE_REMOVED);
  if (!interrupt) return;
  port.interrupt = undefined;
  if (there) {
    await keyboardCommand(driver, port, DISABLE);
    await setCommandByte(driver, port, COMMAND_BYTE_QUIET);
  }
  await IoDisconnectInterrupt(driver, interrupt);
}
