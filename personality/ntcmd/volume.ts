/** What is known of a volume: its label, its size. */
import { check, openFile, querySystem } from '../ntdll/files.ts';
import { NtClose, NtQueryVolumeInformationFile } from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { decodeFsSize, decodeFsVolume } from '../rtl/information.ts';
import {
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FileFsSizeInformation,
  FileFsVolumeInformation,
  SYNCHRONIZE,
  SystemVolumeInformation,
} from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import { usageError } from './errors.ts';
import { ntVolume } from './path.ts';
import { named } from './screen.ts';
import type { Shell } from './context.ts';

async function query(
  process: NtProcess,
  drive: string,
  infoClass: number,
  length: number,
): Promise<Uint8Array> {
  const options = { access: FILE_LIST_DIRECTORY | SYNCHRONIZE, options: FILE_DIRECTORY_FILE };
  const handle = await openFile(process, `${ntVolume(drive)}\\`, options);
  try {
    const answer = await NtQueryVolumeInformationFile(process, {
      handle,
      class: infoClass,
      length,
    });
    return check(answer).data;
  } finally {
    await NtClose(process, { handle });
  }
}

/** Two lines for people. */
export async function describeVolume(process: NtProcess, drive: string): Promise<string> {
  const { label, serial } = decodeFsVolume(
    await query(process, drive, FileFsVolumeInformation, 512),
  );
  const hex = serial.toString(16).toUpperCase().padStart(8, '0');
  const name = label ? `is ${named(label)}` : 'has no label';
  return (
    ` Volume in drive ${drive[0]} ${name}\n` +
    ` Volume serial number is ${hex.slice(0, 4)}-${hex.slice(4)}\n`
  );
}

/** In bytes; `cluster` is what a file takes at least. */
export interface VolumeSize {
  total: number;
  free: number;
  cluster: number;
}

export async function volumeSize(process: NtProcess, drive: string): Promise<VolumeSize> {
  const size = decodeFsSize(await query(process, drive, FileFsSizeInformation, 24));
  const cluster = size.sectorsPerUnit * size.bytesPerSector;
  return { total: size.totalUnits * cluster, free: size.freeUnits * cluster, cluster };
}

export async function volumeFacts(
  process: NtProcess,
  drive: string,
): Promise<VolumeSize & { label: string; serial: number }> {
  const { label, serial } = decodeFsVolume(
    await query(process, drive, FileFsVolumeInformation, 512),
  );
  return { label, serial, ...(await volumeSize(process, drive)) };
}

export interface VolumeInformation {
  letter?: string;
  device: string;
  fileSystem?: string;
  label?: string;
  mounted: boolean;
  /** Disks that were taken out before everything was written. */
  waiting: { label: string; serial: number; pages: number }[];
}

export function volumes({ process }: Pick<Shell, 'process'>): Promise<VolumeInformation[]> {
  return querySystem(process, SystemVolumeInformation) as Promise<VolumeInformation[]>;
}

/** Raises STATUS_OBJECT_PATH_NOT_FOUND where there is no such drive; it may be without a disk. */
export async function checkDrive(shell: Shell, drive: string): Promise<void> {
  const name = drive.toUpperCase();
  if ((await volumes(shell)).some(({ letter }) => letter === name)) return;
  throw new CommandError(Status.STATUS_OBJECT_PATH_NOT_FOUND, `Drive ${name[0]}`);
}

/** `A:` of `a:`, `a:\` or nothing. */
export function driveOf(shell: Shell, name: string | undefined, usage: string): string {
  if (name === undefined) return shell.directories.drive;
  const match = /^([a-z]:)\\?$/i.exec(name);
  if (!match) throw usageError(usage);
  return match[1]!.toUpperCase();
}
