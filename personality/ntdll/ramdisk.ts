/**
 * The RAM disk's medium, put in and taken out by Nt* calls like any other: control codes and raw
 * writes (rtl/ramdisk.ts).
 *
 *   insertRamDisk(process, image, writeProtected)   what was in the drive is taken out first
 *   ejectRamDisk(process)                           flushed; its bytes
 *   readRamDisk(process)                            flushed; its bytes, and it stays
 *
 * They raise NtException: STATUS_ACCESS_DENIED where files of the disk are open,
 * STATUS_NO_MEDIA_IN_DEVICE, STATUS_QUOTA_EXCEEDED where there is not so much room.
 */
import { decodeLarge } from '../rtl/information.ts';
import {
  FILE_READ_ATTRIBUTES,
  FILE_READ_DATA,
  FILE_WRITE_DATA,
  FSCTL_DISMOUNT_VOLUME,
  FSCTL_LOCK_VOLUME,
  IOCTL_DISK_GET_LENGTH_INFO,
} from '../rtl/nt.ts';
import {
  encodeFinish,
  encodeInsert,
  IOCTL_RAMDISK_FINISH,
  IOCTL_RAMDISK_INSERT,
  IOCTL_RAMDISK_REMOVE,
  RAMDISK_NAME,
} from '../rtl/ramdisk.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import { check, readAt, TRANSFER_SIZE, withFile, writeAt } from './files.ts';
import { NtDeviceIoControlFile, NtFlushBuffersFile, NtFsControlFile } from './native.ts';
import type { NtProcess } from './types.ts';

const NOTHING: Uint8Array = new Uint8Array();
const READ_WRITE = FILE_READ_DATA | FILE_WRITE_DATA;

async function control(process: NtProcess, handle: number, code: number, input = NOTHING) {
  check(await NtDeviceIoControlFile(process, { handle, code, input, outputLength: 0 }));
}

export async function insertRamDisk(
  process: NtProcess,
  image: Uint8Array,
  writeProtected: boolean,
): Promise<void> {
  await takeOut(process).catch((error: unknown) => {
    if (!(error instanceof NtException && error.status === Status.STATUS_NO_MEDIA_IN_DEVICE))
      throw error;
  });
  await withFile(process, RAMDISK_NAME, { access: FILE_READ_ATTRIBUTES }, (handle) =>
    control(process, handle, IOCTL_RAMDISK_INSERT, encodeInsert(image.length)),
  );
  await withFile(process, RAMDISK_NAME, { access: READ_WRITE }, async (handle) => {
    await writeImage(process, handle, image);
    await control(process, handle, IOCTL_RAMDISK_FINISH, encodeFinish(writeProtected));
  });
}

/** A new medium is zeros already: only what is not is written. */
async function writeImage(process: NtProcess, handle: number, image: Uint8Array): Promise<void> {
  for (let at = 0; at < image.length; at += TRANSFER_SIZE) {
    const piece = image.subarray(at, at + TRANSFER_SIZE);
    if (piece.some((byte) => byte !== 0)) await writeAt(process, handle, at, piece);
  }
}

export async function ejectRamDisk(process: NtProcess): Promise<Uint8Array> {
  const image = await readRamDisk(process);
  await takeOut(process);
  return image;
}

export async function readRamDisk(process: NtProcess): Promise<Uint8Array> {
  return withFile(process, RAMDISK_NAME, { access: READ_WRITE }, async (handle) => {
    check(await NtFlushBuffersFile(process, { handle }));
    const ask = { handle, code: IOCTL_DISK_GET_LENGTH_INFO, input: NOTHING, outputLength: 8 };
    const { output } = check(await NtDeviceIoControlFile(process, ask));
    const image = new Uint8Array(decodeLarge(output));
    // A disk without a file system refuses what goes past its end.
    for (let at = 0; at < image.length;) {
      const piece = await readAt(process, handle, at, Math.min(TRANSFER_SIZE, image.length - at));
      if (piece.length === 0) throw new NtException(Status.STATUS_END_OF_FILE);
      image.set(piece, at);
      at += piece.length;
    }
    return image;
  });
}

/** Whoever has the disk to himself may take it out: a volume is locked, and then let go. */
async function takeOut(process: NtProcess): Promise<void> {
  await withFile(process, RAMDISK_NAME, { access: READ_WRITE }, async (handle) => {
    const tell = (code: number) =>
      NtFsControlFile(process, { handle, code, input: NOTHING, outputLength: 0 });
    const { status } = await tell(FSCTL_LOCK_VOLUME);
    // A disk without a file system has nothing to lock.
    const raw = status === Status.STATUS_INVALID_DEVICE_REQUEST;
    if (!raw) check({ status });
    await control(process, handle, IOCTL_RAMDISK_REMOVE);
    if (!raw && NT_SUCCESS(status)) check(await tell(FSCTL_DISMOUNT_VOLUME));
  });
}
