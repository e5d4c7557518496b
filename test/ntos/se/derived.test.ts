/** Tokens made of tokens, who is at least another's equal, and the descriptors of new objects. */
import { assert } from 'chai';
import fc from 'fast-check';
import { assignSecurity } from '../../../personality/ntos/se/assign.ts';
import { allowedMask } from '../../../personality/ntos/se/accesscheck.ts';
import { dominates } from '../../../personality/ntos/se/dominate.ts';
import { ClientSecurity } from '../../../personality/ntos/se/clientsecurity.ts';
import { duplicateToken, filterToken } from '../../../personality/ntos/se/filter.ts';
import { impersonate, revertToSelf } from '../../../personality/ntos/se/impersonate.ts';
import type { Token } from '../../../personality/ntos/se/token.ts';
import { QuotaBlock } from '../../../personality/ntos/ps/quota.ts';
import { unlimited } from '../../../personality/ntos/ps/quotatable.ts';
import * as sec from '../../../personality/rtl/security/constants.ts';
import { fromSddl, toSddl } from '../../../personality/rtl/security/sddl.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { ALICE, BOB, GUESTS, mapping, MEMBER, privileges, STAFF, tokenOf } from './tokens.ts';

const DENY_ONLY = sec.SE_GROUP_USE_FOR_DENY_ONLY;
const powers = [sec.SeDebugPrivilege, sec.SeTcbPrivilege, sec.SeChangeNotifyPrivilege];
const sids = [ALICE, STAFF, GUESTS, sec.SID_RESTRICTED];

const anyToken: fc.Arbitrary<Token> = fc
  .record({
    groups: fc.array(fc.constantFrom(0, MEMBER, DENY_ONLY), { minLength: 2, maxLength: 2 }),
    held: fc.subarray(powers),
    restrictedSids: fc.option(fc.subarray(sids), { nil: undefined }),
    writeRestricted: fc.boolean(),
  })
  .map(({ groups, held, restrictedSids, writeRestricted }) =>
    tokenOf({
      groups: [STAFF, GUESTS].map((sid, index) => ({ sid, attributes: groups[index]! })),
      privileges: privileges(...held),
      restrictedSids,
      writeRestricted: writeRestricted && restrictedSids !== undefined,
    }),
  );

const anyFilter = fc.record({
  flags: fc.constantFrom(0, 1, 8, 9),
  disable: fc.subarray(sids),
  remove: fc.subarray(powers),
  restrict: fc.subarray(sids),
});

const anyDescriptor = fc
  .array(
    fc.record({ type: fc.constantFrom(0, 1), mask: fc.nat(7), sid: fc.constantFrom(...sids) }),
    { maxLength: 5 },
  )
  .map((aces) => ({
    ...fromSddl(`O:${BOB}G:${BOB}D:`)!,
    dacl: { revision: 2, aces: aces.map((ace) => ({ ...ace, flags: 0 })) },
  }));

suite('ntos/tokens of tokens', () => {
  test('a filtered token never may more, and its holder is dominated', () => {
    fc.assert(
      fc.property(anyToken, anyFilter, anyDescriptor, (token, filter, descriptor) => {
        const less = filterToken(token, filter).token!;
        const before = allowedMask(descriptor, token, mapping);
        const after = allowedMask(descriptor, less, mapping);
        assert.equal(after & ~before, 0);
        for (const privilege of less.privileges.keys())
          assert.isTrue(token.privileges.has(privilege));
        assert.isTrue(dominates(token, less));
        if (token.restricted) assert.isDefined(less.restricted);
      }),
      { numRuns: 1000 },
    );
  });

  test('who dominates, may at least as much', () => {
    fc.assert(
      fc.property(anyToken, anyToken, anyDescriptor, (one, other, descriptor) => {
        fc.pre(dominates(one, other));
        // What is switched off counts: its holder can switch it on.
        const all = (token: Token): Token =>
          tokenOf({
            ...token.state,
            groups: token.groups.map(({ sid, attributes }) => ({
              sid,
              attributes: (attributes & DENY_ONLY) !== 0 ? attributes : MEMBER,
            })),
          });
        const has = allowedMask(descriptor, all(one), mapping);
        assert.equal(allowedMask(descriptor, all(other), mapping) & ~has, 0);
      }),
      { numRuns: 1000 },
    );
    const user = tokenOf({ user: { sid: BOB, attributes: 0 } });
    assert.isFalse(dominates(user, tokenOf()) || dominates(tokenOf(), user));
    assert.isFalse(dominates(tokenOf(), tokenOf({ privileges: privileges(20) })));
  });

  test('levels of impersonation: never higher, and full only for equals', () => {
    const how = { type: sec.TokenImpersonation, effectiveOnly: false };
    const strong = tokenOf({ privileges: privileges(sec.SeDebugPrivilege) });
    const level = (token: Token, impersonator: Token): number => {
      const thread = {
        process: { token: impersonator },
        impersonation: undefined as Token | undefined,
      };
      assert.equal(impersonate(thread, token), 0);
      const found = thread.impersonation!.parts.level;
      revertToSelf(thread);
      assert.isUndefined(thread.impersonation);
      return found;
    };
    const client = duplicateToken(strong, { ...how, level: 2 }).token!;
    const shy = duplicateToken(strong, { ...how, level: 1 }).token!;
    assert.equal(level(client, strong), 2);
    assert.equal(level(client, tokenOf()), 1);
    assert.equal(level(client, tokenOf({ privileges: privileges(sec.SeImpersonatePrivilege) })), 2);
    assert.equal(level(shy, strong), 1);
    const raised = duplicateToken(shy, { ...how, level: 2 });
    assert.equal(statusName(raised.status), 'STATUS_BAD_IMPERSONATION_LEVEL');
    const effective = duplicateToken(
      tokenOf({
        groups: [
          { sid: STAFF, attributes: 0 },
          { sid: GUESTS, attributes: DENY_ONLY },
        ],
      }),
      { ...how, level: 2, effectiveOnly: true },
    );
    assert.deepEqual(
      effective.token!.groups.map(({ sid }) => sid),
      [GUESTS],
    );
  });

  test('copies that a connection keeps are paid for, and paid back', () => {
    const quota = new QuotaBlock({ limits: { ...unlimited, pagedPool: 1200 } });
    const quality = { level: 2, dynamic: true, effectiveOnly: false };
    const lends = new ClientSecurity(quality, quota);
    const pagedPool = () => quota.usage.pagedPool;
    const capture = (token: Token) => {
      const { status, number } = lends.capture({ process: { token }, impersonation: undefined });
      return [statusName(status), number];
    };
    const [one, two, three] = [tokenOf(), tokenOf(), tokenOf()];
    assert.deepEqual(capture(one), ['STATUS_SUCCESS', 1]);
    const each = pagedPool();
    assert.isAbove(each, 0);
    assert.deepEqual(capture(one), ['STATUS_SUCCESS', 1], 'the copy that there is');
    assert.deepEqual(capture(two), ['STATUS_SUCCESS', 2]);
    assert.equal(pagedPool(), 2 * each);
    assert.deepEqual(capture(three), ['STATUS_INSUFFICIENT_RESOURCES', 0]);
    assert.isUndefined(lends.token(3));
    // The token has changed: another copy.
    one.setGroup(0, 0);
    assert.equal(capture(one)[0], 'STATUS_INSUFFICIENT_RESOURCES');
    lends.end();
    assert.equal(pagedPool(), 0);
    assert.deepEqual(capture(two), ['STATUS_SUCCESS', 0], 'nothing is kept any more');
    assert.equal(pagedPool(), 0);
    const fixed = new ClientSecurity({ ...quality, dynamic: false }, quota);
    for (const token of [one, two, three])
      fixed.capture({ process: { token }, impersonation: undefined });
    assert.equal(pagedPool(), each, 'one copy, of the time of the connection');
    fixed.end();
    assert.equal(pagedPool(), 0);
  });

  test('a token that changes forgets what was decided', () => {
    const token = tokenOf({ groups: [{ sid: STAFF, attributes: 0 }] });
    const { modifiedId, decisions } = token;
    token.setGroup(0, MEMBER);
    assert.notEqual(token.decisions, decisions);
    assert.isAbove(token.modifiedId, modifiedId);
    assert.isTrue(token.allows.has(STAFF));
  });
});

