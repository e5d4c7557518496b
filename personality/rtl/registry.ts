/**
 * The registry as both sides of the wall know it: constants, and structures in NT's 32-bit layout.
 *
 *   encodeKeyBasic, ...Node, ...Full, ...Name      KEY_*_INFORMATION
 *   encodeValueBasic, ...Full, ...Partial          KEY_VALUE_*_INFORMATION
 *   decodeKey..., decodeValue...                   what a client reads out of them
 *   textData, wordData, textOf, wordOf             data of values
 *   encodeNames, decodeNames                       names of values, for NtQueryMultipleValueKey
 *
 * Names travel as UTF-16, as in NT; lengths are in bytes. A decoder reads no byte that is not
 * there, and throws RangeError where one should be.
 *
 * Names and values are those of the published Windows headers (winnt.h, wdm.h, ntddk.h).
 */
import { highWord, joinWords, lowWord } from './marshal.ts';

// Rights
export const KEY_QUERY_VALUE = 0x0001;
export const KEY_SET_VALUE = 0x0002;
export const KEY_CREATE_SUB_KEY = 0x0004;
export const KEY_ENUMERATE_SUB_KEYS = 0x0008;
export const KEY_NOTIFY = 0x0010;
export const KEY_CREATE_LINK = 0x0020;
export const KEY_READ = 0x0002_0019;
export const KEY_WRITE = 0x0002_0006;
export const KEY_ALL_ACCESS = 0x000f_003f;

// Types of values
export const REG_NONE = 0;
export const REG_SZ = 1;
export const REG_EXPAND_SZ = 2;
export const REG_BINARY = 3;
export const REG_DWORD = 4;
export const REG_DWORD_BIG_ENDIAN = 5;
export const REG_LINK = 6;
export const REG_MULTI_SZ = 7;
export const REG_QWORD = 11;
/** The one value of a link. */
export const SYMBOLIC_LINK_VALUE = 'SymbolicLinkValue';

// Creating and opening
export const REG_OPTION_NON_VOLATILE = 0;
export const REG_OPTION_VOLATILE = 1;
export const REG_OPTION_CREATE_LINK = 2;
export const REG_CREATED_NEW_KEY = 1;
export const REG_OPENED_EXISTING_KEY = 2;
/** The link itself, not what it leads to. */
export const OBJ_OPENLINK = 0x100;

// What NtNotifyChangeKey is told of
export const REG_NOTIFY_CHANGE_NAME = 1;
export const REG_NOTIFY_CHANGE_ATTRIBUTES = 2;
export const REG_NOTIFY_CHANGE_LAST_SET = 4;
export const REG_NOTIFY_CHANGE_SECURITY = 8;
export const REG_LEGAL_CHANGE_FILTER = 15;

// When a driver is started
export const SERVICE_SYSTEM_START = 1;
export const SERVICE_AUTO_START = 2;
export const SERVICE_DEMAND_START = 3;
/** Where the service keys are, and the names of DOS with their targets. */
export const SERVICES_KEY = '\\Registry\\Machine\\System\\CurrentControlSet\\Services';
export const DOS_DEVICES_KEY =
  '\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Session Manager\\DOS Devices';

// Information classes
export const KeyBasicInformation = 0;
export const KeyNodeInformation = 1;
export const KeyFullInformation = 2;
export const KeyNameInformation = 3;
export const KeyValueBasicInformation = 0;
export const KeyValueFullInformation = 1;
export const KeyValuePartialInformation = 2;
/** To be set: when the key was last written. */
export const KeyWriteTimeInformation = 0;

// Limits, in characters and bytes
export const MAX_KEY_NAME = 255;
export const MAX_VALUE_NAME = 16_383;
export const MAX_VALUE_DATA = 1 << 20;
export const MAX_CLASS = 255;
export const MAX_DEPTH = 512;

