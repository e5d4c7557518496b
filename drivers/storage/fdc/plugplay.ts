/**
 * The life of the controller: added without hardware, started with it, removed; and its power.
 *
 * Its drives are devices of their own, made when it starts. It is not stopped: drives may be
 * mounted. In D3 motors are off at once, not two seconds later, and the chip is held in reset; the
 * next command brings it up again.
 */
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import { FILE_DEVICE_CONTROLLER } from '../../../personality/rtl/nt.ts';
import {
  type DeviceObject,
  type DriverObject,
  IoCreateDevice,
  IoDeleteDevice,
  IoDisconnectInterrupt,
  KeCancelTimer,
  type NTSTATUS,
  type PnpExtension,
  type PnpRoutines,
  PutDmaAdapter,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import type { Controller } from './controller.ts';
import { DOR } from './registers.ts';

/** Not a transfer: nothing passes it. */
const ALL_DRIVES = { unit: 0 };

/** The extension of the controller's own device. */
export interface FdcDevice extends PnpExtension {
  /** Undefined while it has no hardware. */
  controller: Controller | undefined;
}

export type StartController = (
  driver: DriverObject,
) => Promise<{ status: NTSTATUS; controller: Controller }>;

export function fdcRoutines(startController: StartController): PnpRoutines<FdcDevice> {
  return {
    add: (driver, physical) =>
      IoCreateDevice(driver, {
        name: '',
        type: FILE_DEVICE_CONTROLLER,
        extension: { below: physical, started: false, controller: undefined },
      }),
    start: async ({ driverObject, extension }) => {
      const { status, controller } = await startController(driverObject);
      extension.controller = controller;
      return status;
    },
    stop,
    power,
    stays: true,
  };
}

async function stop({ extension }: DeviceObject<FdcDevice>, there: boolean): Promise<void> {
  const { controller } = extension;
  if (!controller) return;
  extension.controller = undefined;
  const { driver, interrupt, keeper, adapter } = controller;
  await controller.turns.enter(ALL_DRIVES);
  if (there) turnOff(controller);
  for (const { motorTimer } of controller.drives) KeCancelTimer(motorTimer);
  controller.turns.leave();
  for (const each of [...driver.devices.values()]) if (each.name !== '') await IoDeleteDevice(each);
  if (!there) return;
  for (const each of [interrupt, keeper?.interrupt])
    if (each) await IoDisconnectInterrupt(driver, each);
  await PutDmaAdapter(adapter);
}

/** Motors off, the chip held in reset. */
function turnOff(controller: Controller): void {
  for (const drive of controller.drives) {
    KeCancelTimer(drive.motorTimer);
    drive.turning = false;
  }
  controller.ready = false;
  controller.dor = 0;
  WRITE_PORT_UCHAR(controller.ports, DOR, 0);
}

async function power({ extension }: DeviceObject<FdcDevice>, state: number): Promise<void> {
  const { controller } = extension;
  if (!controller || state === PowerDeviceD0) return;
  await controller.turns.enter(ALL_DRIVES);
  turnOff(controller);
  controller.turns.leave();
}
