/**
 * NtQueryVolumeInformationFile, NtSetVolumeInformationFile, and the list of volumes. Class, length
 * and access have been judged (volumeclasses.ts).
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { ObObject } from '../../ob/types.ts';
import { isDisk } from '../device/device.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import { describe } from '../mount/mount.ts';
import { ANSWER_LIMIT } from './control.ts';
import type { DataResult } from './query.ts';
import { volumeQueryClasses, volumeSetClasses } from './volumeclasses.ts';
import { waitingOf } from '../mount/setaside.ts';
import type { IoContext } from '../context.ts';

export async function queryVolume(
  io: IoContext,
  file: FileObject,
  infoClass: number,
  length: number,
): Promise<DataResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { of } = volumeQueryClasses[infoClass]!;
  if (of === 'device') return deviceInformation(file);
  if (of === 'nobody') return { status: Status.STATUS_NOT_SUPPORTED };
  const { volume } = file;
  if (!volume) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  const limit = Math.min(length, ANSWER_LIMIT);
  let data = new Uint8Array();
  const status = await volume.verified(async () => {
    if (!volume.mounted) return Status.STATUS_VOLUME_DISMOUNTED;
    const irp = await callDriver(io, volume.fileSystem, {
      major: 'query_volume',
      file: file.fcb?.file ?? 0,
      parameters: { class: infoClass, length: limit },
    });
    data = new Uint8Array(irp.result.data ?? []);
    return irp.status;
  });
  return { status, data: data.subarray(0, limit) };
}

/** FILE_FS_DEVICE_INFORMATION: type and characteristics. */
function deviceInformation({ device, volume }: FileObject): DataResult {
  const view = new DataView(new ArrayBuffer(8));
  const characteristics =
    (isDisk(device) ? nt.FILE_REMOVABLE_MEDIA : 0) |
    (volume?.readOnly ? nt.FILE_READ_ONLY_DEVICE : 0) |
    (volume?.mounted ? nt.FILE_DEVICE_IS_MOUNTED : 0);
  view.setUint32(0, device.type, true);
  view.setUint32(4, characteristics, true);
  return { status: Status.STATUS_SUCCESS, data: new Uint8Array(view.buffer) };
}

export async function setVolume(
  io: IoContext,
  file: FileObject,
  infoClass: number,
  data: Uint8Array,
): Promise<number> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  if (volumeSetClasses[infoClass]?.of === 'nobody') return Status.STATUS_NOT_SUPPORTED;
  const { volume } = file;
  if (!volume) return Status.STATUS_INVALID_DEVICE_REQUEST;
  if (volume.readOnly) return Status.STATUS_MEDIA_WRITE_PROTECTED;
  const status = await volume.verified(async () => {
    if (!volume.mounted) return Status.STATUS_VOLUME_DISMOUNTED;
    const irp = await callDriver(io, volume.fileSystem, {
      major: 'set_volume',
      file: file.fcb?.file ?? 0,
      parameters: { class: infoClass, data },
    });
    return irp.status;
  });
  if (NT_SUCCESS(status)) await describe(io, volume);
  return status;
}

/** SystemVolumeInformation: every disk, whether mounted or not. */
export function listVolumes(io: IoContext): object[] {
  const letters = driveLetters(io);
  return [...io.devices.values()].filter(isDisk).map((disk) => {
    const letter = letters.get(disk);
    const volume = disk.volume?.mounted ? disk.volume : undefined;
    return {
      ...(letter && { letter }),
      device: disk.name,
      ...(volume && {
        fileSystem: volume.fileSystemName,
        label: volume.label,
        serial: volume.serial,
      }),
      mounted: volume !== undefined,
      waiting: [...disk.waiting].map(waitingOf),
    };
  });
}

function driveLetters(io: IoContext): Map<ObObject, string> {
  const letters = new Map<ObObject, string>();
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    const { object } = io.executive.ob.lookup(`\\??\\${letter}:`);
    if (object && !letters.has(object)) letters.set(object, `${letter}:`);
  }
  return letters;
}
