/**
 * File objects of a driver: made when CREATE comes in, gone when it fails or CLOSE is completed.
 *
 *   fileFor(device, id, major)   the file object that a packet names
 *   releaseFile(irp)                    on completion
 */
import { IRP_MJ_CLOSE, IRP_MJ_CREATE } from '../rtl/irp.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import type { DeviceObject, FileObject, Irp } from './types.ts';

/** Undefined for id 0, and for a file that this driver never opened. */
export function fileFor(device: DeviceObject, id: number, major: number): FileObject | undefined {
  const { files } = device.driverObject.runtime;
  if (id === 0) return undefined;
  if (major === IRP_MJ_CREATE)
    files.set(id, { id, device, fsContext: undefined, fsContext2: undefined });
  return files.get(id);
}

export function releaseFile(irp: Irp): void {
  if (!irp.fileObject || irp.id === 0) return;
  const failed = irp.majorFunction === IRP_MJ_CREATE && !NT_SUCCESS(irp.ioStatus.status);
  if (failed || irp.majorFunction === IRP_MJ_CLOSE)
    irp.device.driverObject.runtime.files.delete(irp.fileObject.id);
}
