/**
 * The medium of a RAM disk: blocks of this process's own memory, each made when something is first
 * written to it. What was never written is zeros, and costs nothing: a disk of 128 MiB with three
 * files on it takes as much as the three files.
 *
 *   insert(disk, length)         an empty one; STATUS_QUOTA_EXCEEDED past RAMDISK_LIMIT
 *   remove(disk)                 it is gone
 *   present(disk, override)      STATUS_SUCCESS, STATUS_NO_MEDIA_IN_DEVICE, STATUS_VERIFY_REQUIRED
 *   move(disk, irp, toDevice)    between an IRP's MDL and the medium: the one copy there is
 *
 * Like a platter, a medium is no part of the machine's RAM, and is charged to nobody; its limit is
 * what bounds it. Requests are coroutines. Each looks, after it has waited, whether the medium is
 * still the one that it began with.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { RAMDISK_LIMIT } from '../../../personality/rtl/ramdisk.ts';
import {
  type DriverObject,
  type Irp,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
  type PnpExtension,
  type Window,
} from '../../../personality/wdm/index.ts';

export const SECTOR_SIZE = 512;
const BLOCK = 0x1_0000;

export interface Medium {
  /** By number; those that are not there are zeros. */
  readonly blocks: Map<number, Uint8Array>;
  readonly length: number;
  writeProtected: boolean;
}

export interface RamDisk extends PnpExtension {
  readonly driver: DriverObject;
  medium: Medium | undefined;
  /** Another medium came since somebody last looked. */
  verifyRequired: boolean;
  changeCount: number;
}

export interface Outcome {
  status: NTSTATUS;
  information: number;
}

export function insert(disk: RamDisk, length: number): NTSTATUS {
  if (disk.medium) return Status.STATUS_DEVICE_BUSY;
  const sound = Number.isSafeInteger(length) && length > 0 && length % SECTOR_SIZE === 0;
  if (!sound) return Status.STATUS_INVALID_PARAMETER;
  if (length > RAMDISK_LIMIT) return Status.STATUS_QUOTA_EXCEEDED;
  disk.medium = { blocks: new Map(), length, writeProtected: false };
  changed(disk);
  return Status.STATUS_SUCCESS;
}

export function remove(disk: RamDisk): NTSTATUS {
  if (!disk.medium) return Status.STATUS_NO_MEDIA_IN_DEVICE;
  disk.medium = undefined;
  changed(disk);
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
    const copy = toDevice ? store : fetch;
    copy(medium, offset + done, window, count);
    done += count;
  }
  return { status: Status.STATUS_SUCCESS, information: done };
}

/** Of [offset, offset + length): block, where in it, where in the stretch, how much. */
function* parts(offset: number, length: number): Generator<[number, number, number, number]> {
  for (let at = 0; at < length;) {
    const number = Math.floor((offset + at) / BLOCK);
    const within = (offset + at) % BLOCK;
    const count = Math.min(BLOCK - within, length - at);
    yield [number, within, at, count];
    at += count;
  }
}

function store({ blocks }: Medium, offset: number, window: Window, length: number): void {
  for (const [number, within, at, count] of parts(offset, length)) {
    const block = blocks.get(number) ?? new Uint8Array(BLOCK);
    const part = block.subarray(within, within + count);
    window.readInto(at, part);
    if (!blocks.has(number) && part.some((byte) => byte !== 0)) blocks.set(number, block);
  }
}

function fetch({ blocks }: Medium, offset: number, window: Window, length: number): void {
  for (const [number, within, at, count] of parts(offset, length)) {
    const block = blocks.get(number);
    if (block) window.write(at, block.subarray(within, within + count));
    else window.fill(at, count, 0);
  }
}
