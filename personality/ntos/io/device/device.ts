/**
 * Device objects: what drivers make, and names lead to.
 *
 * A device of a disk may have a volume (volume.ts); names that go on behind it are files there.
 * Names that go on behind the device of pipes, or that of mailslots, are its driver's to
 * understand. Names do not go on behind other devices.
 *
 *   createDevice, deleteDevice   WdmCreateDevice, WdmDeleteDevice
 *   removeDevice                 takes it out of the name space; open files on it fail from then on
 *   registerFileSystem           WdmRegisterFileSystem
 *   attachDevice, detachDevice   WdmAttachDevice, WdmDetachDevice: stacks of devices
 */
import {
  DO_DIRECT_IO,
  FILE_DEVICE_DISK,
  FILE_DEVICE_MAILSLOT,
  FILE_DEVICE_NAMED_PIPE,
} from '../../../rtl/nt.ts';
import type { IrpParameters, MajorName } from '../../../rtl/irp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { ObHeader, ObObject, ObType } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import type { DriverObject } from './driver.ts';
import { Mutex } from '../../cc/lock.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';
import type { DeviceNode } from '../pnp/node.ts';
import type { Irp } from '../request/irp.ts';

/** A hostile driver must not fill the Executive's memory. */
const DEVICE_LIMIT = 64;
const NAME = /^\\(Device|FileSystem)\\[^\\/\0]{1,64}$/;
const SECTOR_LIMIT = 4096;

export interface Device extends ObObject {
  readonly header: ObHeader;
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly sectorSize: number;
  readonly driver: DriverObject;
  removed: boolean;
  /** The device attached above: it sees requests first. */
  upper: Device | undefined;
  /** The device that this one is attached to. */
  lower: Device | undefined;
  /** The id of what was below when it was attached: so its driver calls it. 0: nothing. */
  attachedTo: number;
  /** Disks: what is mounted on it, or is being mounted or dismounted. */
  volume: Volume | undefined;
  /** Disks: volumes of other media, with something left to write (setaside.ts). */
  readonly waiting: Set<Volume>;
  /** Devices of file systems whose volume waits: nothing is sent to them. */
  parked: boolean;
  /** Held by whoever mounts, verifies or dismounts. */
  readonly mountLock: Mutex;
  /** File systems' volumes: told of each request before it is sent (births.ts). */
  before: ((options: RequestKind) => void) | undefined;
  /** When the driver last completed an IRP of it. */
  progress: number;
  /** Of a physical device object that a bus has told of: what the PnP manager knows of it. */
  node: DeviceNode | undefined;
  /** The Executive's own devices: who is asked instead of a driver process. */
  readonly handler: ((irp: Irp) => void) | undefined;
}

/** What may be known of a request before it is one. */
export interface RequestKind {
  readonly major: MajorName;
  readonly minor?: number;
  readonly parameters: IrpParameters<MajorName>;
}

/** What tells one device from another. */
export interface DeviceFacts {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly sectorSize: number;
  readonly handler?: (irp: Irp) => void;
}

/** Known to nobody yet. */
export function newDevice(
  io: IoContext,
  driver: DriverObject,
  header: ObHeader,
  facts: DeviceFacts,
): Device {
  const { ke } = io.executive;
  return {
    ...facts,
    header,
    driver,
    removed: false,
    upper: undefined,
    lower: undefined,
    attachedTo: 0,
    volume: undefined,
    waiting: new Set(),
    parked: false,
    before: undefined,
    mountLock: new Mutex(() => ke.event()),
    progress: 0,
    node: undefined,
    handler: facts.handler,
  };
}

/** Device types of disks: files lie behind them. */
export function isDisk(device: Device): boolean {
  return device.type === FILE_DEVICE_DISK && (device.flags & DO_DIRECT_IO) !== 0;
}

/**
 * Devices behind which names go on that their driver alone knows: what is read there another
 * process has written, so that its requests wait for processes, not for hardware.
 */
export function isMeeting({ type }: Device): boolean {
  return type === FILE_DEVICE_NAMED_PIPE || type === FILE_DEVICE_MAILSLOT;
}

export function createDevice(
  io: IoContext,
  driver: DriverObject,
  type: ObType,
  input: { name: string; type: number; flags: number; sectorSize: number },
): { status: number; device?: number } {
  const { ob } = io.executive;
  if (driver.dead) return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  if (driver.devices.size >= DEVICE_LIMIT) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  if (input.name !== '' && !NAME.test(input.name))
    return { status: Status.STATUS_OBJECT_NAME_INVALID };
  if (input.sectorSize > SECTOR_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER };
  const { name, flags } = input;
  const sectorSize = input.sectorSize || 512;
  const orphan = orphanOf(io, driver, name);
  // Its file system knows the disk by its number.
  const id = orphan?.storage.id ?? io.nextDevice++;
  const facts = { id, name, type: input.type, flags, sectorSize };
  const device = newDevice(io, driver, ob.header(type), facts);
  ob.reference(device);
  if (input.name !== '') {
    const status = ob.insert(input.name, device, true);
    if (status !== Status.STATUS_SUCCESS) return { status };
  }
  driver.devices.add(device);
  io.devices.set(device.id, device);
  orphan?.moveTo(device);
  if (orphan) io.orphans.delete(name);
  return { status: Status.STATUS_SUCCESS, device: device.id };
}

