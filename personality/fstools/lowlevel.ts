/**
 * The tracks of a floppy, made anew by the drive.
 *
 *   FLOPPY_SIZES                sizes as people name them: bytes
 *   lowLevel(call, drive, size) STATUS_NOT_SUPPORTED where the disk is of another size: an image
 *                               keeps the one it has. A disk that is no floppy has no tracks
 */
import { openFile } from '../ntdll/files.ts';
import { NtClose, NtDeviceIoControlFile } from '../ntdll/native.ts';
import { decodeGeometry } from '../rtl/information.ts';
import * as nt from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Call } from './program.ts';

export const FLOPPY_SIZES: ReadonlyMap<string, number> = new Map([
  ['160', 163_840],
  ['180', 184_320],
  ['320', 327_680],
  ['360', 368_640],
  ['640', 655_360],
  ['720', 737_280],
  ['1.2', 1_228_800],
  ['1.23', 1_261_568],
  ['1.44', 1_474_560],
  ['1.68', 1_720_320],
  ['1.72', 1_763_328],
  ['2.88', 2_949_120],
]);

export async function lowLevel(
  { process, console }: Call,
  drive: string,
  size: string | undefined,
): Promise<void> {
  const access = nt.FILE_READ_DATA | nt.FILE_WRITE_DATA;
  const handle = await openFile(process, `\\??\\${drive}`, { access });
  const control = (code: number, input: Uint8Array, outputLength: number) =>
    NtDeviceIoControlFile(process, { handle, code, input, outputLength });
  try {
    const nothing = new Uint8Array();
    const answer = await control(nt.IOCTL_DISK_GET_DRIVE_GEOMETRY, nothing, 24);
    if (!NT_SUCCESS(answer.status)) throw new NtException(answer.status);
    const shape = decodeGeometry(answer.output);
    const { cylinders, tracksPerCylinder: heads, sectorsPerTrack, bytesPerSector } = shape;
    const bytes = cylinders * heads * sectorsPerTrack * bytesPerSector;
    if (size !== undefined && FLOPPY_SIZES.get(size) !== bytes)
      throw new NtException(Status.STATUS_NOT_SUPPORTED);
    if (shape.mediaType === nt.FixedMedia) return;
    for (let cylinder = 0; cylinder < cylinders; cylinder++) {
      const words = [shape.mediaType, cylinder, cylinder, 0, heads - 1];
      const input = parameters(words, sectorsPerTrack);
      const { status } = await control(nt.IOCTL_DISK_FORMAT_TRACKS_EX, input, 0);
      // A drive that makes no tracks, such as one in RAM.
      if (status === Status.STATUS_INVALID_DEVICE_REQUEST) return;
      if (!NT_SUCCESS(status)) throw new NtException(status);
      await console.progress(cylinder + 1, cylinders);
    }
  } finally {
    await NtClose(process, { handle });
  }
}

/** FORMAT_EX_PARAMETERS: sectors in their order, the driver's own gap. */
function parameters(words: readonly number[], sectors: number): Uint8Array {
  const bytes = new Uint8Array(24 + 2 * sectors);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(index * 4, word, true));
  view.setUint16(22, sectors, true);
  for (let index = 0; index < sectors; index++) view.setUint16(24 + 2 * index, index + 1, true);
  return bytes;
}
