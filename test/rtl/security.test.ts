/** SIDs, ACLs, security descriptors and their text: round trips, and hostile bytes. */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  type Ace,
  type Acl,
  decodeAcl,
  encodeAcl,
  RtlAddAccessAllowedAce,
  RtlAddAccessDeniedAceEx,
  RtlCreateAcl,
  RtlValidAcl,
} from '../../personality/rtl/security/acl.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import * as descriptors from '../../personality/rtl/security/descriptor.ts';
import { fromSddl, toSddl } from '../../personality/rtl/security/sddl.ts';
import {
  decodeSid,
  encodeSid,
  parseSid,
  RtlConvertSidToUnicodeString,
  RtlEqualSid,
  RtlLengthSid,
  RtlValidSid,
} from '../../personality/rtl/security/sid.ts';
import * as structures from '../../personality/rtl/security/structures.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';

const word = fc.nat(0xffff_ffff);
const sid = fc
  .tuple(fc.nat(2 ** 48 - 1), fc.array(word, { maxLength: 15 }))
  .map(([authority, parts]) => parseSid(['S-1', hex(authority), ...parts].join('-'))!);
const hex = (authority: number) => `0x${authority.toString(16)}`;
const plainAce: fc.Arbitrary<Ace> = fc.record({
  type: fc.constantFrom(0, 1, 2),
  flags: fc.nat(0x1f),
  mask: word,
  sid,
});
const guid = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
const objectAce: fc.Arbitrary<Ace> = fc.record(
  { type: fc.constantFrom(5, 6, 7, 8), flags: fc.nat(0x1f), mask: word, sid, objectType: guid },
  { requiredKeys: ['type', 'flags', 'mask', 'sid'] },
);
const strangeAce: fc.Arbitrary<Ace> = fc
  .uint8Array({ maxLength: 4 })
  .map((data) => ({ type: 0x77, flags: 0, mask: 0, sid: '', data: whole(data) }));
const whole = (data: Uint8Array) => new Uint8Array([...data, ...data, ...data, ...data]);
const acl = fc.record({
  revision: fc.constant(4),
  aces: fc.array(fc.oneof(plainAce, objectAce, strangeAce), { maxLength: 6 }),
});
const plainAcl = fc.record({
  revision: fc.constant(2),
  aces: fc.array(plainAce, { maxLength: 4 }),
});
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const descriptorOf = (list: fc.Arbitrary<Acl>) =>
  fc.record({
    control: fc.constantFrom(0, sec.SE_DACL_PROTECTED, sec.SE_DACL_AUTO_INHERITED),
    owner: some(sid),
    group: some(sid),
    dacl: some(fc.option(list)),
    sacl: some(fc.option(list)),
  });

/** What a call raises, by name; '' if nothing. */
function raised(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    if (error instanceof NtException) return statusName(error.status);
    throw error;
  }
}