/** Bytes of each structure up to its first name. */
export const KEY_BASIC_SIZE = 16;
export const KEY_NODE_SIZE = 24;
export const KEY_FULL_SIZE = 44;
export const KEY_NAME_SIZE = 4;
export const VALUE_BASIC_SIZE = 12;
export const VALUE_FULL_SIZE = 20;
export const VALUE_PARTIAL_SIZE = 12;

export interface KeyInformation {
  readonly written: number;
  readonly name: string;
  readonly className: string;
  readonly subKeys: number;
  readonly maxNameLength: number;
  readonly maxClassLength: number;
  readonly values: number;
  readonly maxValueNameLength: number;
  readonly maxValueDataLength: number;
}

export interface ValueInformation {
  readonly name: string;
  readonly type: number;
  readonly data: Uint8Array;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-16, little-endian, without a zero behind it. */
export function putText(bytes: Uint8Array, offset: number, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes[offset + 2 * at] = unit & 0xff;
    bytes[offset + 2 * at + 1] = unit >>> 8;
  }
}

/** `length` in bytes. */
export function getText(bytes: Uint8Array, offset: number, length: number): string {
  const view = viewOf(bytes);
  let text = '';
  for (let at = 0; at + 1 < length; at += 2)
    text += String.fromCharCode(view.getUint16(offset + at, true));
  return text;
}

function structure(size: number, text: string, at: number, words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  putText(bytes, at, text);
  return bytes;
}

/** Words of the time, and the title index, which means nothing any more. */
function head({ written }: Pick<KeyInformation, 'written'>): number[] {
  return [lowWord(written), highWord(written), 0];
}

export function encodeKeyBasic(key: Pick<KeyInformation, 'written' | 'name'>): Uint8Array {
  const length = 2 * key.name.length;
  return structure(KEY_BASIC_SIZE + length, key.name, KEY_BASIC_SIZE, [...head(key), length]);
}

export function encodeKeyNode(
  key: Pick<KeyInformation, 'written' | 'name' | 'className'>,
): Uint8Array {
  const [length, classLength] = [2 * key.name.length, 2 * key.className.length];
  const classAt = (KEY_NODE_SIZE + length + 3) & ~3;
  const bytes = structure(classAt + classLength, key.name, KEY_NODE_SIZE, [
    ...head(key),
    classLength > 0 ? classAt : 0xffff_ffff,
    classLength,
    length,
  ]);
  putText(bytes, classAt, key.className);
  return classLength > 0 ? bytes : bytes.subarray(0, KEY_NODE_SIZE + length);
}

export function encodeKeyFull(key: Omit<KeyInformation, 'name'>): Uint8Array {
  const length = 2 * key.className.length;
  return structure(KEY_FULL_SIZE + length, key.className, KEY_FULL_SIZE, [
    ...head(key),
    length > 0 ? KEY_FULL_SIZE : 0xffff_ffff,
    length,
    key.subKeys,
    key.maxNameLength,
    key.maxClassLength,
    key.values,
    key.maxValueNameLength,
    key.maxValueDataLength,
  ]);
}

export function encodeKeyName(name: string): Uint8Array {
  return structure(KEY_NAME_SIZE + 2 * name.length, name, KEY_NAME_SIZE, [2 * name.length]);
}

export function encodeValueBasic({ name, type }: Omit<ValueInformation, 'data'>): Uint8Array {
  const length = 2 * name.length;
  return structure(VALUE_BASIC_SIZE + length, name, VALUE_BASIC_SIZE, [0, type, length]);
}

export function encodeValueFull({ name, type, data }: ValueInformation): Uint8Array {
  const length = 2 * name.length;
  const at = (VALUE_FULL_SIZE + length + 3) & ~3;
  const words = [0, type, at, data.length, length];
  const bytes = structure(at + data.length, name, VALUE_FULL_SIZE, words);
  bytes.set(data, at);
  return bytes;
}

export function encodeValuePartial({ type, data }: Omit<ValueInformation, 'name'>): Uint8Array {
  const size = VALUE_PARTIAL_SIZE + data.length;
  const bytes = structure(size, '', 0, [0, type, data.length]);
  bytes.set(data, VALUE_PARTIAL_SIZE);
  return bytes;
}

