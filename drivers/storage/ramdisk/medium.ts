/**
 * The medium of a RAM disk: pages that the memory manager made for it, mapped into this process.
 *
 *   insert(disk, length)         an empty one; throws NtException where there is no room
 *   remove(disk)                 its pages go back
 *   present(disk, override)      STATUS_SUCCESS, STATUS_NO_MEDIA_IN_DEVICE, STATUS_VERIFY_REQUIRED
 *   move(disk, irp, toDevice)    between an IRP's MDL and the medium: the one copy there is
 *
 * Requests are coroutines. Each looks, after it has waited, whether the medium is still the one
 * that it began with.
 */
import { NtException, Status } from '../../../personality/rtl/status.ts';
import {
  type DriverObject,
  type Irp,
  type Mdl,
  MmAllocatePagesForMdl,
  MmFreePagesFromMdl,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
  type Window,
} from '../../../personality/wdm/index.ts';

export const SECTOR_SIZE = 512;

export interface Medium {
  readonly pages: Mdl;
  readonly bytes: Window;
  readonly length: number;
  writeProtected: boolean;
}

export interface RamDisk {
  readonly driver: DriverObject;
  medium: Medium | undefined;
  /** A medium is being made. */
  busy: boolean;
  /** Another medium came since somebody last looked. */
  verifyRequired: boolean;
  changeCount: number;
}

export interface Outcome {
  status: NTSTATUS;
  information: number;
}

export async function insert(disk: RamDisk, length: number): Promise<NTSTATUS> {
  if (disk.medium || disk.busy) return Status.STATUS_DEVICE_BUSY;
  const sound = Number.isSafeInteger(length) && length > 0 && length % SECTOR_SIZE === 0;
  if (!sound || length > 0xffff_ffff) return Status.STATUS_INVALID_PARAMETER;
  disk.busy = true;
  try {
    const pages = await MmAllocatePagesForMdl(disk.driver, length);
    try {
      const bytes = await MmGetSystemAddressForMdlSafe(pages);
      disk.medium = { pages, bytes, length, writeProtected: false };
    } catch (error) {
      await MmFreePagesFromMdl(pages);
      throw error;
    }
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  } finally {
    disk.busy = false;
  }
  changed(disk);
  return Status.STATUS_SUCCESS;
}

export async function remove(disk: RamDisk): Promise<NTSTATUS> {
  const { medium } = disk;
  if (!medium) return Status.STATUS_NO_MEDIA_IN_DEVICE;
  disk.medium = undefined;
  changed(disk);
  await MmFreePagesFromMdl(medium.pages);
  return Status.STATUS_SUCCESS;
}

export function changed(disk: RamDisk): void {
  disk.verifyRequired = true;
  disk.changeCount++;
}

export function present(disk: RamDisk, override: boolean): NTSTATUS {
  if (!disk.medium) return Status.STATUS_NO_MEDIA_IN_DEVICE;
  return disk.verifyRequired && !override ? Status.STATUS_VERIFY_REQUIRED : Status.STATUS_SUCCESS;
}

export async function move(
  disk: RamDisk,
  irp: Irp<'read'> | Irp<'write'>,
  toDevice: boolean,
): Promise<Outcome> {
  const medium = disk.medium!;
  const { offset, length } = irp.parameters;
  const aligned = offset % SECTOR_SIZE === 0 && length % SECTOR_SIZE === 0;
  if (!aligned || offset < 0 || offset + length > medium.length)
    return { status: Status.STATUS_INVALID_PARAMETER, information: 0 };
  if (toDevice && medium.writeProtected)
    return { status: Status.STATUS_MEDIA_WRITE_PROTECTED, information: 0 };
  let done = 0;
  for (let mdl = irp.MdlAddress; mdl && done < length; mdl = mdl.next) {
    const window = await MmGetSystemAddressForMdlSafe(mdl);
    if (disk.medium !== medium)
      return { status: Status.STATUS_NO_MEDIA_IN_DEVICE, information: done };
    const count = Math.min(mdl.byteCount, length - done);
    if (toDevice) window.copyTo(0, medium.bytes, offset + done, count);
    else medium.bytes.copyTo(offset + done, window, 0, count);
    done += count;
  }
  return { status: Status.STATUS_SUCCESS, information: done };
}
