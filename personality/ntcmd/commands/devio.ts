/**
 * devio: one request to a device by its name, as a program makes it, and what came back.
 *
 * It is for whoever writes a driver. Bytes are shown as hexadecimal digits and as text.
 */
import { check, openFile } from '../../ntdll/files.ts';
import { NtClose, NtDeviceIoControlFile, NtReadFile, NtWriteFile } from '../../ntdll/native.ts';
import { FILE_READ_DATA, FILE_WRITE_DATA } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { statusName } from '../../rtl/statustext.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors } from '../errors.ts';
import type { Command } from './command.ts';

/** Of one read: a megabyte. */
const LONGEST = 0x10_0000;

interface Answer {
  readonly status: number;
  readonly information: number;
  readonly bytes: Uint8Array;
}

type Ask = (shell: Shell, handle: number, word: string) => Promise<Answer>;

const NONE = new Uint8Array();

function numberOf(word: string, radix: number, most: number): number {
  const value = Number.parseInt(word, radix);
  if (value >= 0 && value <= most) return value;
  throw new CommandError(Status.STATUS_INVALID_PARAMETER, word);
}

const read: Ask = async ({ process }, handle, word) => {
  const length = numberOf(word, 10, LONGEST);
  const buffer = process.heap.allocate(Math.max(length, 1));
  try {
    const request = { handle, address: buffer.address, length, offset: 0 };
    const { status, information } = await NtReadFile(process, request);
    return { status, information, bytes: buffer.memory.read(0, Math.min(information, length)) };
  } finally {
    process.heap.free(buffer);
  }
};

const write: Ask = async ({ process }, handle, word) => {
  const data = new TextEncoder().encode(word);
  const buffer = process.heap.allocate(Math.max(data.length, 1));
  try {
    buffer.memory.write(0, data);
    const request = { handle, address: buffer.address, length: data.length, offset: 0 };
    return { ...(await NtWriteFile(process, request)), bytes: NONE };
  } finally {
    process.heap.free(buffer);
  }
};

const ioctl: Ask = async ({ process }, handle, word) => {
  const code = numberOf(word, 16, 0xffff_ffff);
  const request = { handle, code, input: NONE, outputLength: 512 };
  const { status, information, output } = await NtDeviceIoControlFile(process, request);
  return { status, information, bytes: output };
};

/** An address at which the program has no memory: the Executive, not the driver, has to see it. */
const bad: Ask = async ({ process }, handle) => {
  const request = { handle, address: 0xfff0_0000, length: 16, offset: 0 };
  return { ...(await NtReadFile(process, request)), bytes: NONE };
};

const REQUESTS: Readonly<Record<string, Ask>> = { read, write, ioctl, bad };

const shown = (bytes: Uint8Array): string => {
  const some = bytes.subarray(0, 64);
  const hex = Array.from(some, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = Array.from(some, (byte) =>
    byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.',
  ).join('');
  return `${hex}  ${text}\n`;
};

export const devio: Command = {
  name: 'devio',
  usage:
    'devio read|write|ioctl|bad device [length|text|code]    such as devio read \\Device\\Null 16',
  summary: 'Sends one request to a device, and shows the answer.',
  names: [2, 3],
  async run(shell, { names: [kind = '', device = '', word = ''] }) {
    const ask = Object.hasOwn(REQUESTS, kind) ? REQUESTS[kind] : undefined;
    if (!ask) throw new CommandError(Status.STATUS_INVALID_PARAMETER, kind);
    const { process, console } = shell;
    const options = { access: FILE_READ_DATA | FILE_WRITE_DATA };
    return nameErrors(device, async () => {
      const handle = await openFile(process, device, options);
      try {
        const { status, information, bytes } = await ask(shell, handle, word);
        await console.write(`${statusName(status)}, information ${information}\n`);
        if (bytes.length > 0) await console.write(shown(bytes));
        return status;
      } finally {
        check(await NtClose(process, { handle }));
      }
    });
  },
};
