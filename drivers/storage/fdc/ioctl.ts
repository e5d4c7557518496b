/**
 * Device control requests of a disk.
 *
 * Every handler gets the drive with its medium recognised and gives a status and the output. Short
 * output buffers are answered with STATUS_BUFFER_TOO_SMALL, unknown codes with
 * STATUS_INVALID_DEVICE_REQUEST, before the drive is touched.
 * Source: published winioctl.h and mountmgr.h.
 */
import { encodeGeometry, encodeLarge } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { Irp, NTSTATUS } from '../../../personality/wdm/index.ts';
import type { Drive } from './controller.ts';
import { query } from './handshake.ts';
import { formatTracks } from './format.ts';
import { type MediaFormat, mediaFormats } from './formats.ts';
import { CMD_SENSE_DRIVE, ST3_WRITE_PROTECTED } from './registers.ts';
import { verifyRange } from './verify.ts';

export interface Control {
  status: NTSTATUS;
  output: Uint8Array;
}

type Handler = (drive: Drive, irp: Irp<'device_control'>) => Control | Promise<Control>;

interface Entry {
  readonly handler: Handler;
  /** Bytes of output that the caller must have room for. */
  readonly output: number;
  readonly input?: number;
  /** Answered without looking for a medium. */
  readonly anyMedium?: boolean;
  /** Also for a disk on which nothing can be read: it was never formatted. */
  readonly unformatted?: boolean;
}

const GEOMETRY = 24;
const NOTHING = new Uint8Array();

function done(output: Uint8Array = NOTHING): Control {
  return { status: Status.STATUS_SUCCESS, output };
}

function geometryOf(format: MediaFormat): Uint8Array {
  return encodeGeometry({
    cylinders: format.cylinders,
    mediaType: format.type,
    tracksPerCylinder: format.heads,
    sectorsPerTrack: format.sectors,
    bytesPerSector: 128 << format.sizeCode,
  });
}

function join(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The change count, for those who make room for it. */
function checkVerify(drive: Drive, irp: Irp<'device_control'>): Control {
  const { outputLength } = irp.parameters;
  if (outputLength === 0) return done();
  if (outputLength < 4) return { status: Status.STATUS_BUFFER_TOO_SMALL, output: NOTHING };
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, drive.changeCount, true);
  return done(count);
}

function isWritable(drive: Drive): Control {
  const [st3] = query(drive.controller, [CMD_SENSE_DRIVE, drive.unit]);
  if (st3 === undefined) return { status: Status.STATUS_IO_DEVICE_ERROR, output: NOTHING };
  if (st3 & ST3_WRITE_PROTECTED)
    return { status: Status.STATUS_MEDIA_WRITE_PROTECTED, output: NOTHING };
  return done();
}

/** All that the drive may take; a buffer for fewer gets those that fit. */
function mediaTypes(_drive: Drive, irp: Irp<'device_control'>): Control {
  const room = Math.floor(irp.parameters.outputLength / GEOMETRY);
  const output = join(...mediaFormats.slice(0, room).map(geometryOf));
  const short = room < mediaFormats.length;
  return { status: short ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS, output };
}

function geometryEx(drive: Drive): Control {
  return done(join(geometryOf(drive.media!), encodeLarge(drive.media!.length)));
}

/** VERIFY_INFORMATION: start, length. */
async function verify(drive: Drive, irp: Irp<'device_control'>): Promise<Control> {
  const { input } = irp.parameters;
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const start = Number(view.getBigInt64(0, true));
  return { status: await verifyRange(drive, start, view.getUint32(8, true)), output: NOTHING };
}

/** MOUNTDEV_NAME and MOUNTDEV_UNIQUE_ID alike: a length in bytes, then UTF-16. */
function deviceName(drive: Drive, irp: Irp<'device_control'>): Control {
  const name = `\\Device\\Floppy${drive.unit}`;
  const bytes = new Uint8Array(2 + name.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, name.length * 2, true);
  for (let i = 0; i < name.length; i++) view.setUint16(2 + i * 2, name.charCodeAt(i), true);
  const { outputLength } = irp.parameters;
  const short = outputLength < bytes.length;
  return {
    status: short ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS,
    output: short ? bytes.slice(0, 2) : bytes,
  };
}

export const controls = new Map<number, Entry>([
  [nt.IOCTL_DISK_CHECK_VERIFY, { handler: checkVerify, output: 0 }],
  [nt.IOCTL_STORAGE_CHECK_VERIFY, { handler: checkVerify, output: 0 }],
  [
    nt.IOCTL_DISK_GET_DRIVE_GEOMETRY,
    { handler: (drive) => done(geometryOf(drive.media!)), output: GEOMETRY },
  ],
  [nt.IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, { handler: geometryEx, output: GEOMETRY + 8 }],
  [
    nt.IOCTL_DISK_GET_LENGTH_INFO,
    { handler: (drive) => done(encodeLarge(drive.media!.length)), output: 8 },
  ],
  [nt.IOCTL_DISK_IS_WRITABLE, { handler: isWritable, output: 0 }],
  [nt.IOCTL_DISK_GET_MEDIA_TYPES, { handler: mediaTypes, output: GEOMETRY, anyMedium: true }],
  [nt.IOCTL_DISK_FORMAT_TRACKS, { handler: formatTracks, output: 0, input: 20, unformatted: true }],
  [
    nt.IOCTL_DISK_FORMAT_TRACKS_EX,
    { handler: formatTracks, output: 0, input: 24, unformatted: true },
  ],
  [nt.IOCTL_DISK_VERIFY, { handler: verify, output: 0, input: 12 }],
  [nt.IOCTL_MOUNTDEV_QUERY_DEVICE_NAME, { handler: deviceName, output: 2, anyMedium: true }],
  [nt.IOCTL_MOUNTDEV_QUERY_UNIQUE_ID, { handler: deviceName, output: 2, anyMedium: true }],
]);

/** What is wrong with the request itself, or STATUS_SUCCESS. */
export function checkControl(irp: Irp<'device_control'>): NTSTATUS {
  const { code, input, outputLength } = irp.parameters;
  const entry = controls.get(code);
  if (!entry) return Status.STATUS_INVALID_DEVICE_REQUEST;
  if (outputLength < entry.output) return Status.STATUS_BUFFER_TOO_SMALL;
  return input.length < (entry.input ?? 0)
    ? Status.STATUS_INVALID_PARAMETER
    : Status.STATUS_SUCCESS;
}
