/** crypt: a disk's passphrase, for the encrypting filter above it. */
import { check, withFile } from '../../ntdll/files.ts';
import { NtDeviceIoControlFile, NtFsControlFile } from '../../ntdll/native.ts';
import {
  CRYPT_DEVICE,
  CRYPT_KEY_SET,
  IOCTL_CRYPT_CLEAR_KEY,
  IOCTL_CRYPT_QUERY,
  IOCTL_CRYPT_SET_KEY,
} from '../../rtl/crypt.ts';
import {
  FILE_READ_DATA,
  FILE_WRITE_DATA,
  FSCTL_DISMOUNT_VOLUME,
  FSCTL_LOCK_VOLUME,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntVolume } from '../path.ts';
import { driveOf } from '../volume.ts';
import type { Command } from './command.ts';
import { dismount } from './volumes.ts';

const TEXT = new TextEncoder();

export const crypt: Command = {
  name: 'crypt',
  usage: 'crypt drive: [passphrase | /off]',
  summary: 'Encrypts what is on a disk with a passphrase, or says whether that is done.',
  switches: ['off'],
  names: [1, 2],
  async run(shell, { names: [name, passphrase], switches }) {
    const drive = driveOf(shell, name, crypt.usage);
    const off = switches.has('off');
    if (off && passphrase !== undefined) throw usageError(crypt.usage);
    await nameErrors(drive, async () => {
      await withFile(shell.process, CRYPT_DEVICE, { access: SYNCHRONIZE }, async () => undefined);
      if (off || passphrase !== undefined) await setKey(shell, drive, passphrase);
    });
    const isOn = await nameErrors(drive, () => hasKey(shell, drive));
    await shell.console.write(`${drive} is ${isOn ? 'encrypted' : 'as it is on the disk'}.\n`);
  },
};

/**
 * What is cached of the disk is written under the key that it was read with, and nobody has it open
 * while it changes.
 */
async function setKey(shell: Shell, drive: string, passphrase: string | undefined): Promise<void> {
  await dismount(shell, drive).catch(unlessNotMounted);
  await withDisk(shell, drive, async (handle) => {
    const nothing = { handle, input: new Uint8Array(), outputLength: 0 };
    const tell = async (code: number): Promise<void> => {
      const { status } = await NtFsControlFile(shell.process, { ...nothing, code });
      if (!NOT_MOUNTED.includes(status)) check({ status });
    };
    await tell(FSCTL_LOCK_VOLUME);
    const input = TEXT.encode(passphrase ?? '');
    const code = passphrase === undefined ? IOCTL_CRYPT_CLEAR_KEY : IOCTL_CRYPT_SET_KEY;
    await control(shell, handle, drive, { code, input, outputLength: 0 });
    // What the open has read of it was read with the key before.
    await tell(FSCTL_DISMOUNT_VOLUME);
  });
}

/** Of a disk that nobody recognises, or of none. */
const NOT_MOUNTED: readonly number[] = [
  Status.STATUS_INVALID_DEVICE_REQUEST,
  Status.STATUS_NO_MEDIA_IN_DEVICE,
  Status.STATUS_UNRECOGNIZED_VOLUME,
  Status.STATUS_VOLUME_DISMOUNTED,
  Status.STATUS_WRONG_VOLUME,
];

function unlessNotMounted(error: unknown): void {
  if (!(error instanceof NtException) || !NOT_MOUNTED.includes(error.status)) throw error;
}

async function hasKey(shell: Shell, drive: string): Promise<boolean> {
  return withDisk(shell, drive, async (handle) => {
    const request = { code: IOCTL_CRYPT_QUERY, input: new Uint8Array(), outputLength: 4 };
    const [state] = await control(shell, handle, drive, request);
    return state === CRYPT_KEY_SET;
  });
}

function withDisk<T>(
  { process }: Shell,
  drive: string,
  body: (handle: number) => Promise<T>,
): Promise<T> {
  const access = FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE;
  return withFile(process, ntVolume(drive), { access }, body);
}

async function control(
  { process }: Shell,
  handle: number,
  drive: string,
  request: { code: number; input: Uint8Array; outputLength: number },
): Promise<Uint8Array> {
  const { status, output } = await NtDeviceIoControlFile(process, { handle, ...request });
  if (status === Status.STATUS_INVALID_DEVICE_REQUEST)
    throw new CommandError(Status.STATUS_NOT_SUPPORTED, `${drive} has no filter that encrypts`);
  check({ status });
  return output;
}
