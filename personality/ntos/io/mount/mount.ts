/**
 * Mounting: a medium and the file system that recognises it become a volume.
 *
 * The first open of a name on a disk mounts it; others wait for the same mount. Each registered
 * file system is asked in turn until one does not answer STATUS_UNRECOGNIZED_VOLUME. While it
 * looks, it sees the medium through a volume cache of its own making (views.ts of cc).
 *
 *   mountVolume(io, disk, request?)
 *                           the volume, mounted before or now; or why there is none:
 *                           STATUS_NO_MEDIA_IN_DEVICE, STATUS_UNRECOGNIZED_VOLUME, or the driver's
 *                           failure
 */
import { decodeFsAttribute, decodeFsVolume, encodeLarge } from '../../../rtl/information.ts';
import { IRP_MN_MOUNT_VOLUME, SL_OVERRIDE_VERIFY_VOLUME } from '../../../rtl/irp.ts';
import { FileFsAttributeInformation, FileFsVolumeInformation } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { VolumeCache } from '../../cc/volumecache.ts';
import { type Device, ownDevice } from '../device/device.ts';
import { abandonVolume } from './dismount.ts';
import type { FileObject } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import { catchUp } from '../file/closefcb.ts';
import { retell, type Unborn } from './retell.ts';
import { lookAgain, takeBack } from './setaside.ts';
import {
  asksForVerification,
  checkMedium,
  isWriteProtected,
  type MediumShape,
  mediumShape,
  StorageDevice,
} from '../medium/storage.ts';
import type { IoContext } from '../context.ts';
import { lookAtTab, verifyVolume } from './verify.ts';
import { Volume } from '../file/volume.ts';

const MOUNT_TURNS = 3;

export interface MountResult {
  readonly status: number;
  readonly volume?: Volume;
}

export async function mountVolume(io: IoContext, disk: Device, request = 0): Promise<MountResult> {
  if (disk.waiting.size > 0) await lookAgain(io, disk);
  if (disk.volume?.mounted) return { status: Status.STATUS_SUCCESS, volume: disk.volume };
  return disk.mountLock.run(async () => {
    if (disk.volume?.mounted) return { status: Status.STATUS_SUCCESS, volume: disk.volume };
    if (disk.removed) return { status: Status.STATUS_DEVICE_REMOVED };
    return mountWhatIsThere(io, disk, request);
  });
}

/** A medium that is changed in the middle of its mount: the new one is mounted. */
async function mountWhatIsThere(
  io: IoContext,
  disk: Device,
  request: number,
): Promise<MountResult> {
  for (let turn = 0; ; turn++) {
    const result = await mountMedium(io, disk, request);
    if (!asksForVerification(result.status) || turn === MOUNT_TURNS) return result;
  }
}

async function mountMedium(io: IoContext, disk: Device, request: number): Promise<MountResult> {
  const present = await checkMedium(io, disk, request);
  if (!NT_SUCCESS(present)) return { status: present };
  const { status, ...shape } = await mediumShape(io, disk, request);
  if (!NT_SUCCESS(status)) return { status };
  if (disk.waiting.size === 0) return mountNew(io, disk, shape, [], request);
  const { volume, unborn } = await takeBack(io, disk, shape.length);
  if (volume) return resume(io, volume);
  const result = await mountNew(io, disk, shape, unborn, request);
  if (!result.volume) await retell(io, undefined, unborn);
  return result;
}

async function mountNew(
  io: IoContext,
  disk: Device,
  shape: MediumShape,
  unborn: readonly Unborn[],
  request: number,
): Promise<MountResult> {
  if (disk.sectorSize !== 512) return { status: Status.STATUS_UNRECOGNIZED_MEDIA };
  // Before the first of them was loaded.
  if (io.fileSystems.length === 0) await io.executive.ldr.loadAutoDrivers();
  for (const fileSystem of [...io.fileSystems]) {
    const result = await tryFileSystem(io, disk, shape, fileSystem, unborn, request);
    if (result.status !== Status.STATUS_UNRECOGNIZED_VOLUME) return result;
  }
  return { status: Status.STATUS_UNRECOGNIZED_VOLUME };
}

/** Eight bytes of its length, four of the code page that names of old disks are in. */
function aboutMedium(io: IoContext, length: number): Uint8Array {
  const about = new Uint8Array(12);
  about.set(encodeLarge(length));
  new DataView(about.buffer).setUint32(8, io.executive.cm.codePage(), true);
  return about;
}

