/**
 * Device objects: what drivers make, and names lead to.
 *
 * A device of a disk may have a volume (volume.ts); names that go on behind it are files there.
 * Names do not go on behind other devices.
 *
 *   createDevice, deleteDevice   WdmCreateDevice, WdmDeleteDevice
 *   removeDevice                 takes it out of the name space; open files on it fail from then on
 *   registerFileSystem           WdmRegisterFileSystem
 */
import { DO_DIRECT_IO, FILE_DEVICE_DISK } from '../../rtl/nt.ts';
import { Status } from '../../rtl/status.ts';
import type { ObHeader, ObObject, ObType, Process } from '../executive.ts';
import type { DriverObject } from './driver.ts';
import { Mutex } from '../cc/lock.ts';
import type { IoContext } from './types.ts';
import type { Volume } from './volume.ts';

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
  /** Disks: what is mounted on it, or is being mounted or dismounted. */
  volume: Volume | undefined;
  /** Disks: volumes of other media, with something left to write (setaside.ts). */
  readonly waiting: Set<Volume>;
  /** Devices of file systems whose volume waits: nothing is sent to them. */
  parked: boolean;
  /** Held by whoever mounts, verifies or dismounts. */
  readonly mountLock: Mutex;
  /** When the driver last completed an IRP of it. */
  progress: number;
}

/** Device types of disks: files lie behind them. */
export function isDisk(device: Device): boolean {
  return device.type === FILE_DEVICE_DISK && (device.flags & DO_DIRECT_IO) !== 0;
}

export function createDevice(
  io: IoContext,
  driver: DriverObject,
  type: ObType,
  input: { name: string; type: number; flags: number; sectorSize: number },
): { status: number; device?: number } {
  const { ob, ke } = io.executive;
  if (driver.dead) return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  if (driver.devices.size >= DEVICE_LIMIT) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  if (input.name !== '' && !NAME.test(input.name))
    return { status: Status.STATUS_OBJECT_NAME_INVALID };
  if (input.sectorSize > SECTOR_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER };
  const device: Device = {
    header: ob.header(type),
    id: io.nextDevice++,
    name: input.name,
    type: input.type,
    flags: input.flags,
    sectorSize: input.sectorSize || 512,
    driver,
    removed: false,
    volume: undefined,
    waiting: new Set(),
    parked: false,
    mountLock: new Mutex(() => ke.event()),
    progress: 0,
  };
  ob.reference(device);
  if (input.name !== '') {
    const status = ob.insert(input.name, device, true);
    if (status !== Status.STATUS_SUCCESS) return { status };
  }
  driver.devices.add(device);
  io.devices.set(device.id, device);
  return { status: Status.STATUS_SUCCESS, device: device.id };
}

/** The driver's own device of that number. */
export function ownDevice(io: IoContext, process: Process, id: number): Device | undefined {
  const device = io.devices.get(id);
  return device && device.driver.process === process && !device.removed ? device : undefined;
}

export function removeDevice(io: IoContext, device: Device): void {
  if (device.removed) return;
  device.removed = true;
  device.driver.devices.delete(device);
  io.devices.delete(device.id);
  const at = io.fileSystems.indexOf(device);
  if (at >= 0) io.fileSystems.splice(at, 1);
  const { ob } = io.executive;
  if (device.header.directory) ob.remove(device);
  ob.dereference(device);
}

export function deleteDevice(io: IoContext, process: Process, id: number): number {
  const device = ownDevice(io, process, id);
  if (!device) return Status.STATUS_NO_SUCH_DEVICE;
  if (device.volume || device.waiting.size > 0) return Status.STATUS_INVALID_DEVICE_REQUEST;
  removeDevice(io, device);
  return Status.STATUS_SUCCESS;
}

export function registerFileSystem(io: IoContext, process: Process, id: number): number {
  const device = ownDevice(io, process, id);
  if (!device) return Status.STATUS_NO_SUCH_DEVICE;
  if (!io.fileSystems.includes(device)) io.fileSystems.push(device);
  return Status.STATUS_SUCCESS;
}