suite('ntos/SeAssignSecurity', () => {
  const defaults = fromSddl('D:(A;;GR;;;CO)(A;;GX;;;CG)')!.dacl!;
  const token = tokenOf({ defaultDacl: defaults });
  const parent = fromSddl('D:(A;OICI;GR;;;WD)(A;CINP;0x2;;;BA)(A;OIIO;0x4;;;CO)(A;;0x1;;;BU)')!;

  const rows: readonly (readonly [string, Parameters<typeof assignSecurity>[2], string])[] = [
    ['the default of the token', {}, `D:(A;;0x20001;;;${ALICE})(A;;0x20004;;;${STAFF})`],
    ['what is asked for', { explicit: fromSddl('D:(A;;GW;;;WD)')!, parent }, 'D:(A;;0x20002;;;WD)'],
    ['nobody', { explicit: fromSddl('D:')! }, 'D:'],
    ['no list', { explicit: fromSddl('D:NO_ACCESS_CONTROL')! }, 'D:NO_ACCESS_CONTROL'],
    ['an object inherits', { parent }, `D:(A;;0x20001;;;WD)(A;;0x4;;;${ALICE})`],
    [
      'a container inherits, and hands on',
      { parent, container: true },
      'D:(A;;0x20001;;;WD)(A;OICIIO;GR;;;WD)(A;;0x2;;;BA)(A;OIIO;0x4;;;CO)',
    ],
    [
      'a wish that is a default gives way to what is inherited',
      {
        explicit: { ...fromSddl('D:(A;;GW;;;WD)')!, control: sec.SE_DACL_DEFAULTED },
        parent,
      },
      `D:(A;;0x20001;;;WD)(A;;0x4;;;${ALICE})`,
    ],
  ];
  for (const [what, given, expected] of rows)
    test(what, () => {
      const { descriptor } = assignSecurity(token, mapping, given);
      assert.equal(toSddl({ ...descriptor!, owner: undefined, group: undefined }), expected);
      assert.deepEqual([descriptor!.owner, descriptor!.group], [ALICE, STAFF]);
    });

  test('one descriptor for all objects that are alike, and owners that are refused', () => {
    const one = assignSecurity(token, mapping).descriptor;
    assert.equal(assignSecurity(token, mapping, { parent: fromSddl('D:')! }).descriptor, one);
    const wish = (sddl: string) =>
      assignSecurity(token, mapping, { explicit: fromSddl(sddl)! }).status;
    assert.equal(statusName(wish(`O:${BOB}`)), 'STATUS_INVALID_OWNER');
    assert.equal(statusName(wish(`O:${STAFF}`)), 'STATUS_INVALID_OWNER');
    assert.equal(statusName(wish('S:')), 'STATUS_PRIVILEGE_NOT_HELD');
    const restoring = tokenOf({ privileges: privileges(sec.SeRestorePrivilege) });
    const given = { explicit: fromSddl(`O:${BOB}`)! };
    assert.equal(assignSecurity(restoring, mapping, given).descriptor!.owner, BOB);
  });
});
