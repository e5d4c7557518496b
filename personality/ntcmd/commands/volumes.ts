/** mount, umount, vol, sync: disks as wholes. */
import { check, openFile, withFile } from '../../ntdll/files.ts';
import {
  NtClose,
  NtCreateSymbolicLinkObject,
  NtFlushBuffersFile,
  NtFsControlFile,
  NtMakeTemporaryObject,
  NtOpenSymbolicLinkObject,
  NtQuerySymbolicLinkObject,
} from '../../ntdll/native.ts';
import {
  DELETE,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_WRITE_DATA,
  FSCTL_DISMOUNT_VOLUME,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { SYMBOLIC_LINK_QUERY } from '../../rtl/objects.ts';
import { nameErrors } from '../errors.ts';
import { ntVolume } from '../path.ts';
import type { Shell } from '../context.ts';
import { named } from '../screen.ts';
import { describeVolume, driveOf, volumes } from '../volume.ts';
import type { Command } from './command.ts';

export const vol: Command = {
  name: 'vol',
  usage: 'vol [drive:]',
  summary: "Says a disk's label and serial number.",
  names: [0, 1],
  async run(shell, { names: [name] }) {
    const drive = driveOf(shell, name, vol.usage);
    await shell.console.write(await nameErrors(drive, () => describeVolume(shell.process, drive)));
  },
};

export const mount: Command = {
  name: 'mount',
  usage:
    'mount [drive: [device]]    such as mount m: \\Device\\MyDisk, which is drive m: from then on',
  summary: 'Mounts a disk, gives one a letter, or lists the drives.',
  names: [0, 2],
  async run(shell, { names: [name, device] }) {
    if (name === undefined) return listVolumes(shell);
    const drive = driveOf(shell, name, mount.usage);
    if (device !== undefined) return nameDrive(shell, drive, device);
    await nameErrors(drive, async () => {
      const options = { access: FILE_LIST_DIRECTORY | SYNCHRONIZE, options: FILE_DIRECTORY_FILE };
      const handle = await openFile(shell.process, `${ntVolume(drive)}\\`, options);
      await NtClose(shell.process, { handle });
    });
    await shell.console.write(`${drive} is mounted.\n`);
  },
};

/**
 * The letter stays when the device goes, and leads to the next one of that name: `umount /d` takes
 * it back.
 */
async function nameDrive(shell: Shell, drive: string, device: string): Promise<void> {
  const { process } = shell;
  await nameErrors(device, () => withFile(process, device, { access: SYNCHRONIZE }, nothing));
  const link = { name: `\\??\\${drive}`, target: device };
  const { status, handle } = await NtCreateSymbolicLinkObject(process, link);
  if (status === Status.STATUS_OBJECT_NAME_COLLISION && (await leadsTo(shell, drive, device)))
    return shell.console.write(`${drive} is ${device}.\n`);
  await nameErrors(drive, async () => void check({ status }));
  await NtClose(process, { handle });
  await shell.console.write(`${drive} is ${device}.\n`);
}

const nothing = async (): Promise<void> => undefined;

async function leadsTo({ process }: Shell, drive: string, device: string): Promise<boolean> {
  const wanted = { name: `\\??\\${drive}`, access: SYMBOLIC_LINK_QUERY, attributes: 0 };
  const { handle } = check(await NtOpenSymbolicLinkObject(process, wanted));
  const { target } = await NtQuerySymbolicLinkObject(process, { handle });
  await NtClose(process, { handle });
  return target.toLowerCase() === device.toLowerCase();
}

async function listVolumes(shell: Shell): Promise<void> {
  const lines = (await volumes(shell)).map(({ letter, device, mounted, fileSystem, label }) => {
    const state = mounted
      ? `${fileSystem ?? 'mounted'} ${named(label ?? '')}`.trimEnd()
      : 'not mounted';
    return `${(letter ?? '').padEnd(4)} ${device.padEnd(20)} ${state}\n`;
  });
  await shell.console.write(lines.join('') + (await describeWaiting(shell)));
}

const PAGE_KIB = 4;

/** A line for each disk that is to be put back. */
async function describeWaiting(shell: Shell): Promise<string> {
  const lines = (await volumes(shell)).flatMap(({ letter, device, waiting }) =>
    waiting.map(({ label, serial, pages }) => {
      const number = serial.toString(16).toUpperCase().padStart(8, '0');
      const name = `${named(label)} ${number.slice(0, 4)}-${number.slice(4)}`.trim();
      return `${letter ?? device} waits for the disk ${name}: ${pages * PAGE_KIB} KB of it are not written. Put it back.\n`;
    }),
  );
  return lines.join('');
}

export const umount: Command = {
  name: 'umount',
  usage: 'umount [/d] drive:    /d: the letter is free again, whether its disk is there or not',
  summary: 'Writes a disk back and unmounts it: it can be taken out.',
  switches: ['d'],
  names: [1, 1],
  async run(shell, { switches, names: [name] }) {
    const drive = driveOf(shell, name, umount.usage);
    const given = switches.has('d');
    const known = (await volumes(shell)).find(({ letter }) => letter === drive);
    // Of a letter that goes only what is not written yet has to be.
    if (!given || known?.mounted || known?.waiting.length)
      await nameErrors(drive, () => dismount(shell, drive));
    if (!given) return shell.console.write(`${drive} is unmounted.\n`);
    await nameErrors(drive, () => freeLetter(shell, drive));
    await shell.console.write(`${drive} is no drive any more.\n`);
  },
};

async function freeLetter({ process }: Shell, drive: string): Promise<void> {
  const wanted = { name: `\\??\\${drive}`, access: DELETE, attributes: 0 };
  const { handle } = check(await NtOpenSymbolicLinkObject(process, wanted));
  const { status } = await NtMakeTemporaryObject(process, { handle });
  await NtClose(process, { handle });
  check({ status });
}

/** Flushes first: a dismount that could not write back is refused. */
export async function dismount(shell: Shell, drive: string): Promise<void> {
  const options = { access: FILE_WRITE_DATA | SYNCHRONIZE };
  await withFile(shell.process, ntVolume(drive), options, async (handle) => {
    const request = {
      handle,
      code: FSCTL_DISMOUNT_VOLUME,
      input: new Uint8Array(),
      outputLength: 0,
    };
    check(await NtFsControlFile(shell.process, request));
  });
}

export const sync: Command = {
  name: 'sync',
  usage: 'sync [drive:]',
  summary: 'Writes everything that is only in memory to the disks.',
  names: [0, 1],
  async run(shell, { names: [name] }) {
    const drives =
      name === undefined ? await mountedDrives(shell) : [driveOf(shell, name, sync.usage)];
    for (const drive of drives) await nameErrors(drive, () => flush(shell, drive));
    const waiting = await describeWaiting(shell);
    if (waiting === '') return Status.STATUS_SUCCESS;
    await shell.console.write(waiting);
    return Status.STATUS_WRONG_VOLUME;
  },
};

async function mountedDrives(shell: Shell): Promise<string[]> {
  const mounted = (await volumes(shell)).filter(
    (volume) => volume.letter && (volume.mounted || volume.waiting.length > 0),
  );
  return mounted.map((volume) => volume.letter!);
}

export async function flush(shell: Shell, drive: string): Promise<void> {
  const options = { access: FILE_WRITE_DATA | SYNCHRONIZE };
  await withFile(shell.process, ntVolume(drive), options, async (handle) => {
    check(await NtFlushBuffersFile(shell.process, { handle }));
  });
}
