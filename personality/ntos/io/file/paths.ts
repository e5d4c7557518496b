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

export interface CheckedPath {
  readonly status: number;
  readonly path: string;
  /** It ended in a backslash: a directory is meant. */
  readonly directory: boolean;
}

export function checkPath(path: string): CheckedPath {
  const directory = path.endsWith('\\');
  const trimmed = path.replace(/^\\+|\\+$/g, '');
  if (trimmed.length > PATH_LIMIT)
    return { status: Status.STATUS_NAME_TOO_LONG, path: '', directory };
  if (trimmed === '') return { status: Status.STATUS_SUCCESS, path: '', directory };
  for (const component of trimmed.split('\\')) {
    if (component === '' || component === '.' || component === '..' || component.includes('\0'))
      return { status: Status.STATUS_OBJECT_NAME_INVALID, path: '', directory };
    if (component.length > COMPONENT_LIMIT)
      return { status: Status.STATUS_NAME_TOO_LONG, path: '', directory };
  }
  return { status: Status.STATUS_SUCCESS, path: trimmed, directory };
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
