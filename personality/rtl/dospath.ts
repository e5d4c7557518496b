/**
 * DOS paths: made full, as RtlGetFullPathName_U does it.
 *
 *   fullPath(name, directoryOf, current)   `A:\DIR\NAME`; '' for a name of nothing
 *
 *   \??\, \\?\, \\.\ and so on    as they are                    A:\X     from the drive's root
 *   \??\, \\?\, \\.\ and so on    as they are              A:\X     from the drive's root
 *   X                           from the current directory
 *
 * `.` and `..` are resolved, and never lead above the root; `/` is a backslash; a component's
 * trailing dots and blanks go, as in every DOS name.
 */
import { dosDeviceOf } from './names.ts';

export function fullPath(
  name: string,
  directoryOf: (drive: string) => string,
  current: string,
): string {
  const typed = name.replaceAll('/', '\\');
  if (/^\\(\?\?|\\[?.])\\/.test(typed) || typed.trim() === '') return typed.trim();
  const [, letter, rest] = /^([a-z]:)?(.*)$/is.exec(typed)!;
  const drive = (letter ?? current.slice(0, 2)).toUpperCase();
  const from = rest!.startsWith('\\') ? '' : directoryOf(drive).slice(3);
  const parts = from === '' ? [] : from.split('\\');
  const last = rest!.slice(rest!.lastIndexOf('\\') + 1);
  const device = dosDeviceOf(last);
  if (device !== undefined) return `\\\\.\\${device}`;
  for (const part of rest!.split('\\')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part.replace(/[. ]+$/, '') || part);
  }
  const ends = last === '' && parts.length > 0 && rest !== '' ? '\\' : '';
  return `${drive}\\${parts.join('\\')}${ends}`;
}

/** `%NAME%` becomes its value; what is not set stays as it is. */
export function expandStrings(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => valueOf(name) ?? whole);
}
