/**
 * Service arguments between message registers and the caller's service buffer.
 *
 * Both sides call the same two functions with the same schema (services.ts). Scalars take one
 * register, i64 two, text and byte strings one that names a stretch of the buffer: offset << 16 |
 * length. Whatever comes in is hostile: a stretch outside the buffer or a message that is too short
 * raises STATUS_INVALID_PARAMETER.
 *
 *   putFields(schema, value, message, register, buffer)   writes; returns the number of registers
 *                                                         used so far
 *   getFields(schema, message, register, length, buffer)  reads; into `result` where it is given
 */
import { type Fields, type Kind, type Schema } from './schema.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

/** Message registers: a kernel Thread is one. */
export interface Registers {
  getMR(index: number): number;
  setMR(index: number, value: number): void;
}

/** The service buffer: a kernel Window is one. */
export interface Buffer {
  readonly length: number;
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const TWO_32 = 0x1_0000_0000;
const LAST_ASCII = 0x7f;
/** Characters; a longer text is quicker by the encoder. */
const SHORT = 64;

/** A field in wire order. */
export interface Field {
  readonly name: string;
  readonly kind: Kind;
  /** Registers that it takes. */
  readonly size: number;
}

const fieldLists = new WeakMap<Schema, readonly Field[]>();

/** The fields of a schema in wire order. */
export function fieldsOf(schema: Schema): readonly Field[] {
  let list = fieldLists.get(schema);
  if (!list) {
    list = Object.entries(schema).map(([name, kind]) => ({
      name,
      kind,
      size: kind === 'i64' ? 2 : 1,
    }));
    fieldLists.set(schema, list);
  }
  return list;
}

export function lowWord(value: number): number {
  return value >>> 0;
}

export function highWord(value: number): number {
  return Math.floor(value / TWO_32) | 0;
}

/**
 * Exact below 2^53, and for NT times at whole milliseconds; else rounded: who takes offsets must
 * check Number.isSafeInteger.
 */
export function joinWords(low: number, high: number): number {
  return (high | 0) * TWO_32 + (low >>> 0);
}

export function putFields<S extends Schema>(
  schema: S,
  value: Partial<Fields<S>>,
  message: Registers,
  register: number,
  buffer: Buffer,
): number {
  const source = value as Record<string, unknown>;
  const fields = fieldsOf(schema);
  let free = 0;
  // Each call of the system passes here four times: no iterators, no pairs to take apart.
  for (let i = 0; i < fields.length; i++) {
    const { name, kind } = fields[i]!;
    const field = source[name];
    switch (kind) {
      case 'u32':
      case 'i32':
        message.setMR(register++, (field as number | undefined) ?? 0);
        break;
      case 'bool':
        message.setMR(register++, field ? 1 : 0);
        break;
      case 'i64':
        message.setMR(register++, lowWord((field as number | undefined) ?? 0));
        message.setMR(register++, highWord((field as number | undefined) ?? 0));
        break;
      default: {
        const bytes = toBytes(kind, field);
        if (free + bytes.length > buffer.length || bytes.length > 0xffff)
          throw new NtException(Status.STATUS_INVALID_PARAMETER, `${name} is too long`);
        if (bytes.length > 0) buffer.write(free, bytes);
        message.setMR(register++, (free << 16) | bytes.length);
        free += (bytes.length + 3) & ~3;
      }
    }
  }
  return register;
}

export function getFields<S extends Schema>(
  schema: S,
  message: Registers,
  register: number,
  length: number,
  buffer: Buffer,
  result: Record<string, unknown> = {},
): Fields<S> {
  const fields = fieldsOf(schema);
  for (let i = 0; i < fields.length; i++) {
    const { name, kind, size } = fields[i]!;
    if (register + size > length)
      throw new NtException(Status.STATUS_INVALID_PARAMETER, 'the message is too short');
    const word = message.getMR(register++);
    switch (kind) {
      case 'u32':
        result[name] = word >>> 0;
        break;
      case 'i32':
        result[name] = word | 0;
        break;
      case 'bool':
        result[name] = word !== 0;
        break;
      case 'i64':
        result[name] = joinWords(word, message.getMR(register++));
        break;
      default: {
        const offset = word >>> 16;
        const bytes = word & 0xffff;
        if (offset + bytes > buffer.length) throw new NtException(Status.STATUS_INVALID_PARAMETER);
        result[name] = fromBytes(kind, bytes === 0 ? new Uint8Array() : buffer.read(offset, bytes));
      }
    }
  }
  return result as Fields<S>;
}

/** UTF-8. Names are short and ASCII nearly always: a loop is quicker than the encoder then. */
function textBytes(text: string): Uint8Array {
  if (text.length > SHORT) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > LAST_ASCII) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}

/** The bytes of a field whose length varies. */
export function toBytes(kind: Kind, value: unknown): Uint8Array {
  if (kind === 'str') return textBytes((value as string | undefined) ?? '');
  if (kind === 'bytes') return (value as Uint8Array | undefined) ?? new Uint8Array();
  const list = (value as number[] | undefined) ?? [];
  const words = new DataView(new ArrayBuffer(list.length * 8));
  list.forEach((item, index) => {
    words.setUint32(index * 8, lowWord(item), true);
    words.setInt32(index * 8 + 4, highWord(item), true);
  });
  return new Uint8Array(words.buffer);
}

export function fromBytes(kind: Kind, bytes: Uint8Array): string | Uint8Array | number[] {
  if (kind === 'str') return decoder.decode(bytes);
  if (kind === 'bytes') return bytes;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8)
    list.push(joinWords(words.getUint32(at, true), words.getUint32(at + 4, true)));
  return list;
}
