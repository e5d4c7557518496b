/**
 * format drive: [/q] [/f:size] [/fs:fat|fat12|fat16|fat32] [/v:label] [/a:bytes] [/x]: an empty
 * volume.
 *
 * Without /q a floppy's tracks are made anew by the drive (FORMAT TRACK) and every track is read
 * once; on other disks every piece is read. What cannot be read is marked bad. The old volume is
 * locked, its boot sector is wiped, and it is let go; then the disk is one without a file system,
 * and is written raw.
 */
import * as nt from '../rtl/nt.ts';
import { encodeLarge } from '../rtl/information.ts';
import { isUnreadable } from '../rtl/media.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { type Disk, withDisk } from './device.ts';
import { sizeOf } from './fat/disk.ts';
import { FLOPPY_SIZES, lowLevel } from './lowlevel.ts';
import {
  dosTime,
  FILE_SYSTEMS,
  FormatError,
  labelBytes,
  type Plan,
  planVolume,
  serialOf,
  type Wishes,
  writeVolume,
  type Written,
} from './make/format.ts';
import { type Call, figure, now, refuse, serialText, withLocked } from './program.ts';

const PIECE = 0x1_0000;
type Range = readonly [from: number, to: number];

export async function format(call: Call): Promise<number> {
  const { words } = call;
  const [drive = ''] = words.names;
  const wishes = readWishes(call);
  if (typeof wishes === 'string') return refuse(call, wishes, Status.STATUS_INVALID_PARAMETER);
  const released = await release(call);
  if (released !== Status.STATUS_SUCCESS) return released;
  try {
    return await make(call, drive, wishes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return refuse(call, error.message, Status.STATUS_INVALID_PARAMETER);
  }
}

interface Given extends Wishes {
  readonly quick: boolean;
  readonly label: Uint8Array | undefined;
  readonly size: string | undefined;
}

/** Or what is wrong with it. */
function readWishes({ words }: Call): Given | string {
  const { switches } = words;
  const fileSystem = switches.get('fs');
  if (!isFileSystem(fileSystem))
    return `/fs:${fileSystem} is no file system that can be made: ${FILE_SYSTEMS.join(' ')} are`;
  const text = switches.get('v') ?? '';
  const label = text === '' ? undefined : labelBytes(text);
  if (text !== '' && !label) return `'${text}' cannot be a label`;
  const size = switches.get('f');
  if (size !== undefined && !FLOPPY_SIZES.has(size))
    return `/f:${size} is no size of a floppy: ${[...FLOPPY_SIZES.keys()].join(' ')} are`;
  const quick = switches.has('q');
  if (quick && size !== undefined) return '/f makes tracks, which /q does not';
  const cluster = switches.has('a') ? clusterOf(switches.get('a')!) : undefined;
  if (cluster !== undefined && !Number.isSafeInteger(cluster))
    return `/a:${switches.get('a')} is no size of a cluster`;
  return { fileSystem, label, size, quick, cluster };
}

function isFileSystem(text: string | undefined): text is Wishes['fileSystem'] {
  return text === undefined || (FILE_SYSTEMS as readonly string[]).includes(text);
}

/** `4096` or `4k`. */
function clusterOf(text: string): number {
  const match = /^(\d+)(k?)$/.exec(text);
  return match ? Number(match[1]) * (match[2] ? 1024 : 1) : NaN;
}

/** Whoever used the disk lets it go, and nothing takes what is on it for a volume. */
function release(call: Call): Promise<number> {
  return withLocked(call, async (disk) => {
    if (disk.raw) return Status.STATUS_SUCCESS;
    await disk.write(0, new Uint8Array(Math.max(1024, disk.sectorSize)));
    await disk.dismount();
    return Status.STATUS_SUCCESS;
  });
}

async function make(call: Call, drive: string, given: Given): Promise<number> {
  const { process } = call;
  const bad = given.quick ? [] : await prepare(call, drive, given.size);
  return withDisk(process, drive, true, async (disk) => {
    const { shape, sectors } = disk;
    const plan = planVolume(
      {
        sectorSize: shape.bytesPerSector,
        sectors,
        sectorsPerTrack: shape.sectorsPerTrack,
        heads: shape.tracksPerCylinder,
        removable: shape.mediaType !== nt.FixedMedia,
      },
      given,
    );
    const time = await now(process);
    const serial = serialOf(time);
    const { label } = given;
    const written = await writeVolume(disk, plan, { serial, label, now: dosTime(time), bad });
    await disk.flush();
    await report(call, plan, written, serial);
    return Status.STATUS_SUCCESS;
  });
}

/** Tracks are made, and everything is read once: what cannot be. */
async function prepare(call: Call, drive: string, size: string | undefined): Promise<Range[]> {
  await lowLevel(call, drive, size);
  return withDisk(call.process, drive, true, (disk) => verify(call, disk));
}

async function verify({ console }: Call, disk: Disk): Promise<Range[]> {
  const { sectorsPerTrack, tracksPerCylinder, mediaType } = disk.shape;
  const track = sectorsPerTrack * disk.sectorSize;
  const fixed = mediaType === nt.FixedMedia;
  const step = fixed ? Math.max(PIECE, track * tracksPerCylinder) : track;
  const bad: Range[] = [];
  const total = sizeOf(disk);
  for (let at = 0; at < total; at += step) {
    const length = Math.min(step, total - at);
    if (!(await isReadable(disk, at, length))) bad.push([at, at + length]);
    await console.progress(at + length, total);
  }
  return bad;
}

async function isReadable(disk: Disk, at: number, length: number): Promise<boolean> {
  const input = new Uint8Array(12);
  input.set(encodeLarge(at));
  new DataView(input.buffer).setUint32(8, length, true);
  try {
    await disk.control(nt.IOCTL_DISK_VERIFY, input);
    return true;
  } catch (error) {
    if (error instanceof NtException && isUnreadable(error.status)) return false;
    throw error;
  }
}

async function report(
  { console }: Call,
  plan: Plan,
  { bad, free }: Written,
  serial: number,
): Promise<void> {
  const size = plan.perCluster * plan.sectorSize;
  await console.say(`The disk is formatted with FAT${plan.type}.`);
  await console.say(`${figure(plan.clusters * size)} bytes total disk space.`);
  if (bad > 0) await console.say(`${figure(bad * size)} bytes in bad clusters.`);
  await console.say(`${figure(free * size)} bytes available on disk.`);
  await console.say('');
  await console.say(`${figure(size)} bytes in each cluster.`);
  await console.say(`${figure(plan.clusters)} clusters on disk.`);
  await console.say('');
  await console.say(`Its serial number is ${serialText(serial)}.`);
}