export function decodeKeyBasic(bytes: Uint8Array): { written: number; name: string } {
  const word = (at: number): number => viewOf(bytes).getUint32(at, true);
  return {
    written: joinWords(word(0), word(4)),
    name: getText(bytes, KEY_BASIC_SIZE, word(12)),
  };
}

export function decodeKeyNode(bytes: Uint8Array): {
  written: number;
  name: string;
  className: string;
} {
  const word = (at: number): number => viewOf(bytes).getUint32(at, true);
  return {
    written: joinWords(word(0), word(4)),
    name: getText(bytes, KEY_NODE_SIZE, word(20)),
    className: getText(bytes, word(12), word(16)),
  };
}

export function decodeKeyFull(bytes: Uint8Array): Omit<KeyInformation, 'name'> {
  const word = (at: number): number => viewOf(bytes).getUint32(at, true);
  return {
    written: joinWords(word(0), word(4)),
    className: getText(bytes, word(12), word(16)),
    subKeys: word(20),
    maxNameLength: word(24),
    maxClassLength: word(28),
    values: word(32),
    maxValueNameLength: word(36),
    maxValueDataLength: word(40),
  };
}

export function decodeKeyName(bytes: Uint8Array): string {
  return getText(bytes, KEY_NAME_SIZE, viewOf(bytes).getUint32(0, true));
}

export function decodeValueFull(bytes: Uint8Array): ValueInformation {
  const word = (at: number): number => viewOf(bytes).getUint32(at, true);
  const [at, length] = [word(8), word(12)];
  if (at + length > bytes.length) throw new RangeError('data beyond the end');
  return {
    name: getText(bytes, VALUE_FULL_SIZE, word(16)),
    type: word(4),
    data: bytes.slice(at, at + length),
  };
}

export function decodeValuePartial(bytes: Uint8Array): { type: number; data: Uint8Array } {
  const word = (at: number): number => viewOf(bytes).getUint32(at, true);
  const end = VALUE_PARTIAL_SIZE + word(8);
  if (end > bytes.length) throw new RangeError('data beyond the end');
  return { type: word(4), data: bytes.slice(VALUE_PARTIAL_SIZE, end) };
}

/** A string of REG_SZ, with its zero; REG_MULTI_SZ of a list. */
export function textData(text: string | readonly string[]): Uint8Array {
  const whole =
    typeof text === 'string' ? `${text}\0` : text.map((one) => `${one}\0`).join('') + '\0';
  const bytes = new Uint8Array(2 * whole.length);
  putText(bytes, 0, whole);
  return bytes;
}

/** Up to its zero. */
export function textOf(data: Uint8Array): string {
  const text = getText(data, 0, data.length & ~1);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** The strings of REG_MULTI_SZ. */
export function textsOf(data: Uint8Array): string[] {
  const text = getText(data, 0, data.length & ~1);
  const texts = text.split('\0');
  const end = texts.indexOf('');
  return end < 0 ? texts : texts.slice(0, end);
}

export function wordData(word: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, word, true);
  return bytes;
}

/** Undefined for what is no REG_DWORD. */
export function wordOf(data: Uint8Array | undefined): number | undefined {
  return data?.length === 4 ? viewOf(data).getUint32(0, true) : undefined;
}

/** Counted strings, each a word with its length in bytes and then its text. */
export function encodeNames(names: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(names.reduce((sum, name) => sum + 4 + 2 * name.length, 0));
  let at = 0;
  for (const name of names) {
    viewOf(bytes).setUint32(at, 2 * name.length, true);
    putText(bytes, at + 4, name);
    at += 4 + 2 * name.length;
  }
  return bytes;
}

/** Undefined where the bytes are not such a list. */
export function decodeNames(bytes: Uint8Array): string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) return undefined;
    const length = viewOf(bytes).getUint32(at, true);
    if (length % 2 !== 0 || at + 4 + length > bytes.length) return undefined;
    names.push(getText(bytes, at + 4, length));
    at += 4 + length;
  }
  return names;
}
