/**
 * NtAdjustPrivilegesToken and NtAdjustGroupsToken: what a token has is switched on and off.
 *
 *   adjustPrivileges(token, disableAll, state)   a status, and those that changed as they were
 *   adjustGroups(token, reset, state)            the same
 *
 * What the token does not hold is passed over (STATUS_NOT_ALL_ASSIGNED). Groups: all or none.
 */
import * as sec from '../../rtl/security/constants.ts';
import type { LuidAndAttributes, SidAndAttributes } from '../../rtl/security/structures.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { privilegesOf } from './query.ts';
import type { Token } from './token.ts';

const ENABLED = sec.SE_PRIVILEGE_ENABLED;
const GROUP_ENABLED = sec.SE_GROUP_ENABLED;

export function adjustPrivileges(
  token: Token,
  disableAll: boolean,
  state: readonly LuidAndAttributes[],
): { status: number; previous: LuidAndAttributes[] } {
  const before = privilegesOf(token);
  const wanted = disableAll ? before.map(({ luid }) => ({ luid, attributes: 0 })) : state;
  const touched = new Map<number, number>();
  let missing = false;
  for (const { luid, attributes } of wanted) {
    const now = token.privileges.get(luid);
    if (now === undefined) {
      missing = true;
      continue;
    }
    const removed = (attributes & sec.SE_PRIVILEGE_REMOVED) !== 0;
    const next = ((now & ~ENABLED) | (attributes & ENABLED)) >>> 0;
    if (!removed && next === now) continue;
    if (!touched.has(luid)) touched.set(luid, now);
    token.setPrivilege(luid, removed ? undefined : next);
  }
  const previous = [...touched].map(([luid, attributes]) => ({ luid, attributes }));
  const status = missing ? Status.STATUS_NOT_ALL_ASSIGNED : Status.STATUS_SUCCESS;
  return { status, previous };
}

interface GroupChange {
  readonly index: number;
  readonly attributes: number;
}

function changeOf(
  { sid, attributes }: SidAndAttributes,
  index: number,
  enable: boolean,
): { status: number; change?: GroupChange; before?: SidAndAttributes } {
  const isEnabled = (attributes & GROUP_ENABLED) !== 0;
  if (enable === isEnabled) return { status: Status.STATUS_SUCCESS };
  if (!enable && (attributes & sec.SE_GROUP_MANDATORY) !== 0)
    return { status: Status.STATUS_CANT_DISABLE_MANDATORY };
  if (enable && (attributes & sec.SE_GROUP_USE_FOR_DENY_ONLY) !== 0)
    return { status: Status.STATUS_CANT_ENABLE_DENY_ONLY };
  const next = (enable ? attributes | GROUP_ENABLED : attributes & ~GROUP_ENABLED) >>> 0;
  const change = { index, attributes: next };
  return { status: Status.STATUS_SUCCESS, change, before: { sid, attributes } };
}

export function adjustGroups(
  token: Token,
  reset: boolean,
  state: readonly SidAndAttributes[],
): { status: number; previous: SidAndAttributes[] } {
  const wanted = reset
    ? token.groups.map(({ sid, attributes }) => ({
        sid,
        attributes: (attributes & sec.SE_GROUP_ENABLED_BY_DEFAULT) !== 0 ? GROUP_ENABLED : 0,
      }))
    : state;
  const changes: GroupChange[] = [];
  const previous: SidAndAttributes[] = [];
  let missing = false;
  for (const { sid, attributes } of wanted) {
    const index = token.groups.findIndex((group) => group.sid === sid);
    const group = token.groups[index];
    if (!group) {
      missing = true;
      continue;
    }
    const found = changeOf(group, index, (attributes & GROUP_ENABLED) !== 0);
    // To reset is no wish for each of them.
    if (found.status !== Status.STATUS_SUCCESS && !reset)
      return { status: found.status, previous: [] };
    if (found.change) changes.push(found.change);
    if (found.before) previous.push(found.before);
  }
  for (const { index, attributes } of changes) token.setGroup(index, attributes);
  const status = missing ? Status.STATUS_NOT_ALL_ASSIGNED : Status.STATUS_SUCCESS;
  return { status, previous };
}
