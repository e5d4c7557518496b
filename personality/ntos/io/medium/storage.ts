/**
 * A storage device as the cache sees it: READ and WRITE IRPs with the cache's pages as their
 * buffers.
 *
 * While a volume is mounted or verified, reads carry SL_OVERRIDE_VERIFY_VOLUME: the driver then
 * answers although the medium may be another one.
 */
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../../rtl/irp.ts';
import {
  FixedMedia,
  IOCTL_DISK_CHECK_VERIFY,
  IOCTL_DISK_GET_DRIVE_GEOMETRY,
  IOCTL_DISK_GET_LENGTH_INFO,
  IOCTL_DISK_IS_WRITABLE,
} from '../../../rtl/nt.ts';
import { decodeGeometry, decodeLarge, type DiskGeometry } from '../../../rtl/information.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Piece } from '../../mm/types.ts';
import { Mdl } from '../../mm/mdl.ts';
import { type CcDevice, type CcTransfer, SECTOR_SIZE, TRANSFER_LIMIT } from '../../cc/types.ts';
import type { Device } from '../device/device.ts';
import type { Irp } from '../request/irp.ts';
import { callDriver, sendIrp } from '../request/send.ts';
import type { IoContext } from '../context.ts';

/** Larger media than this are refused: page numbers and sector numbers stay small integers. */
const LENGTH_LIMIT = 2 ** 40;
const GEOMETRY = 24;

export interface MediumShape {
  readonly length: number;
  readonly removable: boolean;
  /** As CcDevice has it. */
  readonly unit: number | undefined;
}

export class StorageDevice implements CcDevice {
  device: Device;
  readonly length: number;
  override = true;
  readOnly = false;
  readonly removable: boolean;
  readonly unit: number | undefined;
  /** Another medium is in the drive: nothing of this one's is read or written. */
  parked = false;
  /** A filter above it has gone: nothing is written before the medium is verified. */
  suspect = false;
  /** Set once there is a volume: what to do when the medium may have changed. */
  onVerify: ((status: number) => Promise<number>) | undefined;
  readonly #io: IoContext;

  constructor(io: IoContext, device: Device, { length, removable, unit }: MediumShape) {
    this.#io = io;
    this.device = device;
    this.length = length;
    this.removable = removable;
    this.unit = unit;
  }

  get id(): number {
    return this.device.id;
  }

  get name(): string {
    return this.device.name;
  }

  start(
    write: boolean,
    offset: number,
    length: number,
    buffer: readonly Piece[],
    request = 0,
  ): CcTransfer {
    if (this.parked) return { wait: () => Promise.resolve(Status.STATUS_WRONG_VOLUME) };
    if (this.suspect && !(this.override && !write))
      return { wait: () => Promise.resolve(Status.STATUS_VERIFY_REQUIRED) };
    // Never for writes: they must not reach a medium that nobody has verified.
    if (!write) return this.#read(offset, length, buffer, this.override, request);
    const irp = sendIrp(this.#io, this.device, {
      major: 'write',
      request,
      parameters: { offset, length, data: new Uint8Array() },
      mdl: new Mdl(this.#io.executive.mm, buffer, 'toDevice'),
    });
    return this.#transfer(irp, length);
  }

  /** Reads whatever medium is in the drive now: to find out which one it is. */
  startOverriding(offset: number, buffer: readonly Piece[]): CcTransfer {
    const length = buffer.reduce((sum, piece) => sum + piece.length, 0);
    return this.#read(offset, length, buffer, true);
  }

  #read(
    offset: number,
    length: number,
    buffer: readonly Piece[],
    override: boolean,
    request = 0,
  ): CcTransfer {
    const irp = sendIrp(this.#io, this.device, {
      major: 'read',
      request,
      flags: override ? SL_OVERRIDE_VERIFY_VOLUME : 0,
      parameters: { offset, length },
      mdl: new Mdl(this.#io.executive.mm, buffer, 'fromDevice'),
    });
    return this.#transfer(irp, length);
  }

  #transfer(irp: Irp<'read'> | Irp<'write'>, length: number): CcTransfer {
    return {
      get moved() {
        return irp.information;
      },
      async wait() {
        await irp.done.wait();
        const short = NT_SUCCESS(irp.status) && irp.information !== length;
        return short ? Status.STATUS_IO_DEVICE_ERROR : irp.status;
      },
    };
  }

  verify(status: number): Promise<number> {
    return this.onVerify ? this.onVerify(status) : Promise.resolve(status);
  }
}

