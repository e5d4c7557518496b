/**
 * SDDL: security descriptors as text, such as `O:BAG:SYD:P(A;;GA;;;SY)(A;CI;GRGX;;;WD)`.
 *
 *   toSddl(descriptor)               rights without a letter of their own are a number
 *   fromSddl(text)                   undefined: it is none
 *
 * Not written and not read: ACEs of objects' GUIDs, conditions, resource attributes. An entry that
 * has no form here is written as `(?;type)`, which cannot be read.
 */
import {
  ACCESS_ALLOWED_ACE_TYPE,
  ACCESS_DENIED_ACE_TYPE,
  ACL_REVISION,
  CONTAINER_INHERIT_ACE,
  INHERIT_ONLY_ACE,
  INHERITED_ACE,
  NO_PROPAGATE_INHERIT_ACE,
  OBJECT_INHERIT_ACE,
  SE_DACL_AUTO_INHERITED,
  SE_DACL_PROTECTED,
  SE_SACL_AUTO_INHERITED,
  SE_SACL_PROTECTED,
  SYSTEM_AUDIT_ACE_TYPE,
} from './constants.ts';
import * as known from './constants.ts';
import type { Ace, Acl } from './acl.ts';
import type { SecurityDescriptor } from './descriptor.ts';
import { parseSid, type Sid } from './sid.ts';

type Letters = readonly (readonly [string, number])[];

const TYPES: Letters = [
  ['A', ACCESS_ALLOWED_ACE_TYPE],
  ['D', ACCESS_DENIED_ACE_TYPE],
  ['AU', SYSTEM_AUDIT_ACE_TYPE],
];
const FLAGS: Letters = [
  ['OI', OBJECT_INHERIT_ACE],
  ['CI', CONTAINER_INHERIT_ACE],
  ['NP', NO_PROPAGATE_INHERIT_ACE],
  ['IO', INHERIT_ONLY_ACE],
  ['ID', INHERITED_ACE],
  ['SA', 0x40],
  ['FA', 0x80],
];
const RIGHTS: Letters = [
  ['GA', 0x1000_0000],
  ['GR', 0x8000_0000],
  ['GW', 0x4000_0000],
  ['GX', 0x2000_0000],
  ['RC', 0x0002_0000],
  ['SD', 0x0001_0000],
  ['WD', 0x0004_0000],
  ['WO', 0x0008_0000],
];
const SIDS: readonly (readonly [string, Sid])[] = [
  ['WD', known.SID_EVERYONE],
  ['CO', known.SID_CREATOR_OWNER],
  ['CG', known.SID_CREATOR_GROUP],
  ['OW', known.SID_OWNER_RIGHTS],
  ['IU', known.SID_INTERACTIVE],
  ['SU', known.SID_SERVICE],
  ['AN', known.SID_ANONYMOUS],
  ['AU', known.SID_AUTHENTICATED_USERS],
  ['RC', known.SID_RESTRICTED],
  ['SY', known.SID_LOCAL_SYSTEM],
  ['LS', known.SID_LOCAL_SERVICE],
  ['BA', known.SID_ADMINISTRATORS],
  ['BU', known.SID_USERS],
  ['LA', known.SID_ADMINISTRATOR],
];

function writeSid(sid: Sid): string {
  return SIDS.find(([, one]) => one === sid)?.[0] ?? sid;
}

function readSid(text: string): Sid | undefined {
  return SIDS.find(([name]) => name === text.toUpperCase())?.[1] ?? parseSid(text.toUpperCase());
}

/** All bits as letters, or undefined where one has none. */
function writeBits(bits: number, letters: Letters): string | undefined {
  let text = '';
  let rest = bits >>> 0;
  for (const [name, bit] of letters)
    if ((rest & bit) !== 0) {
      text += name;
      rest = (rest & ~bit) >>> 0;
    }
  return rest === 0 ? text : undefined;
}

