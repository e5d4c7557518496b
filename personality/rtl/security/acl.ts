/**
 * Access control lists: who may, and who may not, in the order in which they are asked.
 *
 * Known ACEs are taken apart; what is behind their SID (the condition of a callback ACE) and the
 * bodies of kinds that are not known here are kept as bytes. What comes in is hostile: every length
 * is checked, and what does not fit raises STATUS_INVALID_ACL.
 *
 *   decodeAcl(bytes, offset), encodeAcl(acl)
 *   RtlValidAcl(bytes)
 *   RtlCreateAcl(revision)                     an empty one
 *   RtlAddAccessAllowedAce(Ex), RtlAddAccessDeniedAce(Ex)   the list with one more; a status where
 *                                              it cannot have that
 */
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import {
  ACCESS_ALLOWED_ACE_TYPE,
  ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
  ACCESS_ALLOWED_OBJECT_ACE_TYPE,
  ACCESS_DENIED_ACE_TYPE,
  ACCESS_DENIED_CALLBACK_ACE_TYPE,
  ACCESS_DENIED_OBJECT_ACE_TYPE,
  ACL_REVISION,
  ACL_REVISION_DS,
  SYSTEM_ALARM_ACE_TYPE,
  SYSTEM_ALARM_OBJECT_ACE_TYPE,
  SYSTEM_AUDIT_ACE_TYPE,
  SYSTEM_AUDIT_OBJECT_ACE_TYPE,
  SYSTEM_MANDATORY_LABEL_ACE_TYPE,
} from './constants.ts';
import { decodeSid, encodeSid, type Sid, sidLength } from './sid.ts';

export interface Ace {
  readonly type: number;
  readonly flags: number;
  /** 0 of a kind that is not known here. */
  readonly mask: number;
  /** '' of a kind that is not known here. */
  readonly sid: Sid;
  /** 16 bytes each, in hexadecimal: of ACEs of objects. */
  readonly objectType?: string;
  readonly inheritedObjectType?: string;
  /** What is behind the SID; the whole body of a kind that is not known here. */
  readonly data?: Uint8Array;
}

export interface Acl {
  readonly revision: number;
  readonly aces: readonly Ace[];
}

const ACL_HEADER = 8;
const ACE_HEADER = 4;
const LONGEST = 0xffff;
const GUID = 16;
const INHERITANCE = 0x1f;
/** Of ACEs of objects: which of the two GUIDs is there. */
const OBJECT_TYPE_PRESENT = 1;
const INHERITED_TYPE_PRESENT = 2;

const OBJECT_KINDS: ReadonlySet<number> = new Set([
  ACCESS_ALLOWED_OBJECT_ACE_TYPE,
  ACCESS_DENIED_OBJECT_ACE_TYPE,
  SYSTEM_AUDIT_OBJECT_ACE_TYPE,
  SYSTEM_ALARM_OBJECT_ACE_TYPE,
]);
/** Mask, then SID. */
const PLAIN_KINDS: ReadonlySet<number> = new Set([
  ACCESS_ALLOWED_ACE_TYPE,
  ACCESS_DENIED_ACE_TYPE,
  SYSTEM_AUDIT_ACE_TYPE,
  SYSTEM_ALARM_ACE_TYPE,
  ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
  ACCESS_DENIED_CALLBACK_ACE_TYPE,
  SYSTEM_MANDATORY_LABEL_ACE_TYPE,
]);

function bad(): never {
  throw new NtException(Status.STATUS_INVALID_ACL);
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** The GUIDs of an ACE of an object, and how many bytes they and their flags take. */
function decodeObject(body: Uint8Array, view: DataView) {
  if (body.length < 8) return bad();
  const present = view.getUint32(4, true);
  let at = 8;
  function guid(bit: number): string | undefined {
    if ((present & bit) === 0) return undefined;
    if (at + GUID > body.length) return bad();
    at += GUID;
    return toHex(body.subarray(at - GUID, at));
  }
  const objectType = guid(OBJECT_TYPE_PRESENT);
  const inheritedObjectType = guid(INHERITED_TYPE_PRESENT);
  return {
    at,
    types: {
      ...(objectType === undefined ? {} : { objectType }),
      ...(inheritedObjectType === undefined ? {} : { inheritedObjectType }),
    },
  };
}

function decodeAce(type: number, flags: number, body: Uint8Array): Ace {
  const isObject = OBJECT_KINDS.has(type);
  if (!isObject && !PLAIN_KINDS.has(type))
    return { type, flags, mask: 0, sid: '', data: body.slice() };
  if (body.length < 4) return bad();
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const { at, types } = isObject ? decodeObject(body, view) : { at: 4, types: {} };
  const sid = decodeSid(body, at);
  if (sid === undefined) return bad();
  const data = body.slice(at + sidLength(body, at));
  const ace = { type, flags, mask: view.getUint32(0, true), sid, ...types };
  return data.length > 0 ? { ...ace, data } : ace;
}

/** Bytes of the list that begins there; raises STATUS_INVALID_ACL where none can. */
function aclLength(bytes: Uint8Array, offset: number): number {
  if (offset + ACL_HEADER > bytes.length) return bad();
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, ACL_HEADER);
  const length = view.getUint16(2, true);
  const revision = view.getUint8(0);
  if (revision < ACL_REVISION || revision > ACL_REVISION_DS) return bad();
  if (length < ACL_HEADER || length % 4 !== 0 || offset + length > bytes.length) return bad();
  return length;
}

