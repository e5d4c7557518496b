/**
 * Walking names.
 *
 * Parse steps are synchronous and look only at what is there; `walk` follows them until an object
 * wants to open the rest itself, the name
 * is used up, or nothing is found. A symbolic link, or an open that answers with another name,
 * starts again from the root: at most
 * REPARSE_LIMIT times, so that links in a circle end in an error.
 *
 *   lookup(root, path, token)         parse only
 *   open(root, prefixes, name, from, context)   parse, then open: at once, or a coroutine
 *
 * What the beginnings of names led to is remembered (prefixes.ts).
 *
 * A token that goes through directories is asked by each (lookup of the Executive's own: none is).
 */
import { DIRECTORY_TRAVERSE } from '../../rtl/objects.ts';
import { SeChangeNotifyPrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Awaitable } from '../../sel4/types.ts';
import { checkAccess, permits } from '../se/check.ts';
import type { Token } from '../se/token.ts';
import { directoryType } from './directory.ts';
import { dereference, reference } from './header.ts';
import type { Prefixes } from './prefixes.ts';
import { symbolicLinkType } from './symlink.ts';
import type { LookupResult, ObObject, OpenContext, OpenResult } from './types.ts';

const REPARSE_LIMIT = 32;
const PATH_LIMIT = 4096;

interface Walk {
  status: number;
  /** Where the walk stopped, and the part of the name that it leaves to `open`. */
  object: ObObject;
  rest: string;
  reparse?: string;
}

/** Whoever holds SeChangeNotifyPrivilege goes through every directory, as in NT. */
function askedToTraverse(token: Token | undefined): Token | undefined {
  return token?.holds(SeChangeNotifyPrivilege) ? undefined : token;
}

/**
 * Parses until the rest is used up or belongs to `open`. Symbolic links at the end are followed as
 * well.
 */
function walk(from: ObObject, name: string, token: Token | undefined): Walk {
  const asked = askedToTraverse(token);
  let object = from;
  let rest = name;
  for (;;) {
    const type = object.header.type;
    if (rest === '' && type !== symbolicLinkType)
      return { status: Status.STATUS_SUCCESS, object, rest };
    if (asked && type === directoryType && !permits(asked, object, DIRECTORY_TRAVERSE))
      return { status: Status.STATUS_ACCESS_DENIED, object, rest };
    const step = type.parse?.(object, rest) ?? { stop: true };
    if ('status' in step) return { status: step.status, object, rest };
    if ('reparse' in step)
      return { status: Status.STATUS_SUCCESS, object, rest, reparse: step.reparse };
    if ('stop' in step) return { status: Status.STATUS_SUCCESS, object, rest };
    object = step.object;
    rest = step.rest;
  }
}

/** An absolute name without its leading backslashes, or why it is none. */
function absolute(path: string): { status: number; rest: string } {
  if (path.length > PATH_LIMIT) return { status: Status.STATUS_NAME_TOO_LONG, rest: '' };
  if (path === '') return { status: Status.STATUS_OBJECT_NAME_INVALID, rest: '' };
  if (path[0] !== '\\') return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD, rest: '' };
  let begin = 1;
  while (path[begin] === '\\') begin++;
  return { status: Status.STATUS_SUCCESS, rest: path.slice(begin) };
}

export function lookup(root: ObObject, path: string, token?: Token): LookupResult {
  let name = path;
  for (let turn = 0; turn <= REPARSE_LIMIT; turn++) {
    const { status, rest } = absolute(name);
    if (status !== Status.STATUS_SUCCESS) return { status };
    const end = walk(root, rest, token);
    if (end.status !== Status.STATUS_SUCCESS) return { status: end.status };
    if (end.reparse === undefined)
      return end.rest === ''
        ? { status: Status.STATUS_SUCCESS, object: end.object }
        : { status: Status.STATUS_OBJECT_PATH_NOT_FOUND };
    name = end.reparse;
  }
  return { status: Status.STATUS_OBJECT_NAME_INVALID };
}

function tokenOf({ token, process }: OpenContext): Token {
  return token ?? process.token;
}