async function tryFileSystem(
  io: IoContext,
  disk: Device,
  shape: MediumShape,
  fileSystem: Device,
  unborn: readonly Unborn[],
  request: number,
): Promise<MountResult> {
  const medium = new StorageDevice(io, disk, shape);
  const cache = new VolumeCache(io.executive.cc.manager, medium);
  cache.trial = true;
  const volume = new Volume(io, disk, medium, cache, fileSystem);
  volume.readOnly = medium.readOnly = await isWriteProtected(io, disk);
  disk.volume = volume;
  const irp = await callDriver(io, fileSystem, {
    major: 'fs_control',
    minor: IRP_MN_MOUNT_VOLUME,
    request,
    flags: SL_OVERRIDE_VERIFY_VOLUME,
    parameters: { device: disk.id, code: 0, input: aboutMedium(io, shape.length), outputLength: 0 },
  });
  const status = NT_SUCCESS(irp.status)
    ? adoptVolumeDevice(io, volume, irp.result.volume ?? 0)
    : irp.status;
  if (!NT_SUCCESS(status) || volume.state !== 'mounting') {
    abandonVolume(io, volume);
    return { status: NT_SUCCESS(status) ? Status.STATUS_DEVICE_REMOVED : status };
  }
  cache.trial = medium.override = false;
  cache.remember();
  // Before it is mounted, so that nobody opens such a file, or makes another in its place.
  if (unborn.length > 0) await retell(io, volume, unborn);
  if (volume.fileSystem.driver.dead || disk.removed) {
    abandonVolume(io, volume);
    return { status: Status.STATUS_DEVICE_REMOVED };
  }
  volume.state = 'mounted';
  medium.onVerify = (verdict) => verifyVolume(io, volume, verdict);
  await describe(io, volume);
  return volume.mounted
    ? { status: Status.STATUS_SUCCESS, volume }
    : { status: Status.STATUS_VOLUME_DISMOUNTED };
}

/** A volume that waited for its disk goes on where it was. */
async function resume(io: IoContext, volume: Volume): Promise<MountResult> {
  const { medium } = volume;
  medium.onVerify = (verdict) => verifyVolume(io, volume, verdict);
  await lookAtTab(io, volume);
  volume.cache.retryAfter = 0;
  io.executive.cc.manager.wake.set();
  io.executive.ke.spawn('after a wait', () => catchUp(io, volume));
  return { status: Status.STATUS_SUCCESS, volume };
}

/** A handle whose volume waits is used: perhaps its disk is in the drive, and nobody has looked. */
export async function comeBack(io: IoContext, file: FileObject): Promise<void> {
  const { volume, device } = file;
  // Without its file system it does not come back.
  if (volume?.state === 'waiting' && !volume.fileSystem.driver.dead) await mountVolume(io, device);
}

/** The volume's device must be the file system's own, made by it, and nobody else's. */
function adoptVolumeDevice(io: IoContext, volume: Volume, id: number): number {
  const device = ownDevice(io, volume.fileSystem.driver.process, id);
  if (!device || device === volume.fileSystem) return Status.STATUS_INVALID_DEVICE_REQUEST;
  for (const other of io.devices.values())
    if (other.volume && other.volume !== volume && other.volume.fileSystem === device)
      return Status.STATUS_INVALID_DEVICE_REQUEST;
  volume.fileSystem = device;
  device.before = (request) => volume.births.before(request);
  return Status.STATUS_SUCCESS;
}

/** What SystemVolumeInformation says of it; a file system that does not tell is no failure. */
export async function describe(io: IoContext, volume: Volume): Promise<void> {
  const ask = async (infoClass: number) => {
    const irp = await callDriver(io, volume.fileSystem, {
      major: 'query_volume',
      parameters: { class: infoClass, length: 512 },
    });
    return NT_SUCCESS(irp.status) ? irp.result.data : undefined;
  };
  try {
    const about = await ask(FileFsVolumeInformation);
    if (about) ({ label: volume.label, serial: volume.serial } = decodeFsVolume(about));
    const attributes = await ask(FileFsAttributeInformation);
    if (attributes) volume.fileSystemName = decodeFsAttribute(attributes).name;
  } catch (error) {
    io.executive.ke.log('a file system describes its volume in nonsense', error);
  }
}
