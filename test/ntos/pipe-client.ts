/**
 * Pipes on the whole system, for tests: `bootPipes` boots it with npfs and msfs; the others are
 * shorter words for what a client does with pipes.
 */
import { image as msfs } from '../../drivers/filesystems/msfs/index.ts';
import { image as npfs } from '../../drivers/filesystems/npfs/index.ts';
import {
  NtCreateNamedPipeFile,
  NtFsControlFile,
  NtReadFile,
  NtWriteFile,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import { bootClientRig, type ClientRig, RW } from './io-client.ts';

export async function bootPipes(images: Record<string, Image> = {}): Promise<ClientRig> {
  return bootClientRig([], {}, { 'npfs.sys': npfs, 'msfs.sys': msfs, ...images });
}

export interface PipeOptions {
  root?: number;
  access?: number;
  share?: number;
  disposition?: number;
  /** FILE_*; default: its calls wait. */
  options?: number;
  type?: number;
  readMode?: number;
  completionMode?: number;
  maximumInstances?: number;
  inboundQuota?: number;
  outboundQuota?: number;
  timeout?: number;
}

export const MESSAGES = {
  type: pipes.FILE_PIPE_MESSAGE_TYPE,
  readMode: pipes.FILE_PIPE_MESSAGE_MODE,
} as const;

export async function createPipe(process: NtProcess, name: string, options: PipeOptions = {}) {
  const answer = await NtCreateNamedPipeFile(process, {
    name: options.root || name.startsWith('\\') ? name : `${pipes.PIPE_DEVICE}\\${name}`,
    root: 0,
    access: RW,
    share: nt.FILE_SHARE_READ | nt.FILE_SHARE_WRITE,
    disposition: nt.FILE_OPEN_IF,
    options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
    type: pipes.FILE_PIPE_BYTE_STREAM_TYPE,
    readMode: pipes.FILE_PIPE_BYTE_STREAM_MODE,
    completionMode: pipes.FILE_PIPE_QUEUE_OPERATION,
    maximumInstances: 4,
    inboundQuota: 4096,
    outboundQuota: 4096,
    timeout: -500_000,
    ...options,
  });
  return { ...answer, status: statusName(answer.status) };
}

export async function control(
  process: NtProcess,
  handle: number,
  code: number,
  input: Uint8Array = new Uint8Array(),
  outputLength = 0,
) {
  const answer = await NtFsControlFile(process, { handle, code, input, outputLength });
  return { ...answer, status: statusName(answer.status) };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytes = (text: string): Uint8Array => encoder.encode(text);
export const text = (data: Uint8Array): string => decoder.decode(data);

export async function read(process: NtProcess, handle: number, length = 4096) {
  const buffer = process.heap.allocate(length);
  try {
    const request = { handle, address: buffer.address, length, offset: 0 };
    const { status, information } = await NtReadFile(process, request);
    const data = buffer.memory.read(0, information);
    return { status: statusName(status), data, text: text(data) };
  } finally {
    process.heap.free(buffer);
  }
}

export async function write(process: NtProcess, handle: number, data: Uint8Array | string) {
  const all = typeof data === 'string' ? bytes(data) : data;
  const buffer = process.heap.allocate(all.length);
  try {
    buffer.memory.write(0, all);
    const request = { handle, address: buffer.address, length: all.length, offset: 0 };
    const { status, information } = await NtWriteFile(process, request);
    return { status: statusName(status), count: information };
  } finally {
    process.heap.free(buffer);
  }
}
