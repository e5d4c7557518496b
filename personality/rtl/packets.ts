/**
 * IRPs on the wire: the codec of the packet buffers that the Executive and a driver share.
 *
 * A packet is words and padded byte strings: a header, then the fields of its schema (irp.ts) in
 * order; strings and lists carry their length in bytes first. A batch is packets, each behind a
 * word with its length. The reader trusts nothing: STATUS_INVALID_PARAMETER on any misfit.
 *
 *   encodeRequest, decodeRequest         Executive to driver
 *   encodeCompletion, decodeCompletion   driver to Executive
 *   joinBatch(packets, limit), splitBatch(bytes)
 */
import {
  IRP_MJ_CLEANUP,
  type IrpCompletion,
  type IrpRequest,
  irpParameters,
  irpResults,
  type MajorName,
  majorNames,
} from './irp.ts';
import { fieldsOf, fromBytes, highWord, joinWords, lowWord, toBytes } from './marshal.ts';
import type { Schema } from './schema.ts';
import { NtException, Status } from './status.ts';

const REQUEST_WORDS = 6;
const COMPLETION_WORDS = 4;

class Writer {
  #view = new DataView(new ArrayBuffer(256));
  #at = 0;

  word(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value >>> 0, true);
    this.#at += 4;
  }

  bytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    this.#room(bytes.length + 4);
    new Uint8Array(this.#view.buffer, this.#at).set(bytes);
    this.#at += (bytes.length + 3) & ~3;
  }

  done(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#at);
  }

  #room(length: number): void {
    if (this.#at + length <= this.#view.byteLength) return;
    const grown = new Uint8Array(Math.max(this.#view.byteLength * 2, this.#at + length));
    grown.set(new Uint8Array(this.#view.buffer, 0, this.#at));
    this.#view = new DataView(grown.buffer);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  word(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  bytes(): Uint8Array {
    const length = this.word();
    this.#need(length);
    const bytes = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += (length + 3) & ~3;
    return bytes;
  }

  #need(length: number): void {
    if (length > this.#bytes.length - this.#at)
      throw new NtException(Status.STATUS_INVALID_PARAMETER, 'a packet is cut');
  }
}

function writeFields(writer: Writer, schema: Schema, value: Record<string, unknown>): void {
  for (const [name, kind] of fieldsOf(schema)) {
    const field = value[name];
    if (kind === 'str' || kind === 'bytes' || kind === 'i64s') writer.bytes(toBytes(kind, field));
    else if (kind === 'i64') {
      writer.word(lowWord((field as number | undefined) ?? 0));
      writer.word(highWord((field as number | undefined) ?? 0));
    } else writer.word(kind === 'bool' ? (field ? 1 : 0) : ((field as number | undefined) ?? 0));
  }
}

function readFields(reader: Reader, schema: Schema): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, kind] of fieldsOf(schema)) {
    if (kind === 'str' || kind === 'bytes' || kind === 'i64s')
      value[name] = fromBytes(kind, reader.bytes());
    else if (kind === 'i64') {
      const low = reader.word();
      value[name] = joinWords(low, reader.word());
    } else {
      const word = reader.word();
      value[name] = kind === 'bool' ? word !== 0 : kind === 'i32' ? word | 0 : word;
    }
  }
  return value;
}

/**
 * The name of a major function in irpParameters; raises STATUS_INVALID_PARAMETER where there is
 * none.
 */
export function majorName(major: number): MajorName {
  const name = major <= IRP_MJ_CLEANUP ? majorNames[major] : undefined;
  if (name === undefined) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return name as MajorName;
}

export function encodeRequest(request: IrpRequest): Uint8Array {
  const writer = new Writer();
  const { id, major, minor, flags, device, file } = request;
  for (const word of [id, major, minor, flags, device, file]) writer.word(word);
  writeFields(writer, irpParameters[majorName(major)], request.parameters);
  return writer.done();
}

export function decodeRequest(bytes: Uint8Array): IrpRequest {
  const reader = new Reader(bytes);
  const words = Array.from({ length: REQUEST_WORDS }, () => reader.word());
  const [id, major, minor, flags, device, file] = words as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const parameters = readFields(
    reader,
    irpParameters[majorName(major)],
  ) as IrpRequest['parameters'];
  return { id, major, minor, flags, device, file, parameters };
}

export function encodeCompletion(completion: IrpCompletion): Uint8Array {
  const writer = new Writer();
  const { id, major, status, information } = completion;
  for (const word of [id, major, status, information]) writer.word(word);
  writeFields(writer, irpResults[majorName(major)], completion.result);
  return writer.done();
}

export function decodeCompletion(bytes: Uint8Array): IrpCompletion {
  const reader = new Reader(bytes);
  const words = Array.from({ length: COMPLETION_WORDS }, () => reader.word());
  const [id, major, status, information] = words as [number, number, number, number];
  const result = readFields(reader, irpResults[majorName(major)]) as IrpCompletion['result'];
  return { id, major, status, information, result };
}

/**
 * As many packets, from the first on, as fit into `limit` bytes. A packet that could never fit
 * raises STATUS_INVALID_PARAMETER.
 */
export function joinBatch(
  packets: readonly Uint8Array[],
  limit: number,
): { bytes: Uint8Array; count: number } {
  let length = 0;
  let count = 0;
  for (const packet of packets) {
    if (packet.length + 4 > limit) throw new NtException(Status.STATUS_INVALID_PARAMETER);
    if (length + packet.length + 4 > limit) break;
    length += packet.length + 4;
    count++;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const packet of packets.slice(0, count)) {
    view.setUint32(at, packet.length, true);
    bytes.set(packet, at + 4);
    at += packet.length + 4;
  }
  return { bytes, count };
}

export function splitBatch(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) throw new NtException(Status.STATUS_INVALID_PARAMETER);
    const length = view.getUint32(at, true);
    if (length > bytes.length - at - 4) throw new NtException(Status.STATUS_INVALID_PARAMETER);
    packets.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return packets;
}
