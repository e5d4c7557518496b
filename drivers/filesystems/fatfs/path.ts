/**
 * From a path on the volume to its directory entry.
 *
 *   splitPath(path)            components; STATUS_OBJECT_NAME_INVALID for `.` and `..`, which are
 *                              the business of whoever took the path in
 *   walk(volume, components)   the parent directory, and the entry if there is one
 */
import { FILE_ATTRIBUTE_DIRECTORY } from '../../../personality/rtl/nt.ts';
import { NtException, Status } from '../../../personality/rtl/status.ts';
import { findEntry, type FoundEntry } from './directory.ts';
import type { Fcb } from './fcb.ts';
import { ROOT, type Volume } from './volume.ts';

/** A path longer than this is not looked up (NT: 260 units from the root). */
const MAXIMUM_PATH = 1024;

export interface Walked {
  /** First cluster of the directory that holds, or would hold, the name. */
  parent: number;
  name: string;
  found: FoundEntry | undefined;
  /** First clusters of all directories on the way, the root's first. */
  way: number[];
}

export function splitPath(path: string): string[] {
  if (path.length > MAXIMUM_PATH) throw new NtException(Status.STATUS_NAME_TOO_LONG);
  const components = path.split('\\').filter((part) => part !== '');
  if (components.includes('.') || components.includes('..'))
    throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  return components;
}

/** At least one component. STATUS_OBJECT_PATH_NOT_FOUND where a directory on the way is missing. */
export async function walk(volume: Volume, components: readonly string[]): Promise<Walked> {
  let parent = ROOT;
  const way = [ROOT];
  for (const name of components.slice(0, -1)) {
    const found = await findEntry(volume, parent, name);
    if (!found || !(found.entry.attributes & FILE_ATTRIBUTE_DIRECTORY))
      throw new NtException(Status.STATUS_OBJECT_PATH_NOT_FOUND);
    parent = found.entry.firstCluster;
    // 0 would be the root: only `..` may say that.
    if (parent === ROOT) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
    way.push(parent);
  }
  const name = components.at(-1)!;
  return { parent, name, found: await findEntry(volume, parent, name), way };
}

export function fileOf(volume: Volume, walked: Walked): Fcb | undefined {
  const { parent, found } = walked;
  return found && volume.fileAt(parent, found.slot, found.entry, found.name);
}
