/**
 * Access rights: what a handle may be used for, decided when it is made.
 *
 * Who may have which is the descriptors' business (check.ts). What was granted stays with the
 * handle, and every service states what it needs.
 *
 *   expandGeneric(access, mapping)   GENERIC_* replaced by the rights they stand for
 *   mapGeneric(access)          the same, of files
 *   grantAccess(desired, mapping, most)   of other types: a handle's rights, if it may have them
 *   isGranted(granted, wanted)  all of `wanted` is there
 *
 * Rights: ntifs.h.
 */
import {
  FILE_APPEND_DATA,
  FILE_READ_ATTRIBUTES,
  FILE_READ_DATA,
  FILE_TRAVERSE,
  FILE_WRITE_ATTRIBUTES,
  FILE_WRITE_DATA,
  GENERIC_READ,
  GENERIC_WRITE,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import { GENERIC_ALL, GENERIC_EXECUTE, MAXIMUM_ALLOWED, READ_CONTROL } from '../../rtl/objects.ts';

/** All of a type's rights; what objects without finer rights are opened with. */
export const ALL_ACCESS = 0x001f_ffff;

export function mapGeneric(access: number): number {
  return (expandGeneric(access, fileMapping) & ALL_ACCESS) >>> 0;
}

export function isGranted(granted: number, wanted: number): boolean {
  return (wanted & ~granted) === 0;
}

/** What a type's rights are, and which of them the generic rights stand for. */
export interface GenericMapping {
  readonly read: number;
  readonly write: number;
  readonly execute: number;
  readonly all: number;
}

/** STANDARD_RIGHTS_READ, _WRITE and _EXECUTE are all READ_CONTROL. */
export function genericMapping(
  read: number,
  write: number,
  execute: number,
  all: number,
): GenericMapping {
  const of = (rights: number): number => READ_CONTROL | rights;
  return { read: of(read), write: of(write), execute: of(execute), all };
}

/** What the generic rights of files and devices stand for. */
export const fileMapping: GenericMapping = {
  read: FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
  write: FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE,
  execute: FILE_TRAVERSE | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
  all: ALL_ACCESS,
};

/** With the rights of the type in the place of the generic ones. */
export function expandGeneric(
  desired: number,
  { read, write, execute, all }: GenericMapping,
): number {
  let access = desired & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
  if ((desired & GENERIC_READ) !== 0) access |= read;
  if ((desired & GENERIC_WRITE) !== 0) access |= write;
  if ((desired & GENERIC_EXECUTE) !== 0) access |= execute;
  if ((desired & GENERIC_ALL) !== 0) access |= all;
  return access >>> 0;
}

/**
 * The rights that a handle is opened with; `most`: what this caller may have at all. Undefined: he
 * asks for more (STATUS_ACCESS_DENIED).
 */
export function grantAccess(
  desired: number,
  mapping: GenericMapping,
  most = mapping.all,
): number | undefined {
  const { all } = mapping;
  let access = expandGeneric(desired, mapping);
  if ((access & MAXIMUM_ALLOWED) !== 0) access = (access & ~MAXIMUM_ALLOWED) | (most & all);
  return isGranted(most & all, access) ? access >>> 0 : undefined;
}
