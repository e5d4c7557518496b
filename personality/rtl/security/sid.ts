/**
 * SIDs: who somebody is, to the system.
 *
 * A SID is kept as its text, `S-1-5-32-544`, in the one form that RtlConvertSidToUnicodeString
 * gives: two SIDs are the same exactly if their texts are. On the wire it is NT's structure:
 * revision 1, count of sub-authorities (at most 15), the authority as 6 bytes, the last one least,
 * then the sub-authorities as words.
 *
 *   parseSid(text)             a SID, or undefined
 *   encodeSid(sid)             NT's bytes
 *   decodeSid(bytes, offset)   undefined: there is none; `sidLength` says how long it is
 *   RtlValidSid, RtlEqualSid, RtlLengthSid, RtlConvertSidToUnicodeString
 */

export type Sid = string;

const REVISION = 1;
const MAX_SUB_AUTHORITIES = 15;
const HEADER = 8;
const TWO_32 = 0x1_0000_0000;
/** What does not fit a word is written in hexadecimal. */
const AUTHORITY_DIGITS = 12;

function authorityText(authority: number): string {
  if (authority < TWO_32) return String(authority);
  return `0x${authority.toString(16).toUpperCase().padStart(AUTHORITY_DIGITS, '0')}`;
}

export function parseSid(text: string): Sid | undefined {
  const found = /^S-1-(0x[0-9a-f]{1,12}|\d{1,10})((?:-\d{1,10}){0,15})$/i.exec(text);
  if (!found) return undefined;
  const authority = Number(found[1]);
  const parts = found[2]!.split('-').slice(1).map(Number);
  const isHex = found[1]![1] === 'x' || found[1]![1] === 'X';
  if (parts.some((part) => part >= TWO_32) || (!isHex && authority >= TWO_32)) return undefined;
  return ['S-1', authorityText(authority), ...parts.map(String)].join('-');
}

export function encodeSid(sid: Sid): Uint8Array {
  const [, , authorityPart, ...parts] = sid.split('-');
  const bytes = new Uint8Array(HEADER + 4 * parts.length);
  const view = new DataView(bytes.buffer);
  const authority = Number(authorityPart);
  bytes[0] = REVISION;
  bytes[1] = parts.length;
  view.setUint16(2, Math.floor(authority / TWO_32));
  view.setUint32(4, authority % TWO_32);
  parts.forEach((part, index) => view.setUint32(HEADER + 4 * index, Number(part), true));
  return bytes;
}

/** Bytes of the SID that begins there, or 0 where none can. */
export function sidLength(bytes: Uint8Array, offset = 0): number {
  const count = bytes[offset + 1];
  if (bytes[offset] !== REVISION || count === undefined || count > MAX_SUB_AUTHORITIES) return 0;
  const length = HEADER + 4 * count;
  return offset + length <= bytes.length ? length : 0;
}

export function decodeSid(bytes: Uint8Array, offset = 0): Sid | undefined {
  const length = sidLength(bytes, offset);
  if (length === 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const authority = view.getUint16(2) * TWO_32 + view.getUint32(4);
  let sid = `S-1-${authorityText(authority)}`;
  for (let at = HEADER; at < length; at += 4) sid += `-${view.getUint32(at, true)}`;
  return sid;
}

export function RtlValidSid(bytes: Uint8Array): boolean {
  return sidLength(bytes) > 0;
}

export function RtlLengthSid(bytes: Uint8Array): number {
  return sidLength(bytes);
}

/** False also where one of them is none. */
export function RtlEqualSid(one: Uint8Array, other: Uint8Array): boolean {
  const sid = decodeSid(one);
  return sid !== undefined && sid === decodeSid(other);
}

/** '' where it is no SID. */
export function RtlConvertSidToUnicodeString(bytes: Uint8Array): string {
  return decodeSid(bytes) ?? '';
}
