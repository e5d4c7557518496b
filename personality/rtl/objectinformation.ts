/**
 * Structures of NtQueryObject and NtSetInformationObject, in NT's 32-bit layouts.
 *
 *   encodeObjectBasic, decodeObjectBasic           OBJECT_BASIC_INFORMATION
 *   encodeObjectName, decodeObjectName             OBJECT_NAME_INFORMATION; the same for a type's
 *                                                  name: text as UTF-16 behind its UNICODE_STRING
 *   encodeHandleFlags, decodeHandleFlags           OBJECT_HANDLE_FLAG_INFORMATION
 */
export interface ObjectBasic {
  readonly attributes: number;
  readonly grantedAccess: number;
  readonly handleCount: number;
  readonly pointerCount: number;
}

export const OBJECT_BASIC_SIZE = 56;
export const HANDLE_FLAGS_SIZE = 2;
/** UNICODE_STRING: length and room in bytes, and where the text is, here as an offset. */
const STRING_SIZE = 8;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function encodeObjectBasic(given: ObjectBasic): Uint8Array {
  const bytes = new Uint8Array(OBJECT_BASIC_SIZE);
  const { attributes, grantedAccess, handleCount, pointerCount } = given;
  [attributes, grantedAccess, handleCount, pointerCount].forEach((word, index) =>
    view(bytes).setUint32(index * 4, word, true),
  );
  return bytes;
}

export function decodeObjectBasic(bytes: Uint8Array): ObjectBasic {
  const word = (index: number): number => view(bytes).getUint32(index * 4, true);
  return {
    attributes: word(0),
    grantedAccess: word(1),
    handleCount: word(2),
    pointerCount: word(3),
  };
}

export function encodeObjectName(name: string): Uint8Array {
  const bytes = new Uint8Array(STRING_SIZE + 2 * name.length);
  const words = view(bytes);
  words.setUint16(0, 2 * name.length, true);
  words.setUint16(2, 2 * name.length, true);
  words.setUint32(4, STRING_SIZE, true);
  for (let at = 0; at < name.length; at++)
    words.setUint16(STRING_SIZE + 2 * at, name.charCodeAt(at), true);
  return bytes;
}

export function decodeObjectName(bytes: Uint8Array): string {
  const words = view(bytes);
  const units: number[] = [];
  const [length, offset] = [words.getUint16(0, true), words.getUint32(4, true)];
  for (let at = 0; at < length; at += 2) units.push(words.getUint16(offset + at, true));
  return String.fromCharCode(...units);
}

export interface HandleFlags {
  readonly inherit: boolean;
  readonly protect: boolean;
}

export function encodeHandleFlags({ inherit, protect }: HandleFlags): Uint8Array {
  return Uint8Array.of(inherit ? 1 : 0, protect ? 1 : 0);
}

export function decodeHandleFlags(bytes: Uint8Array): HandleFlags {
  return { inherit: bytes[0] !== 0, protect: bytes[1] !== 0 };
}
