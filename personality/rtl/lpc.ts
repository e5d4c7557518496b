/**
 * LPC: what a port's message looks like, with NT's layout (ntlpcapi.h), and its limits.
 *
 * PORT_MESSAGE, 24 bytes, before the data:
 *
 *    0  DataLength   2  TotalLength       4  Type         6  DataInfoOffset
 *    8  ClientId: process, 12 thread     16  MessageId   20  CallbackId
 *
 * A message may name memory of its sender (PORT_DATA_INFORMATION, at DataInfoOffset from its
 * begin): a count, then pairs of address and length, for NtReadRequestData and NtWriteRequestData.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

// Types of messages
export const LPC_REQUEST = 1;
export const LPC_REPLY = 2;
export const LPC_DATAGRAM = 3;
export const LPC_PORT_CLOSED = 5;
export const LPC_CLIENT_DIED = 6;
export const LPC_CONNECTION_REQUEST = 10;

export const PORT_CONNECT = 1;
export const PORT_ALL_ACCESS = 0x001f_0001;

export const PORT_MESSAGE_HEADER = 24;
/** Longest message, header and all, and longest connection information. */
export const PORT_MAXIMUM_MESSAGE_LENGTH = 328;
export const PORT_MAXIMUM_CONNECTION_LENGTH = 260;

export interface PortMessage {
  readonly type: number;
  /** Who sent it; in a reply: who waits for it. */
  readonly process: number;
  readonly thread: number;
  readonly id: number;
  /** Of a callback: the request that it interrupts. */
  readonly callback: number;
  /** 0: none. */
  readonly dataInfoOffset: number;
  readonly data: Uint8Array;
}

export function portMessage(data: Uint8Array, more: Partial<PortMessage> = {}): PortMessage {
  return { type: 0, process: 0, thread: 0, id: 0, callback: 0, dataInfoOffset: 0, data, ...more };
}

export function encodePortMessage(message: PortMessage): Uint8Array {
  const { type, process, thread, id, callback, dataInfoOffset, data } = message;
  const bytes = new Uint8Array(PORT_MESSAGE_HEADER + data.length);
  const view = new DataView(bytes.buffer);
  [data.length, bytes.length, type, dataInfoOffset].forEach((value, at) =>
    view.setUint16(2 * at, value, true),
  );
  [process, thread, id, callback].forEach((value, at) => view.setUint32(8 + 4 * at, value, true));
  bytes.set(data, PORT_MESSAGE_HEADER);
  return bytes;
}

/** Raises STATUS_INVALID_PARAMETER where the lengths do not fit. */
export function decodePortMessage(bytes: Uint8Array): PortMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = bytes.length >= PORT_MESSAGE_HEADER;
  const length = fits ? view.getUint16(0, true) : 0;
  const total = fits ? view.getUint16(2, true) : 0;
  if (total < PORT_MESSAGE_HEADER + length || total > bytes.length)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const [process, thread, id, callback] = [8, 12, 16, 20].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  return {
    type: view.getUint16(4, true),
    dataInfoOffset: view.getUint16(6, true),
    process,
    thread,
    id,
    callback,
    data: bytes.slice(PORT_MESSAGE_HEADER, PORT_MESSAGE_HEADER + length),
  };
}

export interface DataEntry {
  readonly address: number;
  readonly length: number;
}

/** The entry of that number; undefined: the message names no such memory. */
export function dataEntry(message: PortMessage, index: number): DataEntry | undefined {
  const { dataInfoOffset, data } = message;
  const at = dataInfoOffset - PORT_MESSAGE_HEADER;
  if (dataInfoOffset === 0 || at < 0 || at + 4 > data.length) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const entry = at + 4 + 8 * index;
  if (index >= view.getUint32(at, true) || entry + 8 > data.length) return undefined;
  return { address: view.getUint32(entry, true), length: view.getUint32(entry + 4, true) };
}

/** PORT_DATA_INFORMATION. */
export function encodeDataInformation(entries: readonly DataEntry[]): Uint8Array {
  const words = entries.flatMap(({ address, length }) => [address, length]);
  return new Uint8Array(Uint32Array.from([entries.length, ...words]).buffer);
}
