/**
 * What can be read of a file though its disk cannot be read everywhere.
 *
 *   salvagePiece(process, name, part)   from `offset` on, as much as can be tried in one go: after
 *                                       MOST_BAD sectors that fail it ends, so that nobody waits
 *                                       long for one piece
 *
 * First all of it is read at once. Where that fails for a place of the disk, each sector is read by
 * itself, and the driver tries each as often as it does (docs/floppy.md). A chain that ends before
 * its file is such a place, too. What concerns the whole disk (it is out, it is another one) is
 * raised.
 *
 * A directory may say of a file that it has 4 GB, on a floppy: whoever believes it collects zeros
 * until no memory is left. So no file is longer here than its volume, which is asked for its size
 * once a file: what an earlier piece said of the file is true as long as the file says the same.
 */
import { decodeFsSize, decodeNetworkOpen } from '../rtl/information.ts';
import { isUnreadable } from '../rtl/media.ts';
import {
  FILE_NON_DIRECTORY_FILE,
  FileFsSizeInformation,
  FileNetworkOpenInformation,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { check, readAt, TRANSFER_SIZE, withFile } from './files.ts';
import { NtQueryInformationFile, NtQueryVolumeInformationFile } from './native.ts';
import type { NtProcess } from './types.ts';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface SalvagedPiece {
  /** Of the whole file, as far as its volume can have it. */
  readonly size: number;
  /** Zeros where it could not be read; empty behind the end. */
  readonly data: Uint8Array;
  /** What of the file could not be read, in order: a part of this piece. */
  readonly missing: readonly ByteRange[];
}

/** What a cache reads at least; a larger sector of the disk fails as several. */
const SECTOR = 512;
const MOST_BAD = 16;

const places: ReadonlySet<number> = new Set<number>([
  Status.STATUS_FILE_CORRUPT_ERROR,
  Status.STATUS_FLOPPY_WRONG_CYLINDER,
  Status.STATUS_FLOPPY_UNKNOWN_ERROR,
  Status.STATUS_IO_DEVICE_ERROR,
]);

export interface SalvagePart extends ByteRange {
  /** The size that an earlier piece gave; 0: this is the first. */
  readonly known: number;
}

export function salvagePiece(
  process: NtProcess,
  name: string,
  { offset, length, known }: SalvagePart,
): Promise<SalvagedPiece> {
  return withFile(process, name, { options: FILE_NON_DIRECTORY_FILE }, async (handle) => {
    const query = { handle, class: FileNetworkOpenInformation, length: 56 };
    const answer = check(await NtQueryInformationFile(process, query));
    const claimed = decodeNetworkOpen(answer.data).endOfFile;
    const size = claimed === known ? known : Math.min(claimed, await volumeBytes(process, handle));
    const wanted = Math.max(0, Math.min(length, TRANSFER_SIZE, size - offset));
    const read = (at: number, count: number) => readOr(process, handle, at, count);
    const whole = wanted > 0 ? await read(offset, wanted) : new Uint8Array();
    if (whole?.length === wanted) return { size, data: whole, missing: [] };
    return { size, ...(await bySectors(read, offset, wanted)) };
  });
}

/** Of a disk whose tables cannot be read nobody knows. */
async function volumeBytes(process: NtProcess, handle: number): Promise<number> {
  const query = { handle, class: FileFsSizeInformation, length: 24 };
  const { status, data } = await NtQueryVolumeInformationFile(process, query);
  if (status !== Status.STATUS_SUCCESS) return Infinity;
  const { totalUnits, sectorsPerUnit, bytesPerSector } = decodeFsSize(data);
  return totalUnits * sectorsPerUnit * bytesPerSector;
}

type Read = (at: number, count: number) => Promise<Uint8Array | undefined>;

async function bySectors(
  read: Read,
  offset: number,
  wanted: number,
): Promise<Omit<SalvagedPiece, 'size'>> {
  const data = new Uint8Array(wanted);
  const missing: { offset: number; length: number }[] = [];
  let bad = 0;
  let at = 0;
  while (at < wanted && bad < MOST_BAD) {
    const length = Math.min(SECTOR - ((offset + at) % SECTOR), wanted - at);
    const sector = await read(offset + at, length);
    if (sector?.length === length) data.set(sector, at);
    else {
      bad++;
      const last = missing.at(-1);
      if (last && last.offset + last.length === offset + at) last.length += length;
      else missing.push({ offset: offset + at, length });
    }
    at += length;
  }
  return { data: data.subarray(0, at), missing };
}

/** Undefined where this place cannot be read. */
async function readOr(
  process: NtProcess,
  handle: number,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  try {
    return await readAt(process, handle, offset, length);
  } catch (error) {
    const { status = 0 } = error instanceof NtException ? error : {};
    if (isUnreadable(status) || places.has(status)) return undefined;
    throw error;
  }
}