export function decodeAcl(bytes: Uint8Array, offset = 0): Acl {
  const length = aclLength(bytes, offset);
  const list = bytes.subarray(offset, offset + length);
  const view = new DataView(list.buffer, list.byteOffset, length);
  const count = view.getUint16(4, true);
  const aces: Ace[] = [];
  let at = ACL_HEADER;
  for (let index = 0; index < count; index++) {
    if (at + ACE_HEADER > length) return bad();
    const size = view.getUint16(at + 2, true);
    if (size < ACE_HEADER || size % 4 !== 0 || at + size > length) return bad();
    const body = list.subarray(at + ACE_HEADER, at + size);
    aces.push(decodeAce(view.getUint8(at), view.getUint8(at + 1), body));
    at += size;
  }
  return { revision: view.getUint8(0), aces };
}

function encodeAce(ace: Ace): Uint8Array {
  const { type, flags, mask, sid, objectType, inheritedObjectType } = ace;
  const data = ace.data ?? new Uint8Array();
  const head: number[] = [type, flags, 0, 0];
  const word = (value: number) =>
    head.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  if (sid !== '') word(mask);
  if (OBJECT_KINDS.has(type)) {
    word(
      (objectType === undefined ? 0 : OBJECT_TYPE_PRESENT) |
        (inheritedObjectType === undefined ? 0 : INHERITED_TYPE_PRESENT),
    );
    head.push(...fromHex(objectType ?? ''), ...fromHex(inheritedObjectType ?? ''));
  }
  const who = sid === '' ? new Uint8Array() : encodeSid(sid);
  const length = (head.length + who.length + data.length + 3) & ~3;
  const bytes = new Uint8Array(length);
  bytes.set(head);
  bytes.set(who, head.length);
  bytes.set(data, head.length + who.length);
  new DataView(bytes.buffer).setUint16(2, length, true);
  return bytes;
}

/** Raises STATUS_ALLOTTED_SPACE_EXCEEDED where it is longer than a list can be. */
export function encodeAcl({ revision, aces }: Acl): Uint8Array {
  const parts = aces.map(encodeAce);
  const length = parts.reduce((sum, part) => sum + part.length, ACL_HEADER);
  if (length > LONGEST) throw new NtException(Status.STATUS_ALLOTTED_SPACE_EXCEEDED);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, revision);
  view.setUint16(2, length, true);
  view.setUint16(4, aces.length, true);
  let at = ACL_HEADER;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function RtlValidAcl(bytes: Uint8Array): boolean {
  try {
    decodeAcl(bytes);
    return true;
  } catch (error) {
    if (error instanceof NtException) return false;
    throw error;
  }
}

export function RtlCreateAcl(revision: number = ACL_REVISION): { status: number; acl?: Acl } {
  return revision < ACL_REVISION || revision > ACL_REVISION_DS
    ? { status: Status.STATUS_INVALID_PARAMETER }
    : { status: Status.STATUS_SUCCESS, acl: { revision, aces: [] } };
}

function add(acl: Acl, revision: number, ace: Ace): { status: number; acl: Acl } {
  if (revision > ACL_REVISION_DS || revision < ACL_REVISION)
    return { status: Status.STATUS_REVISION_MISMATCH, acl };
  if ((ace.flags & ~INHERITANCE) !== 0) return { status: Status.STATUS_INVALID_PARAMETER, acl };
  const longer = { revision: Math.max(acl.revision, revision), aces: [...acl.aces, ace] };
  const length = longer.aces.reduce((sum, one) => sum + encodeAce(one).length, ACL_HEADER);
  return length > LONGEST
    ? { status: Status.STATUS_ALLOTTED_SPACE_EXCEEDED, acl }
    : { status: Status.STATUS_SUCCESS, acl: longer };
}

export function RtlAddAccessAllowedAceEx(
  acl: Acl,
  revision: number,
  flags: number,
  mask: number,
  sid: Sid,
): { status: number; acl: Acl } {
  return add(acl, revision, { type: ACCESS_ALLOWED_ACE_TYPE, flags, mask, sid });
}

export function RtlAddAccessDeniedAceEx(
  acl: Acl,
  revision: number,
  flags: number,
  mask: number,
  sid: Sid,
): { status: number; acl: Acl } {
  return add(acl, revision, { type: ACCESS_DENIED_ACE_TYPE, flags, mask, sid });
}

export function RtlAddAccessAllowedAce(acl: Acl, revision: number, mask: number, sid: Sid) {
  return RtlAddAccessAllowedAceEx(acl, revision, 0, mask, sid);
}

export function RtlAddAccessDeniedAce(acl: Acl, revision: number, mask: number, sid: Sid) {
  return RtlAddAccessDeniedAceEx(acl, revision, 0, mask, sid);
}
