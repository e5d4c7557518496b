/**
 * Named pipes and mailslots: constants, control codes, and the structures that travel.
 *
 * Names, values and layouts are those of the published headers (ntifs.h). Decoding data that is too
 * short raises STATUS_INFO_LENGTH_MISMATCH, unless another status is said.
 */
import { highWord, joinWords, lowWord } from './marshal.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export const PIPE_DEVICE = '\\Device\\NamedPipe';
export const MAILSLOT_DEVICE = '\\Device\\Mailslot';

// Types and modes
export const FILE_PIPE_BYTE_STREAM_TYPE = 0;
export const FILE_PIPE_MESSAGE_TYPE = 1;
export const FILE_PIPE_BYTE_STREAM_MODE = 0;
export const FILE_PIPE_MESSAGE_MODE = 1;
/** Calls wait (queue) until they are done, or answer at once (complete). */
export const FILE_PIPE_QUEUE_OPERATION = 0;
export const FILE_PIPE_COMPLETE_OPERATION = 1;
/** Of `maximumInstances`: as many as there may be. */
export const FILE_PIPE_UNLIMITED_INSTANCES = 0xffff_ffff;

// Directions, seen from the server
export const FILE_PIPE_INBOUND = 0;
export const FILE_PIPE_OUTBOUND = 1;
export const FILE_PIPE_FULL_DUPLEX = 2;

// States of an instance
export const FILE_PIPE_DISCONNECTED_STATE = 1;
export const FILE_PIPE_LISTENING_STATE = 2;
export const FILE_PIPE_CONNECTED_STATE = 3;
export const FILE_PIPE_CLOSING_STATE = 4;

export const FILE_PIPE_CLIENT_END = 0;
export const FILE_PIPE_SERVER_END = 1;

// Information classes
export const FilePipeInformation = 23;
export const FilePipeLocalInformation = 24;
export const FileMailslotQueryInformation = 26;
export const FileMailslotSetInformation = 27;

// Control codes
export const FSCTL_PIPE_DISCONNECT = 0x0011_0004;
export const FSCTL_PIPE_LISTEN = 0x0011_0008;
export const FSCTL_PIPE_PEEK = 0x0011_400c;
export const FSCTL_PIPE_TRANSCEIVE = 0x0011_c017;
export const FSCTL_PIPE_WAIT = 0x0011_0018;
export const FSCTL_PIPE_IMPERSONATE = 0x0011_001c;
export const FSCTL_MAILSLOT_PEEK = 0x000c_4003;

/** Bytes that one request moves at most: a packet to the driver must hold them. */
export const PIPE_TRANSFER_LIMIT = 0xe000;
/** Most bytes that a quota may ask for. */
export const PIPE_QUOTA_LIMIT = 0x1_0000;
/** Of a mailslot whose maker names none, as Win32's do, and at least one longest message. */
export const MAILSLOT_USUAL_QUOTA = 0x1000;
/** `nextMessage`, where there is no message. */
export const MAILSLOT_NO_MESSAGE = 0xffff_ffff;
/** A read waits as long as it takes. */
export const MAILSLOT_WAIT_FOREVER = -1;

