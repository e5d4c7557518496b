/** SeAccessCheck: NT's documented cases as a table, and random ones against a plain model. */
import { assert } from 'chai';
import fc from 'fast-check';
import { SeAccessCheck } from '../../../personality/ntos/se/accesscheck.ts';
import type { Token } from '../../../personality/ntos/se/token.ts';
import { MAXIMUM_ALLOWED } from '../../../personality/rtl/objects.ts';
import type { Ace } from '../../../personality/rtl/security/acl.ts';
import * as sec from '../../../personality/rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../../personality/rtl/security/descriptor.ts';
import { fromSddl } from '../../../personality/rtl/security/sddl.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { ALICE, BOB, GUESTS, mapping, MEMBER, privileges, STAFF, tokenOf } from './tokens.ts';

const READ = 1;
const WRITE = 2;
const RUN = 4;
const OWN = 0x6_0000;
const DENY_ONLY = sec.SE_GROUP_USE_FOR_DENY_ONLY;

const alice = tokenOf();
const admin = tokenOf({
  privileges: privileges(sec.SeSecurityPrivilege, sec.SeTakeOwnershipPrivilege),
});
const idle = tokenOf({ privileges: new Map([[sec.SeTakeOwnershipPrivilege, 0]]) });
const restricted = tokenOf({ restrictedSids: [sec.SID_RESTRICTED] });
const readers = tokenOf({ restrictedSids: [sec.SID_RESTRICTED], writeRestricted: true });
const nobody = tokenOf({ restrictedSids: [] });
const denied = tokenOf({ groups: [{ sid: STAFF, attributes: DENY_ONLY }] });
const denyUser = tokenOf({ user: { sid: ALICE, attributes: DENY_ONLY } });
const dozing = tokenOf({ groups: [{ sid: STAFF, attributes: 0 }] });

type Row = readonly [
  what: string,
  sddl: string,
  token: Token,
  desired: number,
  granted: number | string,
];
const D = 'STATUS_ACCESS_DENIED';
const P = 'STATUS_PRIVILEGE_NOT_HELD';
const A = ALICE;
const S = STAFF;

