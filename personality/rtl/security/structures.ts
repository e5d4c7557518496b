/**
 * Structures of the token services, in NT's 32-bit layouts: what travels as bytes.
 *
 * Where NT has a pointer to a SID or an ACL, there is an offset from the structure's start. What
 * comes in is hostile: what does not fit raises STATUS_INVALID_PARAMETER, or STATUS_INVALID_SID.
 *
 *   encodeGroups, decodeGroups           TOKEN_GROUPS; TOKEN_USER is one entry without the count
 *   encodeUser, decodeUser
 *   encodePrivileges, decodePrivileges   TOKEN_PRIVILEGES
 *   encodePrivilegeSet, decodePrivilegeSet   PRIVILEGE_SET: the same with a control word
 *   encodeSidPointer, decodeSidPointer   TOKEN_OWNER, TOKEN_PRIMARY_GROUP
 *   encodeDefaultDacl, decodeDefaultDacl TOKEN_DEFAULT_DACL
 *   encodeSource, decodeSource           TOKEN_SOURCE
 *   encodeStatistics, decodeStatistics   TOKEN_STATISTICS
 */
import { highWord, joinWords, lowWord } from '../marshal.ts';
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import { type Acl, decodeAcl, encodeAcl } from './acl.ts';
import { decodeSid, encodeSid, type Sid } from './sid.ts';

export interface SidAndAttributes {
  readonly sid: Sid;
  readonly attributes: number;
}

export interface LuidAndAttributes {
  /** A privilege's number: nothing here has a high word. */
  readonly luid: number;
  readonly attributes: number;
}

export interface PrivilegeSet {
  readonly control: number;
  readonly privileges: readonly LuidAndAttributes[];
}

export interface TokenSourceInformation {
  /** At most 8 characters. */
  readonly name: string;
  readonly identifier: number;
}

export interface TokenStatisticsInformation {
  readonly tokenId: number;
  readonly authenticationId: number;
  readonly expirationTime: number;
  readonly type: number;
  readonly level: number;
  readonly dynamicCharged: number;
  readonly dynamicAvailable: number;
  readonly groupCount: number;
  readonly privilegeCount: number;
  readonly modifiedId: number;
}

/** A token has no more of either. */
export const MAX_GROUPS = 128;
export const MAX_PRIVILEGES = 64;

const PAIR = 8;
const TRIPLE = 12;
export const TOKEN_SOURCE_SIZE = 16;
export const TOKEN_STATISTICS_SIZE = 56;

function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length < length) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function sidAt(bytes: Uint8Array, offset: number): Sid {
  const sid = decodeSid(bytes, offset);
  if (sid === undefined) throw new NtException(Status.STATUS_INVALID_SID);
  return sid;
}

/** Pairs from `head` on, then their SIDs. */
function encodePairs(head: number, pairs: readonly SidAndAttributes[]): Uint8Array {
  const sids = pairs.map(({ sid }) => encodeSid(sid));
  let at = head + PAIR * pairs.length;
  const bytes = new Uint8Array(sids.reduce((sum, sid) => sum + sid.length, at));
  const view = new DataView(bytes.buffer);
  pairs.forEach(({ attributes }, index) => {
    view.setUint32(head + PAIR * index, at, true);
    view.setUint32(head + PAIR * index + 4, attributes, true);
    bytes.set(sids[index]!, at);
    at += sids[index]!.length;
  });
  return bytes;
}

export function encodeGroups(groups: readonly SidAndAttributes[]): Uint8Array {
  const bytes = encodePairs(4, groups);
  new DataView(bytes.buffer).setUint32(0, groups.length, true);
  return bytes;
}

/** No bytes at all are no groups. */
export function decodeGroups(bytes: Uint8Array): SidAndAttributes[] {
  if (bytes.length === 0) return [];
  const count = viewOf(bytes, 4).getUint32(0, true);
  if (count > MAX_GROUPS) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const view = viewOf(bytes, 4 + PAIR * count);
  return Array.from({ length: count }, (_, index) => ({
    sid: sidAt(bytes, view.getUint32(4 + PAIR * index, true)),
    attributes: view.getUint32(8 + PAIR * index, true),
  }));
}

export function encodeUser(user: SidAndAttributes): Uint8Array {
  return encodePairs(0, [user]);
}

export function decodeUser(bytes: Uint8Array): SidAndAttributes {
  const view = viewOf(bytes, PAIR);
  return {
    sid: sidAt(bytes, view.getUint32(0, true)),
    attributes: view.getUint32(4, true),
  };
}

function encodeTriples(head: number, list: readonly LuidAndAttributes[]): Uint8Array {
  const bytes = new Uint8Array(head + TRIPLE * list.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, list.length, true);
  list.forEach(({ luid, attributes }, index) => {
    view.setUint32(head + TRIPLE * index, luid, true);
    view.setUint32(head + TRIPLE * index + 8, attributes, true);
  });
  return bytes;
}