function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length < length) throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fromWords(...words: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** FILE_PIPE_INFORMATION. */
export interface PipeInformation {
  readonly readMode: number;
  readonly completionMode: number;
}

export function encodePipe({ readMode, completionMode }: PipeInformation): Uint8Array {
  return fromWords(readMode, completionMode);
}

export function decodePipe(bytes: Uint8Array): PipeInformation {
  const view = viewOf(bytes, 8);
  return { readMode: view.getUint32(0, true), completionMode: view.getUint32(4, true) };
}

/** FILE_PIPE_LOCAL_INFORMATION, field by field. */
const localFields = [
  'type',
  'configuration',
  'maximumInstances',
  'currentInstances',
  'inboundQuota',
  'readDataAvailable',
  'outboundQuota',
  'writeQuotaAvailable',
  'state',
  'end',
] as const;

export type PipeLocalInformation = Readonly<Record<(typeof localFields)[number], number>>;

export function encodePipeLocal(info: PipeLocalInformation): Uint8Array {
  return fromWords(...localFields.map((field) => info[field]));
}

export function decodePipeLocal(bytes: Uint8Array): PipeLocalInformation {
  const view = viewOf(bytes, 4 * localFields.length);
  const entries = localFields.map((field, at) => [field, view.getUint32(4 * at, true)]);
  return Object.fromEntries(entries) as PipeLocalInformation;
}

/** FILE_PIPE_PEEK_BUFFER. */
export interface PipePeek {
  readonly state: number;
  readonly available: number;
  readonly messages: number;
  /** Of the first one, what is left. */
  readonly messageLength: number;
  readonly data: Uint8Array;
}

export const PEEK_HEADER = 16;

export function encodePeek(peek: PipePeek): Uint8Array {
  const bytes = new Uint8Array(PEEK_HEADER + peek.data.length);
  bytes.set(fromWords(peek.state, peek.available, peek.messages, peek.messageLength));
  bytes.set(peek.data, PEEK_HEADER);
  return bytes;
}

export function decodePeek(bytes: Uint8Array): PipePeek {
  const view = viewOf(bytes, PEEK_HEADER);
  const [state, available, messages, messageLength] = [0, 4, 8, 12].map((at) =>
    view.getUint32(at, true),
  ) as [number, number, number, number];
  return { state, available, messages, messageLength, data: bytes.slice(PEEK_HEADER) };
}

/** FILE_PIPE_WAIT_FOR_BUFFER. `timeout`, in 100 ns: absent: the pipe's own. */
export interface PipeWait {
  readonly name: string;
  readonly timeout?: number | undefined;
}

const WAIT_NAME = 14;

export function encodeWait({ name, timeout }: PipeWait): Uint8Array {
  const view = new DataView(new ArrayBuffer(WAIT_NAME + 2 * name.length));
  view.setUint32(0, lowWord(timeout ?? 0), true);
  view.setInt32(4, highWord(timeout ?? 0), true);
  view.setUint32(8, 2 * name.length, true);
  view.setUint8(12, timeout === undefined ? 0 : 1);
  for (let i = 0; i < name.length; i++) view.setUint16(WAIT_NAME + 2 * i, name.charCodeAt(i), true);
  return new Uint8Array(view.buffer);
}

/** Data that is too short raises STATUS_INVALID_PARAMETER. */
export function decodeWait(bytes: Uint8Array): PipeWait {
  const bad = new NtException(Status.STATUS_INVALID_PARAMETER);
  if (bytes.length < WAIT_NAME) throw bad;
  const view = viewOf(bytes, WAIT_NAME);
  const length = view.getUint32(8, true);
  if (length % 2 !== 0 || length > bytes.length - WAIT_NAME) throw bad;
  let name = '';
  for (let i = 0; i < length; i += 2)
    name += String.fromCharCode(view.getUint16(WAIT_NAME + i, true));
  const given = view.getUint8(12) !== 0;
  const timeout = joinWords(view.getUint32(0, true), view.getUint32(4, true));
  return { name, timeout: given ? timeout : undefined };
}

/** FILE_MAILSLOT_QUERY_INFORMATION. */
export interface MailslotInformation {
  readonly maximumMessage: number;
  readonly quota: number;
  readonly nextMessage: number;
  readonly messages: number;
  readonly timeout: number;
}

export function encodeMailslot(info: MailslotInformation): Uint8Array {
  const { maximumMessage, quota, nextMessage, messages, timeout } = info;
  const time = [lowWord(timeout), highWord(timeout)];
  return fromWords(maximumMessage, quota, nextMessage, messages, ...time);
}

export function decodeMailslot(bytes: Uint8Array): MailslotInformation {
  const view = viewOf(bytes, 24);
  return {
    maximumMessage: view.getUint32(0, true),
    quota: view.getUint32(4, true),
    nextMessage: view.getUint32(8, true),
    messages: view.getUint32(12, true),
    timeout: joinWords(view.getUint32(16, true), view.getUint32(20, true)),
  };
}

/** FILE_MAILSLOT_PEEK_BUFFER. */
export type MailslotPeek = Omit<PipePeek, 'state' | 'data'>;

export function encodeMailslotPeek(peek: MailslotPeek): Uint8Array {
  return fromWords(peek.available, peek.messages, peek.messageLength);
}

export function decodeMailslotPeek(bytes: Uint8Array): MailslotPeek {
  const view = viewOf(bytes, 12);
  const [available, messages, messageLength] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  return { available, messages, messageLength };
}
