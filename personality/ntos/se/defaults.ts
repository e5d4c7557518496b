/**
 * Descriptors of what the Executive makes itself, and of what has none of its own.
 *
 *   defaultDescriptor(mapping)        of a type that says nothing: the system and administrators
 *                                     everything, everybody to look at it, restricted code nothing
 *   directoryDescriptor, namesDescriptor, linkDescriptor
 *   deviceDescriptor(type)            a disk is for users, and so are the files on it; the terminal
 *                                     and NUL are for everybody
 *   ownDescriptor(token, mapping, look)   of processes, threads and tokens: the system, and who is
 *                                     of the same logon; `look` is what others may
 *
 * A descriptor is made once for each mapping: decisions are kept by descriptor (check.ts).
 */
import { FILE_DEVICE_NULL, FILE_DEVICE_SERIAL_PORT } from '../../rtl/nt.ts';
import { DIRECTORY_ALL_ACCESS, SYMBOLIC_LINK_ALL_ACCESS } from '../../rtl/objects.ts';
import { DIRECTORY_QUERY, DIRECTORY_TRAVERSE, SYMBOLIC_LINK_QUERY } from '../../rtl/objects.ts';
import type { Ace } from '../../rtl/security/acl.ts';
import * as se from '../../rtl/security/constants.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import type { Sid } from '../../rtl/security/sid.ts';
import { fileMapping, type GenericMapping, genericMapping } from './access.ts';
import type { Token } from './token.ts';

type Entry = readonly [sid: Sid, mask: number];

export function makeDescriptor(entries: readonly Entry[]): SecurityDescriptor {
  const aces = entries.map(([sid, mask]): Ace => ({
    type: se.ACCESS_ALLOWED_ACE_TYPE,
    flags: 0,
    mask,
    sid,
  }));
  return {
    control: 0,
    owner: se.SID_ADMINISTRATORS,
    group: se.SID_LOCAL_SYSTEM,
    dacl: { revision: se.ACL_REVISION, aces },
    sacl: undefined,
  };
}

export const directoryMapping = genericMapping(
  DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
  DIRECTORY_ALL_ACCESS & 0xc,
  DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
  DIRECTORY_ALL_ACCESS,
);

export const linkMapping = genericMapping(
  SYMBOLIC_LINK_QUERY,
  0,
  SYMBOLIC_LINK_QUERY,
  SYMBOLIC_LINK_ALL_ACCESS,
);

function masters({ all }: GenericMapping): Entry[] {
  return [
    [se.SID_LOCAL_SYSTEM, all],
    [se.SID_ADMINISTRATORS, all],
  ];
}

const byMapping = new WeakMap<GenericMapping, SecurityDescriptor>();

export function defaultDescriptor(mapping: GenericMapping): SecurityDescriptor {
  let known = byMapping.get(mapping);
  if (!known) {
    const { read, execute } = mapping;
    known = makeDescriptor([...masters(mapping), [se.SID_EVERYONE, read | execute]]);
    byMapping.set(mapping, known);
  }
  return known;
}

/** Drivers name their devices. */
export const directoryDescriptor = makeDescriptor([
  ...masters(directoryMapping),
  [se.SID_SERVICE, directoryMapping.all],
  [se.SID_EVERYONE, directoryMapping.read],
  [se.SID_RESTRICTED, directoryMapping.read],
]);

/** Of \BaseNamedObjects: everybody names there what others are to find; restricted code looks. */
export const namesDescriptor = makeDescriptor([
  ...masters(directoryMapping),
  [se.SID_EVERYONE, directoryMapping.read | directoryMapping.write],
  [se.SID_RESTRICTED, directoryMapping.read],
]);

export const linkDescriptor = makeDescriptor([
  ...masters(linkMapping),
  [se.SID_EVERYONE, linkMapping.read],
  [se.SID_RESTRICTED, linkMapping.read],
]);

/** All but giving rights away. */
const USE = fileMapping.all & ~(se.WRITE_DAC | se.WRITE_OWNER);
const diskDescriptor = makeDescriptor([...masters(fileMapping), [se.SID_USERS, USE]]);
const commonDescriptor = makeDescriptor([
  ...masters(fileMapping),
  [se.SID_EVERYONE, USE],
  [se.SID_RESTRICTED, USE],
]);

export function deviceDescriptor(type: number): SecurityDescriptor {
  const common = type === FILE_DEVICE_NULL || type === FILE_DEVICE_SERIAL_PORT;
  return common ? commonDescriptor : diskDescriptor;
}

/**
 * Restricted code of one logon keeps to itself: it reaches what is as restricted, and others of the
 * logon reach it.
 */
export function ownDescriptor(
  token: Token,
  mapping: GenericMapping,
  look: number,
): SecurityDescriptor {
  let known = token.made.get(look);
  if (!known) {
    const { logon, restricted } = token;
    known = makeDescriptor([
      [se.SID_LOCAL_SYSTEM, mapping.all],
      ...(logon === undefined ? [] : ([[logon, mapping.all]] as const)),
      ...(restricted ? ([[se.SID_RESTRICTED, mapping.all]] as const) : []),
      [se.SID_EVERYONE, look],
    ]);
    token.made.set(look, known);
  }
  return known;
}
