/**
 * File objects of a driver: made when CREATE comes in, gone when it fails or CLOSE is completed.
 *
 *   fileFor(device, id, major)   the file object that a packet names
 *   releaseFile(device, file, ...)   on completion
 */
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_CREATE_MAILSLOT,
  IRP_MJ_CREATE_NAMED_PIPE,
} from '../rtl/irp.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import type { DeviceObject, FileObject, NTSTATUS } from './types.ts';

const CREATES = new Set([IRP_MJ_CREATE, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_CREATE_MAILSLOT]);

/** Undefined for id 0, and for a file that this driver never opened. */
export function fileFor(device: DeviceObject, id: number, major: number): FileObject | undefined {
  const { files } = device.driverObject.runtime;
  if (id === 0) return undefined;
  if (CREATES.has(major))
    files.set(id, { id, device, fsContext: undefined, fsContext2: undefined, cleanup: undefined });
  return files.get(id);
}

export function releaseFile(
  device: DeviceObject,
  file: FileObject | undefined,
  major: number,
  status: NTSTATUS,
): void {
  if (!file) return;
  if (major === IRP_MJ_CLEANUP) file.cleanup?.set();
  const failed = CREATES.has(major) && !NT_SUCCESS(status);
  if (failed || major === IRP_MJ_CLOSE) device.driverObject.runtime.files.delete(file.id);
}