/** Statuses by which a driver says that the medium may be another one. */
export function asksForVerification(status: number): boolean {
  return status === Status.STATUS_VERIFY_REQUIRED || status === Status.STATUS_MEDIA_CHANGED;
}

/** Whether there is a medium; the driver forgets that it changed. */
export async function checkMedium(io: IoContext, device: Device, request = 0): Promise<number> {
  let status: number = Status.STATUS_SUCCESS;
  // The first answer may be that the medium changed; the second is about the one that is there now.
  for (let turn = 0; turn < 3; turn++) {
    status = (await control(io, device, IOCTL_DISK_CHECK_VERIFY, 0, request)).status;
    if (!asksForVerification(status)) break;
  }
  return status;
}

/** Length of the medium in bytes, a multiple of 512. */
export async function mediumLength(
  io: IoContext,
  device: Device,
  request = 0,
): Promise<{ status: number; length: number }> {
  const { status, output } = await control(io, device, IOCTL_DISK_GET_LENGTH_INFO, 8, request);
  if (!NT_SUCCESS(status)) return { status, length: 0 };
  if (output.length < 8) return { status: Status.STATUS_IO_DEVICE_ERROR, length: 0 };
  const length = decodeLarge(output);
  const sound = Number.isSafeInteger(length) && length >= 512 && length <= LENGTH_LIMIT;
  if (!sound || length % 512 !== 0) return { status: Status.STATUS_UNRECOGNIZED_MEDIA, length: 0 };
  return { status, length };
}

/** A driver that cannot tell: the first write will. */
export async function isWriteProtected(io: IoContext, device: Device): Promise<boolean> {
  const { status } = await control(io, device, IOCTL_DISK_IS_WRITABLE, 0);
  return status === Status.STATUS_MEDIA_WRITE_PROTECTED;
}

/** All of that in one exchange. A driver that does not tell tracks from cylinders is no failure. */
export async function mediumShape(
  io: IoContext,
  device: Device,
  request = 0,
): Promise<MediumShape & { status: number }> {
  const asked = asking(IOCTL_DISK_GET_DRIVE_GEOMETRY, GEOMETRY);
  const geometry = sendIrp(io, device, asked, request);
  const { status, length } = await mediumLength(io, device, request);
  const known = NT_SUCCESS(await geometry.wait());
  const output = known ? geometry.result.output : undefined;
  if (!output || output.length < GEOMETRY)
    return { status, length, removable: true, unit: undefined };
  const shape = decodeGeometry(output);
  return { status, length, removable: shape.mediaType !== FixedMedia, unit: unitOf(shape) };
}

/** A cylinder, which is one movement of the arm; or a track, where that is too much at once. */
function unitOf({ sectorsPerTrack, bytesPerSector, tracksPerCylinder }: DiskGeometry) {
  const track = sectorsPerTrack * bytesPerSector;
  const units = [track * tracksPerCylinder, track];
  return units.find((unit) => unit > 0 && unit <= TRANSFER_LIMIT && unit % SECTOR_SIZE === 0);
}

function asking(code: number, outputLength: number) {
  return {
    major: 'device_control',
    flags: SL_OVERRIDE_VERIFY_VOLUME,
    parameters: { code, input: new Uint8Array(), outputLength },
  } as const;
}

async function control(
  io: IoContext,
  device: Device,
  code: number,
  outputLength: number,
  request = 0,
) {
  const irp = await callDriver(io, device, { ...asking(code, outputLength), request });
  return { status: irp.status, output: irp.result.output ?? new Uint8Array() };
}
