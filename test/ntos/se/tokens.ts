/** Tokens and descriptors of the tests' own. */
import type { GenericMapping } from '../../../personality/ntos/se/access.ts';
import { makeToken } from '../../../personality/ntos/se/processes.ts';
import { createSe } from '../../../personality/ntos/se/se.ts';
import type { Token, TokenParts } from '../../../personality/ntos/se/token.ts';
import * as sec from '../../../personality/rtl/security/constants.ts';

export const ALICE = 'S-1-5-21-1-2-3-1000';
export const BOB = 'S-1-5-21-1-2-3-1001';
export const STAFF = 'S-1-5-21-1-2-3-2000';
export const GUESTS = 'S-1-5-32-546';

export const mapping: GenericMapping = {
  read: 0x2_0001,
  write: 0x2_0002,
  execute: 0x2_0004,
  all: 0x1f_000f,
};

const se = createSe();

export const MEMBER =
  sec.SE_GROUP_ENABLED | sec.SE_GROUP_ENABLED_BY_DEFAULT | sec.SE_GROUP_MANDATORY;

export function tokenOf(parts: Partial<TokenParts> & { sids?: readonly string[] } = {}): Token {
  const { sids = [STAFF], ...more } = parts;
  return makeToken(
    {
      user: { sid: ALICE, attributes: 0 },
      groups: sids.map((sid) => ({ sid, attributes: MEMBER })),
      privileges: new Map(),
      restrictedSids: undefined,
      writeRestricted: false,
      owner: ALICE,
      primaryGroup: STAFF,
      defaultDacl: null,
      source: { name: 'test', identifier: 0 },
      type: sec.TokenPrimary,
      level: 0,
      authenticationId: 1,
      ...more,
    },
    se,
  );
}

export function privileges(...numbers: number[]): Map<number, number> {
  return new Map(numbers.map((number) => [number, sec.SE_PRIVILEGE_ENABLED]));
}
