/**
 * Tokens: on whose behalf a process or thread acts, and what that one may.
 *
 * A token is an object of type Token. What can be changed afterwards are attributes of groups and
 * privileges, and the defaults of what its holder makes; nothing can be added. Each change gives it
 * a new modified id, and forgets what was worked out of the old state: its sets of SIDs, and its
 * decisions (what it may do with an object of a certain descriptor; descriptors never change, so a
 * decision holds as long as token and descriptor do).
 *
 *   new Token(type, parts, se)   `se` numbers it and its states
 *   effectiveToken(thread)   whom the thread impersonates, or its process's token
 *   Privileges               by number, with attributes
 *
 * Invariant: `user`, the SIDs of `groups` and `restrictedSids` are those it was made with, and
 * privileges are only ever removed.
 */
import type { Acl } from '../../rtl/security/acl.ts';
import * as sec from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import type { SidAndAttributes, TokenSourceInformation } from '../../rtl/security/structures.ts';
import { makeHeader } from '../ob/header.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { Subject } from './accesscheck.ts';
import type { Se } from './types.ts';

export type Privileges = ReadonlyMap<number, number>;

export interface TokenParts {
  readonly user: SidAndAttributes;
  readonly groups: readonly SidAndAttributes[];
  readonly privileges: Privileges;
  /** Undefined: the token is not restricted. An empty list lets it do nothing. */
  readonly restrictedSids: readonly Sid[] | undefined;
  /** SIDs that restricted a token that this one was made of, and deny it things still. */
  readonly restrictedBefore?: readonly Sid[];
  readonly writeRestricted: boolean;
  readonly owner: Sid;
  readonly primaryGroup: Sid;
  /** What its holder makes is given this; null: nothing that keeps anybody out. */
  readonly defaultDacl: Acl | null;
  readonly source: TokenSourceInformation;
  /** TokenPrimary or TokenImpersonation. */
  readonly type: number;
  readonly level: number;
  /** Of the logon; the same for all tokens that came of it. */
  readonly authenticationId: number;
}

const ENABLED = sec.SE_GROUP_ENABLED;
const DENY_ONLY = sec.SE_GROUP_USE_FOR_DENY_ONLY;

export class Token implements ObObject, Subject {
  readonly header: ObHeader;
  readonly se: Se;
  readonly id: number;
  readonly parts: TokenParts;
  modifiedId: number;
  /** What has been decided: the mask of a descriptor (se/check.ts). */
  decisions = new WeakMap<SecurityDescriptor, number>();
  /** Descriptors that were made of its state, by what they are for (se/assign.ts). */
  made = new Map<unknown, SecurityDescriptor>();
  readonly #groups: SidAndAttributes[];
  readonly #privileges: Map<number, number>;
  readonly restricted: ReadonlySet<Sid> | undefined;
  readonly restrictedDenies: ReadonlySet<Sid>;
  #defaults: Pick<TokenParts, 'owner' | 'primaryGroup' | 'defaultDacl'>;
  #allows!: ReadonlySet<Sid>;
  #denies!: ReadonlySet<Sid>;

  constructor(type: ObType, parts: TokenParts, se: Se) {
    this.header = makeHeader(type);
    this.parts = parts;
    this.se = se;
    this.id = se.newLuid();
    this.modifiedId = this.id;
    this.#groups = [...parts.groups];
    this.#privileges = new Map(parts.privileges);
    const { restrictedSids, restrictedBefore = [] } = parts;
    this.restricted = restrictedSids && new Set(restrictedSids);
    this.restrictedDenies = new Set([...(restrictedSids ?? []), ...restrictedBefore]);
    this.#defaults = parts;
    this.#workOut();
  }

  /** As it is now: what a copy is made of. */
  get state(): TokenParts {
    return {
      ...this.parts,
      ...this.defaults,
      groups: [...this.#groups],
      privileges: new Map(this.#privileges),
    };
  }

  get defaults(): Pick<TokenParts, 'owner' | 'primaryGroup' | 'defaultDacl'> {
    const { owner, primaryGroup, defaultDacl } = this.#defaults;
    return { owner, primaryGroup, defaultDacl };
  }

  get groups(): readonly SidAndAttributes[] {
    return this.#groups;
  }

  get privileges(): Privileges {
    return this.#privileges;
  }

  get allows(): ReadonlySet<Sid> {
    return this.#allows;
  }

  get denies(): ReadonlySet<Sid> {
    return this.#denies;
  }

  get writeRestricted(): boolean {
    return this.parts.writeRestricted;
  }

  holds(privilege: number): boolean {
    return ((this.#privileges.get(privilege) ?? 0) & sec.SE_PRIVILEGE_ENABLED) !== 0;
  }

  /** The SID of its logon; LocalSystem has none. */
  get logon(): Sid | undefined {
    return this.#groups.find(
      ({ attributes }) => (attributes & sec.SE_GROUP_LOGON_ID) >>> 0 === sec.SE_GROUP_LOGON_ID,
    )?.sid;
  }

  setGroup(index: number, attributes: number): void {
    this.#groups[index] = { ...this.#groups[index]!, attributes };
    this.#changed();
  }

  /** Undefined takes it away for good. */
  setPrivilege(privilege: number, attributes: number | undefined): void {
    if (attributes === undefined) this.#privileges.delete(privilege);
    else this.#privileges.set(privilege, attributes);
    this.#changed();
  }

  setDefaults(change: Partial<Token['defaults']>): void {
    this.#defaults = { ...this.#defaults, ...change };
    this.#changed();
  }

  #changed(): void {
    this.modifiedId = this.se.newLuid();
    this.decisions = new WeakMap();
    this.made = new Map();
    this.#workOut();
  }

  #workOut(): void {
    const all = [this.parts.user, ...this.#groups];
    const isUser = (index: number): boolean => index === 0;
    const allowed = all.filter(
      ({ attributes }, index) =>
        (attributes & DENY_ONLY) === 0 && (isUser(index) || (attributes & ENABLED) !== 0),
    );
    const denied = all.filter(
      ({ attributes }, index) => isUser(index) || (attributes & (ENABLED | DENY_ONLY)) !== 0,
    );
    this.#allows = new Set(allowed.map(({ sid }) => sid));
    this.#denies = new Set(denied.map(({ sid }) => sid));
  }
}

/** What a thread has of security. */
export interface ActingThread {
  readonly process: { readonly token: Token };
  readonly impersonation: Token | undefined;
}

export function effectiveToken({ process, impersonation }: ActingThread): Token {
  return impersonation ?? process.token;
}
