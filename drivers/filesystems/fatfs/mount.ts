/**
 * FILE_SYSTEM_CONTROL: mounting a disk, knowing it again, letting it go.
 */
import {
  IRP_MN_DISMOUNT_VOLUME,
  IRP_MN_KERNEL_CALL,
  IRP_MN_MOUNT_VOLUME,
  IRP_MN_USER_FS_REQUEST,
  IRP_MN_VERIFY_VOLUME,
  type IrpParameters,
} from '../../../personality/rtl/irp.ts';
import { decodeLarge } from '../../../personality/rtl/information.ts';
import {
  DO_EXTENT_IO,
  FILE_DEVICE_DISK_FILE_SYSTEM,
  FSCTL_IS_VOLUME_DIRTY,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  DbgPrint,
  type DeviceObject,
  IoAllocateWorkItem,
  IoCreateDevice,
  IoDeleteDevice,
  IoQueueWorkItem,
  type Irp,
} from '../../../personality/wdm/index.ts';
import type { Outcome } from './dispatch.ts';
import { trimAllocation } from './entry.ts';
import { kernelCall } from './names.ts';
import { selectCodePage } from './oem.ts';
import type { Volume } from './volume.ts';
import { openVolume } from './volume.ts';

/** The control device has no extension; a volume device has its Volume until that is dismounted. */
export interface Extension {
  volume: Volume | undefined;
}

export async function fileSystemControl(
  device: DeviceObject<Extension>,
  irp: Irp<'fs_control'>,
): Promise<Outcome<'fs_control'>> {
  const { volume } = device.extension;
  switch (irp.minorFunction) {
    case IRP_MN_MOUNT_VOLUME:
      return mount(device, irp.parameters);
    case IRP_MN_VERIFY_VOLUME:
      return {
        status: (await needVolume(volume).isSame())
          ? Status.STATUS_SUCCESS
          : Status.STATUS_WRONG_VOLUME,
      };
    case IRP_MN_KERNEL_CALL:
      return { result: { output: await kernelCall(needVolume(volume), irp.parameters) } };
    case IRP_MN_USER_FS_REQUEST:
      return userRequest(needVolume(volume), irp.parameters);
    case IRP_MN_DISMOUNT_VOLUME:
      await dismount(device, needVolume(volume));
      return {};
    default:
      throw new NtException(Status.STATUS_INVALID_DEVICE_REQUEST);
  }
}

export function needVolume(volume: Volume | undefined): Volume {
  if (!volume) throw new NtException(Status.STATUS_VOLUME_DISMOUNTED);
  return volume;
}

/** NT's answer is a word of flags. */
const VOLUME_IS_DIRTY = 1;

function userRequest(
  { state }: Volume,
  { code, outputLength }: IrpParameters<'fs_control'>,
): Outcome<'fs_control'> {
  if (code !== FSCTL_IS_VOLUME_DIRTY) throw new NtException(Status.STATUS_INVALID_DEVICE_REQUEST);
  if (outputLength < 4) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return { result: { output: Uint8Array.of(state.wasDirty ? VOLUME_IS_DIRTY : 0, 0, 0, 0) } };
}

/** Where the code page stands in `input`, behind the length of the medium. */
const PAGE_AT = 8;

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** What the Executive says of the medium may be missing. */
async function mount(
  control: DeviceObject,
  { device: storage, input }: IrpParameters<'fs_control'>,
): Promise<Outcome<'fs_control'>> {
  const driver = control.driverObject;
  const medium = input.length >= 8 ? decodeLarge(input) : Infinity;
  if (input.length >= PAGE_AT + 4) selectCodePage(viewOf(input).getUint32(PAGE_AT, true));
  const volume = await openVolume(driver, storage, medium);
  if (volume.geometry.tooLong)
    DbgPrint(
      driver,
      'a volume claims more than its medium has: what is behind its end is left out',
    );
  try {
    const device = await IoCreateDevice<Extension>(driver, {
      name: '',
      type: FILE_DEVICE_DISK_FILE_SYSTEM,
      flags: DO_EXTENT_IO,
      sectorSize: volume.geometry.bytesPerSector,
      extension: { volume },
    });
    return { result: { volume: device.id } };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

/** The device goes after this request has been answered. */
async function dismount(device: DeviceObject<Extension>, volume: Volume): Promise<void> {
  device.extension.volume = undefined;
  try {
    for (const file of volume.knownFiles) await trimAllocation(file);
    await volume.state.settle();
    await volume.state.quiet();
  } catch (error) {
    // The disk may be gone; then there is nothing to put in order.
    if (!(error instanceof NtException)) throw error;
  } finally {
    await volume.close();
  }
  const item = IoAllocateWorkItem(device);
  IoQueueWorkItem(item, async (gone) => void (await IoDeleteDevice(gone)), undefined);
}
