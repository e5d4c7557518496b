/**
 * Paths on a volume: checked, and folded for comparing.
 *
 * A path is components joined by single backslashes, without one at either end; '' is the root
 * directory. What a component may contain is the file system's business, except what would make two
 * paths of one.
 *
 * A path may have PATH_LIMIT units, as in NT. A message holds less: a name longer than that comes
 * in parts, each relative to the handle of a directory (ntdll/longname.ts), and goes to the file
 * system in parts too (io/relative.ts).
 */
import { RtlUpcase } from '../../../rtl/names.ts';
import * as Status from '../../../rtl/ntstatus.ts';

/** NT: UNICODE_STRING counts bytes in 16 bits. */
export const PATH_LIMIT = 32_767;
const COMPONENT_LIMIT = 255;
const DOT = 0x2e;

export interface CheckedPath {
  readonly status: number;
  readonly path: string;
  /** It ended in a backslash: a directory is meant. */
  readonly directory: boolean;
}

export function checkPath(path: string): CheckedPath {
  const directory = path.endsWith('\\');
  const trimmed = withoutBackslashes(path);
  if (trimmed.length > PATH_LIMIT)
    return { status: Status.STATUS_NAME_TOO_LONG, path: '', directory };
  if (trimmed === '') return { status: Status.STATUS_SUCCESS, path: '', directory };
  for (let at = 0; at <= trimmed.length;) {
    const next = trimmed.indexOf('\\', at);
    const end = next < 0 ? trimmed.length : next;
    const status = judgeComponent(trimmed, at, end);
    if (status !== Status.STATUS_SUCCESS) return { status, path: '', directory };
    at = end + 1;
  }
  return { status: Status.STATUS_SUCCESS, path: trimmed, directory };
}

function withoutBackslashes(path: string): string {
  let [begin, end] = [0, path.length];
  while (begin < end && path[begin] === '\\') begin++;
  while (end > begin && path[end - 1] === '\\') end--;
  return path.slice(begin, end);
}

/** Of the component of `path` between two places: not empty, no `.` or `..`, without a NUL. */
function judgeComponent(path: string, begin: number, end: number): number {
  let dots = 0;
  for (let at = begin; at < end; at++) {
    const unit = path.charCodeAt(at);
    if (unit === 0) return Status.STATUS_OBJECT_NAME_INVALID;
    if (unit === DOT) dots++;
  }
  const length = end - begin;
  if (length <= 2 && dots === length) return Status.STATUS_OBJECT_NAME_INVALID;
  return length > COMPONENT_LIMIT ? Status.STATUS_NAME_TOO_LONG : Status.STATUS_SUCCESS;
}

export function foldPath(path: string): string {
  return RtlUpcase(path);
}

export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}\\${name}`;
}

/** The directory that a path's last component is in. */
export function parentPath(path: string): string {
  const end = path.lastIndexOf('\\');
  return end < 0 ? '' : path.slice(0, end);
}
