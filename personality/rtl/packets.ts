/**
 * Packets: what the Executive and a driver tell each other through the packet buffers that they
 * share.
 *
 * A packet is words and padded byte strings: its kind, the fields of its head, then those of its
 * body, which the major function tells (irp.ts); strings and lists carry their length in bytes
 * first. A batch is packets, each behind a word with its length. The reader trusts nothing:
 * STATUS_INVALID_PARAMETER on any misfit.
 *
 *   encodePacket(packet), decodePacket(bytes)
 *   joinBatch(packets, limit), splitBatch(bytes)
 *
 * Kinds, down to the driver:
 *
 *   request    an IRP for one of its devices
 *   cancel     the requestor of an IRP that it holds gave up; upwards: it gives up one of its own
 *   lowerDone  an IRP that it passed down (`call`), or made (`new`), has come back
 *
 * and up to the Executive:
 *
 *   done       it has completed an IRP
 *   call       it passes an IRP that it holds to the device below its own
 *   new        it has made an IRP, for the device below one of its own
 *   free       it has done with a DMA channel
 *   dirty      the sectors touched by [offset, offset + length) of a disk are dirty in the cache.
 *              `late`: they are to reach the medium after all that are not, because what was taken
 *              away in them now stands elsewhere. Stands in a batch before what depends on it
 */
import {
  IRP_MJ_MAXIMUM_FUNCTION,
  type IrpParameters,
  irpParameters,
  type IrpResult,
  irpResults,
  type MajorName,
  majorNames,
} from './irp.ts';
import { fieldsOf, fromBytes, highWord, joinWords, lowWord, toBytes } from './marshal.ts';
import type { Fields, Schema } from './schema.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

const request = {
  id: 'u32',
  major: 'u32',
  minor: 'u32',
  flags: 'u32',
  device: 'u32',
  file: 'u32',
} as const satisfies Schema;

const completion = {
  id: 'u32',
  major: 'u32',
  status: 'u32',
  information: 'u32',
} as const satisfies Schema;

/** One for each kind of packet: its head, and what its body holds. */
const kinds = {
  // `mdl`: of a direct read or write, as mdl.ts has it; else empty. `client`: of pipes, the number
  // that the Executive has given to whom the client acts for; 0: nobody's, or not known yet.
  request: {
    number: 1,
    head: { ...request, mdl: 'bytes', client: 'u32' },
    body: 'parameters',
  },
  cancel: { number: 2, head: { id: 'u32' }, body: undefined },
  lowerDone: { number: 3, head: completion, body: 'result' },
  done: { number: 16, head: completion, body: 'result' },
  call: { number: 17, head: { ...request, notify: 'bool' }, body: 'parameters' },
  // `buffer`: of a read or write to a device with direct I/O, an MDL that the driver has made.
  new: { number: 18, head: { ...request, buffer: 'u32', at: 'u32' }, body: 'parameters' },
  dirty: {
    number: 19,
    head: { device: 'u32', offset: 'i64', length: 'u32', late: 'bool' },
    body: undefined,
  },
  free: { number: 20, head: { adapter: 'u32' }, body: undefined },
} as const satisfies Record<
  string,
  { number: number; head: Schema; body: 'parameters' | 'result' | undefined }
>;

type Kinds = typeof kinds;
export type PacketKind = keyof Kinds;

interface Bodies<M extends MajorName> {
  parameters: { parameters: IrpParameters<M> };
  /** Absent fields go as zeros. */
  result: { result: Partial<IrpResult<M>> };
}

/**
 * `id` names an IRP between the Executive and that driver alone. Ids of the driver's own IRPs
 * (`new`) are its own, with OWN_IRP set. `file` is the file object's id, 0 if none: given by the
 * Executive at CREATE, good until CLOSE.
 */
export type Packet<K extends PacketKind = PacketKind, M extends MajorName = MajorName> = {
  [P in K]: { kind: P } & Fields<Kinds[P]['head']> &
    (Kinds[P]['body'] extends keyof Bodies<M> ? Bodies<M>[Kinds[P]['body']] : unknown);
}[K];

/** Set in the id of every IRP that a driver has made, and in no other. */
export const OWN_IRP = 0x8000_0000;

const byNumber = new Map<number, PacketKind>(
  Object.entries(kinds).map(([name, { number }]) => [number, name as PacketKind]),
);

const NO_FIELDS: Schema = {};

function bodySchema(kind: PacketKind, major: number): Schema {
  const { body } = kinds[kind];
  if (body === undefined) return NO_FIELDS;
  return (body === 'parameters' ? irpParameters : irpResults)[majorName(major)];
}

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
  for (const { name, kind } of fieldsOf(schema)) {
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
  for (const { name, kind } of fieldsOf(schema)) {
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
  const name = major <= IRP_MJ_MAXIMUM_FUNCTION ? majorNames[major] : undefined;
  if (name === undefined) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return name as MajorName;
}

export function encodePacket(packet: Packet): Uint8Array {
  const { kind } = packet;
  const { number, head, body } = kinds[kind];
  const writer = new Writer();
  writer.word(number);
  writeFields(writer, head, packet);
  if (body === undefined) return writer.done();
  const fields = packet as unknown as { major: number } & Record<string, Record<string, unknown>>;
  writeFields(writer, bodySchema(kind, fields.major), fields[body]!);
  return writer.done();
}

export function decodePacket(bytes: Uint8Array): Packet {
  const reader = new Reader(bytes);
  const kind = byNumber.get(reader.word());
  if (kind === undefined) throw new NtException(Status.STATUS_INVALID_PARAMETER, 'no such packet');
  const { head, body } = kinds[kind];
  const packet = { kind, ...readFields(reader, head) } as Record<string, unknown>;
  if (body !== undefined)
    packet[body] = readFields(reader, bodySchema(kind, packet.major as number));
  return packet as unknown as Packet;
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