/** A volume that waits for this driver to bring its disk back: all under way for it has ended. */
function orphanOf(io: IoContext, driver: DriverObject, name: string): Volume | undefined {
  const volume = io.orphans.get(name);
  if (!volume?.fileSystem.parked) return undefined;
  const before = volume.storage.driver.process?.driver?.name;
  return before !== undefined && before === driver.process?.driver?.name ? volume : undefined;
}

/** The driver's own device of that number. */
export function ownDevice(
  io: IoContext,
  process: Process | undefined,
  id: number,
): Device | undefined {
  const device = io.devices.get(id);
  return process && device?.driver.process === process && !device.removed ? device : undefined;
}

/**
 * The driver's own device comes above the device of that name and all that is attached to it
 * already. A driver that is not meant to see what others ask for is refused.
 */
export function attachDevice(
  io: IoContext,
  process: Process,
  id: number,
  name: string,
): { status: number; lower?: number; type?: number; flags?: number; sectorSize?: number } {
  const device = ownDevice(io, process, id);
  if (!device || device.lower) return { status: Status.STATUS_INVALID_PARAMETER };
  const allowed = process.driver?.configuration.filters ?? [];
  if (!allowed.some((each) => each.toLowerCase() === name.toLowerCase()))
    return { status: Status.STATUS_ACCESS_DENIED };
  const found = io.executive.ob.lookup(name);
  if (!found.object) return { status: found.status };
  const target = io.devices.get((found.object as Device).id);
  if (target !== found.object || target.removed) return { status: Status.STATUS_NO_SUCH_DEVICE };
  return putAbove(device, target);
}

/** Above `target` and all that is attached to it already. */
export function putAbove(
  device: Device,
  target: Device,
): { status: number; lower?: number; type?: number; flags?: number; sectorSize?: number } {
  const lower = topOf(target);
  if (device.lower || lower === topOf(device)) return { status: Status.STATUS_INVALID_PARAMETER };
  lower.upper = device;
  device.lower = lower;
  device.attachedTo = lower.id;
  const { id: below, type, flags, sectorSize } = lower;
  return { status: Status.STATUS_SUCCESS, lower: below, type, flags, sectorSize };
}

export function detachDevice(io: IoContext, process: Process, id: number): number {
  const device = ownDevice(io, process, id);
  if (!device?.lower) return Status.STATUS_INVALID_PARAMETER;
  detach(device);
  return Status.STATUS_SUCCESS;
}

/** The device that requests to this one go to: the uppermost of those attached above it. */
export function topOf(device: Device): Device {
  let top = device;
  while (top.upper) top = top.upper;
  return top;
}

/** The device that a stack stands on: with PnP, the physical device object. */
export function bottomOf(device: Device): Device {
  let bottom = device;
  while (bottom.lower) bottom = bottom.lower;
  return bottom;
}

/** All devices of a stack, from the one that it stands on upwards. */
export function stackOf(device: Device): Device[] {
  const stack: Device[] = [];
  for (let each: Device | undefined = bottomOf(device); each; each = each.upper) stack.push(each);
  return stack;
}

/** The devices above and below find each other. */
function detach(device: Device): void {
  const { upper, lower } = device;
  if (upper) upper.lower = lower;
  if (lower) lower.upper = upper;
  device.upper = device.lower = undefined;
}

export function removeDevice(io: IoContext, device: Device): void {
  if (device.removed) return;
  device.removed = true;
  detach(device);
  device.driver.devices.delete(device);
  io.devices.delete(device.id);
  const at = io.fileSystems.indexOf(device);
  if (at >= 0) io.fileSystems.splice(at, 1);
  const { ob } = io.executive;
  if (device.header.directory) ob.remove(device);
  ob.dereference(device);
  io.deviceGone.set();
  io.deviceGone.reset();
}

/** Not while something is mounted on it, or waits for its disk. */
export function mayDelete({ volume, waiting }: Device): boolean {
  return !volume && waiting.size === 0;
}

export function deleteDevice(io: IoContext, process: Process, id: number): number {
  const device = ownDevice(io, process, id);
  if (!device) return Status.STATUS_NO_SUCH_DEVICE;
  if (!mayDelete(device)) return Status.STATUS_INVALID_DEVICE_REQUEST;
  removeDevice(io, device);
  return Status.STATUS_SUCCESS;
}

export function registerFileSystem(io: IoContext, process: Process, id: number): number {
  const device = ownDevice(io, process, id);
  if (!device) return Status.STATUS_NO_SUCH_DEVICE;
  if (!io.fileSystems.includes(device)) io.fileSystems.push(device);
  return Status.STATUS_SUCCESS;
}