function decodeTriples(bytes: Uint8Array, head: number): LuidAndAttributes[] {
  const count = viewOf(bytes, head).getUint32(0, true);
  if (count > MAX_PRIVILEGES) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const view = viewOf(bytes, head + TRIPLE * count);
  return Array.from({ length: count }, (_, index) => {
    const at = head + TRIPLE * index;
    const high = view.getUint32(at + 4, true);
    // No privilege has such a number: it is one that nobody holds.
    const luid = high === 0 ? view.getUint32(at, true) : 0xffff_ffff;
    return { luid, attributes: view.getUint32(at + 8, true) };
  });
}

export function encodePrivileges(list: readonly LuidAndAttributes[]): Uint8Array {
  return encodeTriples(4, list);
}

export function decodePrivileges(bytes: Uint8Array): LuidAndAttributes[] {
  return bytes.length === 0 ? [] : decodeTriples(bytes, 4);
}

export function encodePrivilegeSet({ control, privileges }: PrivilegeSet): Uint8Array {
  const bytes = encodeTriples(8, privileges);
  new DataView(bytes.buffer).setUint32(4, control, true);
  return bytes;
}

export function decodePrivilegeSet(bytes: Uint8Array): PrivilegeSet {
  const privileges = decodeTriples(bytes, 8);
  return { control: viewOf(bytes, 8).getUint32(4, true), privileges };
}

export function encodeSidPointer(sid: Sid): Uint8Array {
  const body = encodeSid(sid);
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, 4, true);
  bytes.set(body, 4);
  return bytes;
}

export function decodeSidPointer(bytes: Uint8Array): Sid {
  return sidAt(bytes, viewOf(bytes, 4).getUint32(0, true));
}

/** `null`: none. */
export function encodeDefaultDacl(acl: Acl | null): Uint8Array {
  const body = acl ? encodeAcl(acl) : new Uint8Array();
  const bytes = new Uint8Array(4 + body.length);
  if (acl) new DataView(bytes.buffer).setUint32(0, 4, true);
  bytes.set(body, 4);
  return bytes;
}

export function decodeDefaultDacl(bytes: Uint8Array): Acl | null {
  const offset = viewOf(bytes, 4).getUint32(0, true);
  return offset === 0 ? null : decodeAcl(bytes, offset);
}

function putLuid(view: DataView, at: number, value: number): void {
  view.setUint32(at, lowWord(value), true);
  view.setInt32(at + 4, highWord(value), true);
}

function getLuid(view: DataView, at: number): number {
  return joinWords(view.getUint32(at, true), view.getUint32(at + 4, true));
}

export function encodeSource({ name, identifier }: TokenSourceInformation): Uint8Array {
  const bytes = new Uint8Array(TOKEN_SOURCE_SIZE);
  for (let at = 0; at < Math.min(8, name.length); at++) bytes[at] = name.charCodeAt(at) & 0x7f;
  putLuid(new DataView(bytes.buffer), 8, identifier);
  return bytes;
}

export function decodeSource(bytes: Uint8Array): TokenSourceInformation {
  const view = viewOf(bytes, TOKEN_SOURCE_SIZE);
  const name = String.fromCharCode(...bytes.subarray(0, 8)).replace(/\0.*$/s, '');
  return { name, identifier: getLuid(view, 8) };
}

const LUIDS = ['tokenId', 'authenticationId', 'expirationTime'] as const;
const WORDS = [
  'type',
  'level',
  'dynamicCharged',
  'dynamicAvailable',
  'groupCount',
  'privilegeCount',
] as const;

export function encodeStatistics(given: TokenStatisticsInformation): Uint8Array {
  const bytes = new Uint8Array(TOKEN_STATISTICS_SIZE);
  const view = new DataView(bytes.buffer);
  LUIDS.forEach((name, index) => putLuid(view, 8 * index, given[name]));
  WORDS.forEach((name, index) => view.setUint32(24 + 4 * index, given[name], true));
  putLuid(view, 48, given.modifiedId);
  return bytes;
}

export function decodeStatistics(bytes: Uint8Array): TokenStatisticsInformation {
  const view = viewOf(bytes, TOKEN_STATISTICS_SIZE);
  return {
    ...(Object.fromEntries([
      ...LUIDS.map((name, index) => [name, getLuid(view, 8 * index)]),
      ...WORDS.map((name, index) => [name, view.getUint32(24 + 4 * index, true)]),
    ]) as Omit<TokenStatisticsInformation, 'modifiedId'>),
    modifiedId: getLuid(view, 48),
  };
}
