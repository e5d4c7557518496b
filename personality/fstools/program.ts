/** What each of the programs is given, and what they share. */
import { check } from '../ntdll/files.ts';
import { NtQuerySystemTime } from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { IOCTL_DISK_IS_WRITABLE } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { statusName } from '../rtl/statustext.ts';
import { RtlTimeToTimeFields, type TimeFields } from '../rtl/time.ts';
import type { ShellConsole } from './console.ts';
import { type Disk, hasStatus, withDisk } from './device.ts';
import { openVolume, type FatVolume } from './fat/volume.ts';

export interface Words {
  readonly program: string;
  /** Without the slash; what stands behind a colon. */
  readonly switches: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

export interface Call {
  readonly process: NtProcess;
  readonly console: ShellConsole;
  readonly words: Words;
}

export type Program = (call: Call) => Promise<number>;

export async function now(process: NtProcess): Promise<TimeFields> {
  return RtlTimeToTimeFields(check(await NtQuerySystemTime(process, {})).time);
}

/** An error in words of its own, with the status's name. */
export async function refuse({ console }: Call, text: string, status: number): Promise<number> {
  await console.complain(`${text} (${statusName(status)}).`);
  return status;
}

export async function volumeOn(disk: Disk): Promise<FatVolume> {
  const volume = await openVolume(disk);
  if (!volume) throw new NtException(Status.STATUS_UNRECOGNIZED_VOLUME);
  return volume;
}

/**
 * Runs `body` with the volume locked, or with a disk that has none. Where files of it are open:
 * with /x, or if somebody says so, it is dismounted first, and opened anew.
 * STATUS_ACCESS_DENIED: it stays in use, and that is said.
 */
export async function withLocked(
  call: Call,
  body: (disk: Disk) => Promise<number>,
): Promise<number> {
  const [drive = ''] = call.words.names;
  for (let turn = 0; turn < 2; turn++) {
    const status = await withDisk(call.process, drive, true, async (disk) => {
      if (!(await lockOrAsk(call, disk))) return Status.STATUS_ACCESS_DENIED;
      return disk.locked || disk.raw ? body(disk) : undefined;
    });
    if (status !== undefined) return status;
  }
  throw new NtException(Status.STATUS_ACCESS_DENIED);
}

async function lockOrAsk(call: Call, disk: Disk): Promise<boolean> {
  const { console, words } = call;
  await disk.control(IOCTL_DISK_IS_WRITABLE);
  try {
    await disk.lock();
    return true;
  } catch (error) {
    if (!hasStatus(error, Status.STATUS_ACCESS_DENIED)) throw error;
  }
  const drive = words.names[0]!;
  const question = `${drive} is in use. Dismount it, which closes all files that are open on it`;
  if (!words.switches.has('x') && !(await console.askYes(question))) {
    await refuse(
      call,
      `${drive} is in use: close its files and programs, or give /x to dismount it`,
      Status.STATUS_ACCESS_DENIED,
    );
    return false;
  }
  await disk.dismount();
  return true;
}

/** With commas, right-aligned. */
export function figure(value: number): string {
  return String(value)
    .replace(/\B(?=(\d{3})+$)/g, ',')
    .padStart(14);
}

export function serialText(serial: number): string {
  const hex = serial.toString(16).toUpperCase().padStart(8, '0');
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}
