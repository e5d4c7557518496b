/**
 * Access rights: what a handle may be used for, decided when it is made.
 *
 * There are no users and no security descriptors here: whoever can name an object may ask for any
 * access to it. What was granted stays
 * with the handle, and every service states what it needs.
 *
 *   mapGeneric(access)          GENERIC_* replaced by the specific rights they stand for
 *   isGranted(granted, wanted)  all of `wanted` is there
 *
 * Rights: ntifs.h.
 */
import {
  FILE_APPEND_DATA,
  FILE_READ_ATTRIBUTES,
  FILE_READ_DATA,
  FILE_WRITE_ATTRIBUTES,
  FILE_WRITE_DATA,
  GENERIC_READ,
  GENERIC_WRITE,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';

/** All of a type's rights; what objects without finer rights are opened with. */
export const ALL_ACCESS = 0x001f_ffff;

export function mapGeneric(access: number): number {
  let mapped = access & ALL_ACCESS;
  if ((access & GENERIC_READ) !== 0) mapped |= FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE;
  if ((access & GENERIC_WRITE) !== 0)
    mapped |= FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE;
  return mapped >>> 0;
}

export function isGranted(granted: number, wanted: number): boolean {
  return (wanted & ~granted) === 0;
}