/** Opens what the walk ended at. The object stays referenced while its `open` waits. */
function openEnd(object: ObObject, rest: string, context: OpenContext): Awaitable<OpenResult> {
  const { type } = object.header;
  if (type.guardsOpen || !type.open) {
    const { status } = checkAccess(tokenOf(context), object, context.access);
    if (status !== Status.STATUS_SUCCESS) return { status };
  }
  if (!type.open) {
    if (rest !== '') return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    reference(object);
    return { status: Status.STATUS_SUCCESS, object };
  }
  reference(object);
  let opened: Awaitable<OpenResult> | undefined;
  try {
    opened = type.open(object, rest, context);
  } finally {
    if (!(opened instanceof Promise)) dereference(object);
  }
  return opened instanceof Promise ? opened.finally(() => dereference(object)) : opened;
}

export function open(
  root: ObObject,
  prefixes: Prefixes,
  name: string,
  from: ObObject | undefined,
  context: OpenContext,
): Awaitable<OpenResult> {
  if (from) {
    if (name.length > PATH_LIMIT) return { status: Status.STATUS_NAME_TOO_LONG };
    if (name[0] === '\\') return { status: Status.STATUS_OBJECT_PATH_SYNTAX_BAD };
    return openFrom(root, from, name, context, REPARSE_LIMIT);
  }
  const { status, rest } = absolute(name);
  if (status !== Status.STATUS_SUCCESS) return { status };
  if (askedToTraverse(tokenOf(context))) return openFrom(root, root, rest, context, REPARSE_LIMIT);
  const known = prefixes.of(rest);
  if (known)
    return openFrom(root, known.object, rest.slice(known.prefix.length), context, known.turns);
  const reached = (object: ObObject, left: string, longest: number, turns: number): void =>
    prefixes.reached(rest, { object, left, room: PATH_LIMIT - longest, turns });
  return openFrom(root, root, rest, context, REPARSE_LIMIT, reached);
}

/**
 * `turns`: so often may the name start again. `reached`: called with what the name itself, and the
 * links on its way, led to, unless part of what is left came of a link; `longest`: of the names
 * that were walked, without what is left.
 */
function openFrom(
  root: ObObject,
  from: ObObject,
  name: string,
  context: OpenContext,
  turns: number,
  reached?: (object: ObObject, left: string, longest: number, turns: number) => void,
): Awaitable<OpenResult> {
  let start = from;
  let rest = name;
  let longest = name.length;
  // So much at the end of what is walked is the end of `name`.
  let own = name.length;
  let tell = reached;
  for (let turn = turns; turn >= 0; turn--) {
    const end = walk(start, rest, tokenOf(context));
    if (end.status !== Status.STATUS_SUCCESS) {
      const denied = end.status === Status.STATUS_ACCESS_DENIED;
      const missing = start === root && !denied ? `\\${rest}` : undefined;
      return { status: end.status, missing };
    }
    let next = end.reparse;
    if (next === undefined) {
      if (end.rest.length <= own) tell?.(end.object, end.rest, longest - end.rest.length, turn);
      const result = openEnd(end.object, end.rest, context);
      if (result instanceof Promise)
        return result.then((opened) => openAgain(root, opened, context, turn - 1));
      if (result.reparse === undefined) return result;
      next = result.reparse;
      tell = undefined;
    }
    own = Math.min(own, end.rest.length);
    const path = absolute(next);
    if (path.status !== Status.STATUS_SUCCESS) return { status: path.status };
    start = root;
    rest = path.rest;
    longest = Math.max(longest, next.length);
  }
  return { status: Status.STATUS_OBJECT_NAME_INVALID };
}

/** What a coroutine answered: done, or another name. */
function openAgain(
  root: ObObject,
  opened: OpenResult,
  context: OpenContext,
  turns: number,
): Awaitable<OpenResult> {
  if (opened.reparse === undefined) return opened;
  const path = absolute(opened.reparse);
  if (path.status !== Status.STATUS_SUCCESS) return { status: path.status };
  return openFrom(root, root, path.rest, context, turns);
}