function readBits(text: string, letters: Letters): number | undefined {
  let bits = 0;
  for (let at = 0; at < text.length; at += 2) {
    const bit = letters.find(([name]) => name === text.slice(at, at + 2).toUpperCase())?.[1];
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits >>> 0;
}

function writeAce({ type, flags, mask, sid, ...more }: Ace): string {
  const name = TYPES.find(([, number]) => number === type)?.[0];
  if (name === undefined || Object.keys(more).length > 0) return `(?;${type})`;
  const rights = writeBits(mask, RIGHTS) ?? `0x${mask.toString(16)}`;
  return `(${name};${writeBits(flags, FLAGS) ?? ''};${rights};;;${writeSid(sid)})`;
}

function readAce(text: string): Ace | undefined {
  const [name = '', flagText = '', rightText = '', guid, inherited, who, more] = text.split(';');
  const type = TYPES.find(([letters]) => letters === name.toUpperCase())?.[1];
  const flags = readBits(flagText, FLAGS);
  const mask = /^0x[0-9a-f]{1,8}$/i.test(rightText)
    ? Number(rightText)
    : readBits(rightText, RIGHTS);
  const sid = who === undefined ? undefined : readSid(who);
  const plain = guid === '' && inherited === '' && more === undefined;
  if (!plain || type === undefined || flags === undefined) return undefined;
  return mask === undefined || sid === undefined ? undefined : { type, flags, mask, sid };
}

function writeAcl(
  name: string,
  acl: Acl | null | undefined,
  isProtected: boolean,
  inherited: boolean,
): string {
  if (acl === undefined) return '';
  const flags = (isProtected ? 'P' : '') + (inherited ? 'AI' : '');
  const entries = acl === null ? 'NO_ACCESS_CONTROL' : acl.aces.map(writeAce).join('');
  return `${name}:${flags}${entries}`;
}

export function toSddl({ control, owner, group, dacl, sacl }: SecurityDescriptor): string {
  const has = (bit: number): boolean => (control & bit) !== 0;
  return (
    (owner === undefined ? '' : `O:${writeSid(owner)}`) +
    (group === undefined ? '' : `G:${writeSid(group)}`) +
    writeAcl('D', dacl, has(SE_DACL_PROTECTED), has(SE_DACL_AUTO_INHERITED)) +
    writeAcl('S', sacl, has(SE_SACL_PROTECTED), has(SE_SACL_AUTO_INHERITED))
  );
}

interface ReadList {
  readonly isProtected: boolean;
  readonly inherited: boolean;
  readonly acl: Acl | null;
}

function readAcl(text: string): ReadList | undefined {
  const found = /^(P?)(AI)?(NO_ACCESS_CONTROL|(?:\([^()]*\))*)$/i.exec(text);
  if (!found) return undefined;
  const [, isProtected, inherited, entries = ''] = found;
  const flags = { isProtected: isProtected !== '', inherited: inherited !== undefined };
  if (!entries.startsWith('(') && entries !== '') return { ...flags, acl: null };
  const aces: Ace[] = [];
  for (const part of entries.split(')').slice(0, -1)) {
    const ace = readAce(part.slice(1));
    if (!ace) return undefined;
    aces.push(ace);
  }
  return { ...flags, acl: { revision: ACL_REVISION, aces } };
}

export function fromSddl(text: string): SecurityDescriptor | undefined {
  const found = /^(?:O:([^:]*?))?(?:G:([^:]*?))?(?:D:([^:]*?))?(?:S:([^:]*))?$/i.exec(
    text.replace(/\s/g, ''),
  );
  if (!found) return undefined;
  const [, ownerText, groupText, daclText, saclText] = found;
  const owner = ownerText === undefined ? undefined : readSid(ownerText);
  const group = groupText === undefined ? undefined : readSid(groupText);
  const dacl = daclText === undefined ? undefined : readAcl(daclText);
  const sacl = saclText === undefined ? undefined : readAcl(saclText);
  const failed =
    (ownerText !== undefined && owner === undefined) ||
    (groupText !== undefined && group === undefined) ||
    (daclText !== undefined && !dacl) ||
    (saclText !== undefined && !sacl);
  if (failed) return undefined;
  const control =
    (dacl?.isProtected ? SE_DACL_PROTECTED : 0) |
    (dacl?.inherited ? SE_DACL_AUTO_INHERITED : 0) |
    (sacl?.isProtected ? SE_SACL_PROTECTED : 0) |
    (sacl?.inherited ? SE_SACL_AUTO_INHERITED : 0);
  return { control, owner, group, dacl: dacl?.acl, sacl: sacl?.acl };
}
