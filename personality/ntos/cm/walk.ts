/**
 * From names to keys.
 *
 *   findKey(context, caller, name, root, openLink)
 *
 * A name is relative to a key, or begins with `\Registry`. Links are followed, the last one too
 * unless `openLink`; a link's target begins anew, at most LINKS times. A hive that is kept is
 * loaded when a walk first comes to it.
 */
import { REG_LINK, SYMBOLIC_LINK_VALUE, textOf } from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { childOf, type Key, valueOf } from './key.ts';
import { keyOf } from './keyobject.ts';
import type { CmContext } from './context.ts';

const LINKS = 32;
/** Characters of a whole name. */
const LONGEST = 4096;
const ROOT = /^\\registry(?:\\|$)/i;

export interface Found {
  readonly status: number;
  readonly key?: Key;
  /** With STATUS_OBJECT_NAME_NOT_FOUND: only the last part is missing, here. */
  readonly parent?: Key;
  readonly name?: string;
}

function partsOf(name: string): string[] {
  return name.split('\\').filter((part) => part !== '');
}

/** Why a name outside of the registry names no key. */
function elsewhere({ needs: { ob } }: CmContext, name: string): Found {
  const { status, object } = ob.lookup(name);
  return { status: object ? Status.STATUS_OBJECT_TYPE_MISMATCH : status };
}

/** Where a link leads; undefined: nowhere. */
function targetOf(key: Key): string | undefined {
  const value = valueOf(key, SYMBOLIC_LINK_VALUE);
  return value?.type === REG_LINK ? textOf(value.data) : undefined;
}

export async function findKey(
  context: CmContext,
  caller: NtThread,
  name: string,
  root: number,
  openLink: boolean,
): Promise<Found> {
  let start = context.root;
  let parts = partsOf(name);
  if (name.length > LONGEST) return { status: Status.STATUS_NAME_TOO_LONG };
  if (root !== 0) {
    const { status, key } = keyOf(context, caller, root, 0);
    if (!key) return { status };
    if (name.startsWith('\\')) return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
    start = key;
  } else {
    if (!ROOT.test(name)) return elsewhere(context, name);
    parts.shift();
  }
  for (let turn = 0; turn <= LINKS; turn++) {
    const end = await walk(start, parts, openLink);
    if (!('target' in end)) return end;
    if (!ROOT.test(end.target)) return elsewhere(context, end.target);
    start = context.root;
    parts = [...partsOf(end.target).slice(1), ...end.rest];
  }
  return { status: Status.STATUS_OBJECT_NAME_INVALID };
}

type Step = Found | { readonly target: string; readonly rest: string[] };

async function walk(start: Key, parts: readonly string[], openLink: boolean): Promise<Step> {
  let key = start;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    const next = childOf(key, part);
    if (!next) {
      const status = Status.STATUS_OBJECT_NAME_NOT_FOUND;
      return last ? { status, parent: key, name: part } : { status };
    }
    await next.hive.load?.();
    if (next.link && !(last && openLink)) {
      const target = targetOf(next);
      if (target === undefined) return { status: Status.STATUS_OBJECT_NAME_NOT_FOUND };
      return { target, rest: parts.slice(index + 1) };
    }
    key = next;
  }
  return { status: Status.STATUS_SUCCESS, key };
}