const table: readonly Row[] = [
  // The documentation's example: Andrew is denied by name, group A may write, everybody read.
  [
    'denied by name, before what the group may',
    `D:(D;;0x7;;;${A})(A;;0x2;;;${S})(A;;0x5;;;WD)`,
    alice,
    WRITE,
    D,
  ],
  [
    'the second thread: granted by two entries',
    `D:(D;;0x7;;;${BOB})(A;;0x2;;;${S})(A;;0x5;;;${A})`,
    alice,
    7,
    7,
  ],
  ['denied behind what allows is too late', `D:(A;;0x1;;;${A})(D;;0x1;;;${S})`, alice, READ, READ],
  ['denied of one right denies the request', `D:(D;;0x2;;;${S})(A;;0x7;;;${A})`, alice, 3, D],
  ['and leaves the other right', `D:(D;;0x2;;;${S})(A;;0x7;;;${A})`, alice, READ, READ],
  ['no DACL', 'O:WDG:WD', alice, 7, 7],
  ['a null DACL', 'D:NO_ACCESS_CONTROL', alice, 7, 7],
  ['an empty DACL', 'D:', alice, READ, D],
  ['nothing asked for of an empty DACL', 'D:', alice, 0, 0],
  ['the owner reads and changes the DACL', `O:${A}D:`, alice, OWN, OWN],
  ['the owner, and no more', `O:${A}D:`, alice, OWN | READ, D],
  ['an owner that is a group', `O:${S}D:`, alice, OWN, OWN],
  ['an owner that is a group for denying alone', `O:${S}D:`, denied, OWN, D],
  ['owner rights take the place of what an owner has', `O:${A}D:(A;;0x1;;;OW)`, alice, OWN, D],
  ['and are what he has', `O:${A}D:(A;;0x1;;;OW)`, alice, READ, READ],
  ['but not of others', `O:${BOB}D:(A;;0x1;;;OW)`, alice, READ, D],
  ['maximum allowed', `D:(D;;0x2;;;${S})(A;;0x7;;;${A})`, alice, MAXIMUM_ALLOWED, 5],
  [
    'maximum allowed, first come first served',
    `D:(A;;0x3;;;${S})(D;;0x7;;;${A})(A;;0x4;;;${S})`,
    alice,
    MAXIMUM_ALLOWED,
    3,
  ],
  ['maximum allowed with one that is not', `D:(A;;0x1;;;${A})`, alice, MAXIMUM_ALLOWED | WRITE, D],
  ['maximum allowed where nothing is', `D:(A;;0x7;;;${BOB})`, alice, MAXIMUM_ALLOWED, D],
  ['maximum allowed without a DACL is what the type has', '', alice, MAXIMUM_ALLOWED, mapping.all],
  ["generic rights are the type's", `D:(A;;0x20001;;;${A})`, alice, 0x8000_0000, mapping.read],
  ['all of them', `D:(A;;0x1f000f;;;${A})`, alice, 0x1000_0000, mapping.all],
  ['generic rights that are not all there', `D:(A;;0x1;;;${A})`, alice, 0x8000_0000, D],
  ['an entry that is only handed on', `D:(A;CIIO;0x7;;;${A})`, alice, READ, D],
  ['and does not deny', `D:(D;CIIO;0x7;;;${A})(A;;0x1;;;${A})`, alice, READ, READ],
  ['a group for denying alone allows nothing', `D:(A;;0x1;;;${S})`, denied, READ, D],
  ['and denies', `D:(D;;0x1;;;${S})(A;;0x1;;;${A})`, denied, READ, D],
  ['so does a user', `D:(A;;0x1;;;${A})`, denyUser, READ, D],
  ['a disabled group allows nothing', `D:(A;;0x1;;;${S})`, dozing, READ, D],
  ['and denies nothing', `D:(D;;0x1;;;${S})(A;;0x1;;;${A})`, dozing, READ, READ],
  ['the SACL takes a privilege', '', alice, sec.ACCESS_SYSTEM_SECURITY, P],
  ['which gives it', 'D:', admin, sec.ACCESS_SYSTEM_SECURITY, sec.ACCESS_SYSTEM_SECURITY],
  ['no entry does', `D:(A;;0x1000000;;;${A})`, alice, sec.ACCESS_SYSTEM_SECURITY, P],
  ['ownership is taken by privilege', `D:(D;;WO;;;${A})`, admin, sec.WRITE_OWNER, sec.WRITE_OWNER],
  ['and by no privilege that is off', 'D:', idle, sec.WRITE_OWNER, D],
  ['and is not part of the maximum', `D:(A;;0x1;;;${A})`, admin, MAXIMUM_ALLOWED, READ],
  ['audit changes nothing', `D:(A;;0x1;;;${A})S:(AU;FA;0x1;;;WD)`, alice, READ, READ],
  ['restricted: both must be allowed', `D:(A;;0x1;;;${A})`, restricted, READ, D],
  ['restricted: and are', `D:(A;;0x3;;;${A})(A;;0x1;;;RC)`, restricted, MAXIMUM_ALLOWED, READ],
  ['restricted: restricting SIDs alone are not enough', 'D:(A;;0x1;;;RC)', restricted, READ, D],
  ['restricted: the owner has no more', `O:${A}D:(A;;0x1;;;RC)`, restricted, OWN, D],
  [
    'restricted: denied as restricted code',
    `D:(D;;0x1;;;RC)(A;;0x1;;;${A})(A;;0x1;;;RC)`,
    restricted,
    READ,
    D,
  ],
  ['restricted: nobody is kept out', 'D:NO_ACCESS_CONTROL', restricted, 7, 7],
  ['restricted by nobody: nothing', 'D:(A;;0x7;;;WD)(A;;0x7;;;RC)', nobody, READ, D],
  ['restricted for writing: reads', `D:(A;;0x7;;;${A})`, readers, READ | RUN, READ | RUN],
  ['restricted for writing: does not write', `D:(A;;0x7;;;${A})`, readers, WRITE, D],
];