suite('rtl/security', () => {
  test('SIDs: text and bytes', () => {
    const known = [
      [sec.SID_ADMINISTRATORS, '01020000000000052000000020020000'],
      [sec.SID_EVERYONE, '010100000000000100000000'],
      ['S-1-0x123456789ABC-1', '0101123456789abc01000000'],
    ] as const;
    for (const [text, bytes] of known) {
      const encoded = encodeSid(text);
      assert.equal([...encoded].map((byte) => byte.toString(16).padStart(2, '0')).join(''), bytes);
      assert.equal(decodeSid(encoded), text);
      assert.equal(RtlConvertSidToUnicodeString(encoded), text);
      assert.equal(RtlLengthSid(encoded), encoded.length);
      assert.isTrue(RtlValidSid(encoded) && RtlEqualSid(encoded, encodeSid(text)));
    }
    assert.isFalse(RtlEqualSid(encodeSid(sec.SID_EVERYONE), encodeSid(sec.SID_LOCAL_SYSTEM)));
    for (const text of ['', 'S-2-5-18', 'S-1-5-4294967296', 'S-1-4294967296-1', 'S-1-5-', 'S-1'])
      assert.isUndefined(parseSid(text), text);
    assert.isUndefined(parseSid(`S-1-5${'-1'.repeat(16)}`));
    assert.equal(parseSid('S-1-0x5-018'), sec.SID_LOCAL_SYSTEM);
    for (const bytes of [
      [],
      [1],
      [2, 0, 0, 0, 0, 0, 0, 5],
      [1, 16, 0, 0, 0, 0, 0, 5],
      [1, 1, 0, 0],
    ])
      assert.isFalse(RtlValidSid(Uint8Array.from(bytes)));
    fc.assert(fc.property(sid, (text) => assert.equal(decodeSid(encodeSid(text)), text)));
  });

  test('ACLs and descriptors come back as they went', () => {
    fc.assert(fc.property(acl, (list) => assert.deepEqual(decodeAcl(encodeAcl(list)), list)));
    fc.assert(
      fc.property(descriptorOf(acl), (descriptor) => {
        const bytes = descriptors.encodeDescriptor(descriptor);
        assert.deepEqual(descriptors.decodeDescriptor(bytes), descriptor);
      }),
    );
    fc.assert(
      fc.property(descriptorOf(plainAcl), (any) => {
        // Flags of a list that is not there have no form.
        const descriptor = any.dacl === undefined ? { ...any, control: 0 } : any;
        assert.deepEqual(fromSddl(toSddl(descriptor)), descriptor);
      }),
    );
  });

  test('the Rtl functions', () => {
    const list = RtlCreateAcl().acl!;
    const one = RtlAddAccessAllowedAce(list, 2, 3, sec.SID_EVERYONE);
    const two = RtlAddAccessDeniedAceEx(one.acl, 2, 3, 4, sec.SID_USERS);
    assert.deepEqual(
      two.acl.aces.map(({ type, mask }) => [type, mask]),
      [
        [0, 3],
        [1, 4],
      ],
    );
    assert.equal(statusName(RtlCreateAcl(5).status), 'STATUS_INVALID_PARAMETER');
    const strange = RtlAddAccessDeniedAceEx(list, 2, 0x20, 4, sec.SID_USERS);
    assert.equal(statusName(strange.status), 'STATUS_INVALID_PARAMETER');
    const later = RtlAddAccessAllowedAce(list, 9, 4, sec.SID_USERS);
    assert.equal(statusName(later.status), 'STATUS_REVISION_MISMATCH');
    const aces = Array.from({ length: 3276 }, () => one.acl.aces[0]!);
    const full = RtlAddAccessAllowedAce({ revision: 2, aces }, 2, 1, sec.SID_EVERYONE);
    assert.equal(statusName(full.status), 'STATUS_ALLOTTED_SPACE_EXCEEDED');
    let descriptor = descriptors.RtlCreateSecurityDescriptor();
    descriptor = descriptors.RtlSetOwnerSecurityDescriptor(descriptor, sec.SID_ADMINISTRATORS);
    descriptor = descriptors.RtlSetDaclSecurityDescriptor(descriptor, two.acl, true);
    const bytes = descriptors.RtlAbsoluteToSelfRelativeSD(descriptor);
    assert.isTrue(descriptors.RtlValidSecurityDescriptor(bytes));
    assert.deepEqual(descriptors.RtlSelfRelativeToAbsoluteSD(bytes), descriptor);
    assert.equal(descriptor.control, sec.SE_DACL_DEFAULTED);
  });

  test('SDDL that is written in books, and what is none', () => {
    const text =
      'O:BAG:SYD:P(D;;GA;;;AN)(A;OICI;GRGX;;;WD)(A;;0x1f;;;S-1-5-5-0-77)S:(AU;FA;GA;;;WD)';
    assert.equal(toSddl(fromSddl(text)!), text);
    assert.deepEqual(fromSddl('D:NO_ACCESS_CONTROL')?.dacl, null);
    assert.deepEqual(fromSddl('D:')?.dacl?.aces, []);
    for (const bad of [
      'O:XX',
      'D:(A;;GA;;)',
      'D:(A;;QQ;;;WD)',
      'D:(A;;GA;;;WD',
      'G',
      'D:x(A;;;;;)',
    ])
      assert.isUndefined(fromSddl(bad), bad);
    fc.assert(fc.property(fc.string(), (any) => void fromSddl(any)));
  });

  test('each thing that can be wrong with the bytes', () => {
    const good = descriptors.encodeDescriptor(fromSddl('O:BAG:SYD:(A;;GA;;;WD)')!);
    const wrong = (change: (view: DataView) => void, length = good.length): string => {
      const bytes = good.slice(0, length);
      change(new DataView(bytes.buffer));
      assert.equal(descriptors.RtlValidSecurityDescriptor(bytes), false);
      return raised(() => descriptors.decodeDescriptor(bytes));
    };
    const dacl = new DataView(good.buffer).getUint32(16, true);
    const bad = 'STATUS_INVALID_SECURITY_DESCR';
    assert.equal(
      wrong(() => undefined, 19),
      bad,
    );
    assert.equal(
      wrong((view) => view.setUint8(0, 2)),
      'STATUS_UNKNOWN_REVISION',
    );
    assert.equal(
      wrong((view) => view.setUint16(2, 4, true)),
      bad,
    );
    assert.equal(
      wrong((view) => view.setUint32(4, 4, true)),
      bad,
    );
    assert.equal(
      wrong((view) => view.setUint32(4, 22, true)),
      bad,
    );
    assert.equal(
      wrong((view) => view.setUint32(8, 0xffff_fffc, true)),
      bad,
    );
    assert.equal(
      wrong((view) => view.setUint8(21, 16)),
      'STATUS_INVALID_SID',
    );
    assert.equal(
      wrong((view) => view.setUint8(20, 7)),
      'STATUS_INVALID_SID',
    );
    const acls: ((view: DataView) => void)[] = [
      (view) => view.setUint8(dacl, 1),
      (view) => view.setUint8(dacl, 5),
      (view) => view.setUint16(dacl + 2, 4, true),
      (view) => view.setUint16(dacl + 2, 0x7ffc, true),
      (view) => view.setUint16(dacl + 2, 29, true),
      (view) => view.setUint16(dacl + 4, 2, true),
      (view) => view.setUint16(dacl + 10, 0, true),
      (view) => view.setUint16(dacl + 10, 18, true),
      (view) => view.setUint16(dacl + 10, 0x100, true),
      (view) => view.setUint8(dacl + 17, 9),
    ];
    for (const change of acls) assert.equal(wrong(change), 'STATUS_INVALID_ACL');
  });

  test('random bytes, and good ones with some of them changed, end in a status', () => {
    const decoders = [
      descriptors.decodeDescriptor,
      (bytes: Uint8Array) => decodeAcl(bytes),
      RtlValidAcl,
      structures.decodeGroups,
      structures.decodeUser,
      structures.decodePrivileges,
      structures.decodePrivilegeSet,
      structures.decodeSidPointer,
      structures.decodeDefaultDacl,
      structures.decodeSource,
    ];
    const random = fc.uint8Array({ maxLength: 120 });
    const changed = fc
      .tuple(descriptorOf(acl), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }))
      .map(([descriptor, changes]) => {
        const bytes = descriptors.encodeDescriptor(descriptor);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(random, changed), (bytes) => {
        for (const decode of decoders) raised(() => decode(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  test('structures of tokens', () => {
    const groups = fc.array(fc.record({ sid, attributes: word }), { maxLength: 5 });
    fc.assert(
      fc.property(groups, (list) =>
        assert.deepEqual(structures.decodeGroups(structures.encodeGroups(list)), list),
      ),
    );
    const privileges = [
      { luid: 20, attributes: 3 },
      { luid: 23, attributes: 0 },
    ];
    const encoded = structures.encodePrivileges(privileges);
    assert.deepEqual(structures.decodePrivileges(encoded), privileges);
    const set = structures.encodePrivilegeSet({ control: 1, privileges });
    assert.deepEqual(structures.decodePrivilegeSet(set), { control: 1, privileges });
    const user = { sid: sec.SID_ADMINISTRATOR, attributes: 0 };
    assert.deepEqual(structures.decodeUser(structures.encodeUser(user)), user);
    assert.isNull(structures.decodeDefaultDacl(structures.encodeDefaultDacl(null)));
    const source = { name: 'Driver', identifier: 2 ** 40 };
    assert.deepEqual(structures.decodeSource(structures.encodeSource(source)), source);
    const many = new Uint8Array(2048);
    many[0] = 0xff;
    assert.equal(
      raised(() => structures.decodeGroups(many)),
      'STATUS_INVALID_PARAMETER',
    );
    assert.equal(
      raised(() => structures.decodePrivileges(many)),
      'STATUS_INVALID_PARAMETER',
    );
  });
});
