/**
 * The floppy driver: one 82077AA and the drives at it, \Device\Floppy0 and \Device\Floppy1.
 *
 * The controller is a Plug and Play device, PNP0700. Started, it is brought into a known state
 * (STATUS_NO_SUCH_DEVICE where none answers), then each drive's head is sent home: a drive that
 * cannot is not there. Resources: ports 3F0-3F5 and 3F7, the keeper's ports, interrupts 6 and 5,
 * DMA channel 2.
 *
 * Files, from the chip up: registers, handshake, interrupt, command, status; drive, media, change;
 * retry, transfer, verify, format, ioctl, keeper; queue, dispatch; plugplay.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import {
  DO_DIRECT_IO,
  FILE_DEVICE_DISK,
  SynchronizationEvent,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DispatchTable,
  type DriverDispatch,
  type DriverEntry,
  driverImage,
  type DriverObject,
  type DriverResources,
  fillDispatch,
  HalGetAdapter,
  HalMapIoPorts,
  IoAssignResources,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeTimer,
  KeSetEvent,
  type MajorName,
  type NTSTATUS,
  OPENING,
  serveDevices,
  succeed,
} from '../../../personality/wdm/index.ts';
import { resetController } from './command.ts';
import type { Controller, Drive } from './controller.ts';
import { fdcDeviceControl, fdcFlush, fdcRead, fdcWrite } from './dispatch.ts';
import { recalibrate, stopMotor } from './drive.ts';
import { query } from './handshake.ts';
import { fdcServiceRoutine } from './interrupt.ts';
import { openKeeper } from './keeper.ts';
import { fdcRoutines } from './plugplay.ts';
import { Turns } from './queue.ts';
import { CMD_VERSION, VERSION_ENHANCED } from './registers.ts';

const BASE = 0x3f0;
const BASE_COUNT = 6;
const CHANGE_PORT = 0x3f7;
const LINE = 6;
const CHANNEL = 2;
const KEEPER_LINE = 5;
/** A cylinder of the largest medium. */
const LONGEST_TRANSFER = 2 * 36 * 512;
const UNITS = 2;

export const fdcDriverEntry: DriverEntry = (driver) => {
  serveDevices(driver, fdcRoutines(startController));
  fillDispatch(driver, [...OPENING, mj.IRP_MJ_SHUTDOWN], succeed);
  fillTable(driver.majorFunction);
  return Status.STATUS_SUCCESS;
};

/** IRP_MN_START_DEVICE: its hardware is the driver's now. */
async function startController(driver: DriverObject) {
  const controller = await openController(driver);
  const status = await findController(controller);
  if (status !== Status.STATUS_SUCCESS) return { status, controller };
  for (let unit = 0; unit < UNITS; unit++) await findDrive(controller, unit);
  // When all were found: who sees a device may use it, and with it the controller.
  for (const drive of controller.drives) await addDrive(drive);
  const some = controller.drives.length > 0;
  return { status: some ? Status.STATUS_SUCCESS : Status.STATUS_NO_SUCH_DEVICE, controller };
}

function fillTable(table: DispatchTable): void {
  table[mj.IRP_MJ_CREATE] = ofDrive<'create'>(succeed as never);
  table[mj.IRP_MJ_READ] = ofDrive(fdcRead);
  table[mj.IRP_MJ_WRITE] = ofDrive(fdcWrite);
  table[mj.IRP_MJ_DEVICE_CONTROL] = ofDrive(fdcDeviceControl);
  table[mj.IRP_MJ_FLUSH_BUFFERS] = ofDrive(fdcFlush);
}

/** The controller's own device, which has no name, takes requests of nobody but the system. */
function ofDrive<M extends MajorName>(routine: DriverDispatch<M>): DriverDispatch<M> {
  return (device, irp) =>
    device.name === ''
      ? IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST)
      : routine(device, irp);
}

async function openController(driver: DriverObject): Promise<Controller> {
  const resources = await IoAssignResources(driver);
  const done = KeInitializeEvent(driver, SynchronizationEvent, false);
  const controller: Controller = {
    driver,
    ports: await HalMapIoPorts(driver, BASE, BASE_COUNT),
    changePort: await HalMapIoPorts(driver, CHANGE_PORT, 1),
    adapter: await HalGetAdapter(driver, { dmaChannel: CHANNEL, maximumLength: LONGEST_TRANSFER }),
    turns: new Turns(driver),
    done,
    dpc: KeInitializeDpc(driver, () => KeSetEvent(done), undefined),
    interrupt: undefined,
    keeper: undefined,
    drives: [],
    ready: false,
    dor: 0,
    rate: -1,
    rateUnit: -1,
    awaitsSense: false,
    arrived: false,
    result: [],
    senses: [],
    lostInterrupts: 0,
  };
  controller.interrupt = await IoConnectInterrupt(driver, {
    line: LINE,
    serviceRoutine: fdcServiceRoutine,
    context: controller,
  });
  controller.keeper = await findKeeper(driver, resources);
  return controller;
}

/** The ports that are assigned and are not the controller's. */
async function findKeeper(driver: DriverObject, resources: DriverResources) {
  const ports = resources.ports.find(([first]) => first !== BASE && first !== CHANGE_PORT);
  if (!ports || !resources.interrupts.includes(KEEPER_LINE)) return undefined;
  return openKeeper(driver, ports, KEEPER_LINE);
}

async function findController(controller: Controller): Promise<NTSTATUS> {
  const status = await resetController(controller);
  const [version] = status === Status.STATUS_SUCCESS ? query(controller, [CMD_VERSION]) : [];
  return version === VERSION_ENHANCED ? Status.STATUS_SUCCESS : Status.STATUS_NO_SUCH_DEVICE;
}

async function findDrive(controller: Controller, unit: number): Promise<void> {
  const { driver } = controller;
  const drive: Drive = {
    controller,
    unit,
    motorTimer: KeInitializeTimer(driver),
    motorDpc: KeInitializeDpc(driver, () => stopMotor(drive), undefined),
    turning: false,
    cylinder: undefined,
    media: undefined,
    empty: false,
    changeCount: 0,
    used: false,
    verifyRequired: false,
  };
  if ((await recalibrate(drive, true)) !== Status.STATUS_SUCCESS) return;
  controller.drives.push(drive);
}

async function addDrive(drive: Drive): Promise<void> {
  await IoCreateDevice(drive.controller.driver, {
    name: `\\Device\\Floppy${drive.unit}`,
    type: FILE_DEVICE_DISK,
    flags: DO_DIRECT_IO,
    sectorSize: 512,
    extension: drive,
  });
}

export const image = driverImage(fdcDriverEntry);