suite('ntos/SeAccessCheck', () => {
  for (const [what, sddl, token, desired, granted] of table)
    test(what, () => {
      const decision = SeAccessCheck(fromSddl(sddl)!, token, desired, mapping);
      const found = decision.status === 0 ? decision.granted : statusName(decision.status);
      assert.equal(found, granted);
    });

  test('privileges that it took are told', () => {
    const desired = sec.WRITE_OWNER | sec.ACCESS_SYSTEM_SECURITY;
    const { used } = SeAccessCheck(fromSddl('D:')!, admin, desired, mapping);
    assert.sameMembers([...used], [sec.SeTakeOwnershipPrivilege, sec.SeSecurityPrivilege]);
  });

  test('entries of objects: with a GUID they allow nothing, and deny', () => {
    const ace = (type: number, more = {}): Ace => ({
      type,
      flags: 0,
      mask: 1,
      sid: ALICE,
      ...more,
    });
    const check = (...aces: Ace[]) =>
      SeAccessCheck({ ...fromSddl('D:')!, dacl: { revision: 4, aces } }, alice, READ, mapping)
        .granted;
    const objectType = '00'.repeat(16);
    assert.equal(check(ace(5)), READ);
    assert.equal(check(ace(5, { objectType })), 0);
    assert.equal(check(ace(6, { objectType }), ace(0)), 0);
    assert.equal(check(ace(9), ace(2), ace(0x77)), 0);
    assert.equal(check(ace(10), ace(0)), 0);
  });

  test('random descriptors and tokens, by a model that asks bit for bit', () => {
    const sids = [ALICE, BOB, STAFF, GUESTS, sec.SID_RESTRICTED, sec.SID_OWNER_RIGHTS];
    const anySid = fc.constantFrom(...sids);
    const ace: fc.Arbitrary<Ace> = fc.record({
      type: fc.constantFrom(0, 0, 1, 2),
      flags: fc.constantFrom(0, 0, sec.INHERIT_ONLY_ACE),
      mask: fc.nat(15).map((bits) => bits | (bits << 16)),
      sid: anySid,
    });
    const descriptor: fc.Arbitrary<SecurityDescriptor> = fc.record({
      control: fc.constant(0),
      owner: fc.constantFrom(undefined, ALICE, STAFF, BOB),
      group: fc.constant(undefined),
      dacl: fc.option(
        fc.record({ revision: fc.constant(2), aces: fc.array(ace, { maxLength: 6 }) }),
      ),
      sacl: fc.constant(undefined),
    });
    const someToken = fc
      .record({
        attributes: fc.constantFrom(0, DENY_ONLY),
        groups: fc.array(fc.constantFrom(0, MEMBER, DENY_ONLY), { minLength: 2, maxLength: 2 }),
        restrictedSids: fc.option(fc.uniqueArray(anySid, { maxLength: 3 }), { nil: undefined }),
      })
      .map(({ attributes, groups, restrictedSids }) =>
        tokenOf({
          user: { sid: ALICE, attributes },
          groups: [STAFF, GUESTS].map((sid, index) => ({ sid, attributes: groups[index]! })),
          restrictedSids,
        }),
      );
    fc.assert(
      fc.property(descriptor, someToken, fc.nat(0xf_000f), (given, token, desired) => {
        const found = SeAccessCheck(given, token, desired, mapping);
        assert.equal(found.status === 0, model(given, token, desired));
        const most = SeAccessCheck(given, token, MAXIMUM_ALLOWED, mapping);
        for (let bit = 1; bit <= 0x8_0000; bit *= 2)
          if ((mapping.all & bit) !== 0)
            assert.equal((most.granted & bit) !== 0, model(given, token, bit), `bit ${bit}`);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Who the token is, to an entry that allows (or denies). */
function is(token: Token, sid: string, allows: boolean): boolean {
  return [token.parts.user, ...token.groups].some((one, index) => {
    if (one.sid !== sid) return false;
    if ((one.attributes & DENY_ONLY) !== 0) return !allows;
    return index === 0 || (one.attributes & sec.SE_GROUP_ENABLED) !== 0;
  });
}

/** As [MS-DTYP] tells it: the request's bits, entry by entry, until none is left. */
function walk(
  { dacl, owner }: SecurityDescriptor,
  member: (sid: string, allows: boolean) => boolean,
  desired: number,
): boolean {
  let left = desired;
  const owns = owner !== undefined && member(owner, true);
  const aces = (dacl?.aces ?? []).filter(({ flags }) => (flags & sec.INHERIT_ONLY_ACE) === 0);
  if (owns && !aces.some(({ sid }) => sid === sec.SID_OWNER_RIGHTS)) left &= ~OWN;
  if (!dacl) return true;
  for (const { type, mask, sid } of aces) {
    if (left === 0) return true;
    const mine = (allows: boolean): boolean =>
      sid === sec.SID_OWNER_RIGHTS ? owns : member(sid, allows);
    if (type === 0 && mine(true)) left &= ~mask;
    if (type === 1 && mine(false) && (left & mask) !== 0) return false;
  }
  return left === 0;
}

function model(descriptor: SecurityDescriptor, token: Token, desired: number): boolean {
  const { owner } = descriptor;
  const first = walk(descriptor, (sid, allows) => is(token, sid, allows), desired);
  const list = token.parts.restrictedSids;
  if (!list) return first;
  // An owner must be one by both.
  const ownsFirst = owner !== undefined && is(token, owner, true);
  const second = { ...descriptor, owner: ownsFirst ? owner : undefined };
  return first && walk(second, (sid) => list.includes(sid), desired);
}
