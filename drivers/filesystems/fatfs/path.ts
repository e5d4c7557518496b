/**
 * From a path on the volume to its directory entry.
 *
 *   splitPath(path)                   components; STATUS_OBJECT_NAME_INVALID for `.` and `..`,
 *                                     which are the business of whoever took the path in
 *   startOf(volume, related)          the directory that a path begins at
 *   walk(volume, start, components)   the parent directory, and the entry if there is one
 *   isBelow(volume, start, cluster)   whether a directory is another one or lies below it
 *   reaches(volume, cluster, room)    whether a path below a directory is longer than that
 *
 * How long a path may be is the I/O manager's business. It gives a long one in parts, each relative
 * to a directory that is open.
 */
import { FILE_ATTRIBUTE_DIRECTORY } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { findEntry, type FoundEntry } from './directory.ts';
import { decodeDirent } from './dirent.ts';
import { indexOf } from './dirindex.ts';
import type { Fcb } from './fcb.ts';
import { isHome } from './homes.ts';
import { readSlot } from './slots.ts';
import { ROOT, type Volume } from './volume.ts';

export interface Walked {
  /** First cluster of the directory that holds, or would hold, the name. */
  parent: number;
  name: string;
  found: FoundEntry | undefined;
}

export function splitPath(path: string): string[] {
  const components = path.split('\\').filter((part) => part !== '');
  if (components.includes('.') || components.includes('..'))
    throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  return components;
}

/** `related`: the number of a directory's Fcb, or 0 for the root. */
export function startOf(volume: Volume, related: number): Fcb {
  const file = related === 0 ? volume.root : volume.byNumber(related);
  if (!file) throw new NtException(Status.STATUS_OBJECT_PATH_NOT_FOUND);
  if (file.removed) throw new NtException(Status.STATUS_FILE_DELETED);
  if (!file.isDirectory) throw new NtException(Status.STATUS_NOT_A_DIRECTORY);
  // 0 would be the root: only `..` may say that.
  if (!file.isRoot && file.entry.firstCluster === ROOT)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return file;
}

/**
 * At least one component. STATUS_OBJECT_PATH_NOT_FOUND where a directory on the way is missing,
 * STATUS_FILE_CORRUPT_ERROR where one has another name already (homes.ts).
 */
export async function walk(
  volume: Volume,
  start: Fcb,
  components: readonly string[],
): Promise<Walked> {
  let parent = start.entry.firstCluster;
  for (const name of components.slice(0, -1)) {
    const found = await findEntry(volume, parent, name);
    if (!found || !isDirectory(found)) throw new NtException(Status.STATUS_OBJECT_PATH_NOT_FOUND);
    await checkHome(volume, parent, found);
    parent = found.entry.firstCluster;
  }
  const name = components.at(-1)!;
  const found = await findEntry(volume, parent, name);
  if (found && isDirectory(found)) await checkHome(volume, parent, found);
  return { parent, name, found };
}

async function checkHome(
  volume: Volume,
  parent: number,
  { slot, entry }: FoundEntry,
): Promise<void> {
  if (!(await isHome(volume, entry.firstCluster, parent, slot)))
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
}

const isDirectory = ({ entry }: FoundEntry): boolean =>
  (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;

export function fileOf(volume: Volume, walked: Walked): Fcb | undefined {
  const { parent, found } = walked;
  return found && volume.fileAt(parent, found.slot, found.entry, found.name);
}

/**
 * Follows `..` up to the root, which some write as the cluster that it begins at (FAT32). A damaged
 * disk may have a circle there: it has an end too.
 */
export async function isBelow(volume: Volume, start: number, cluster: number): Promise<boolean> {
  const seen = new Set<number>();
  for (let at = start; at !== ROOT && !seen.has(at);) {
    if (at === cluster) return true;
    seen.add(at);
    const up = await findEntry(volume, at, '..');
    if (!up) throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
    const { firstCluster } = up.entry;
    at = firstCluster === volume.geometry.rootCluster ? ROOT : firstCluster;
  }
  return false;
}

/** In units, the backslash before each name counted. Each directory is looked at once. */
export async function reaches(volume: Volume, cluster: number, room: number): Promise<boolean> {
  const seen = new Set<number>();
  const waiting = [{ cluster, length: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.cluster)) continue;
    seen.add(next.cluster);
    const { entries, pieces } = await indexOf(volume, next.cluster);
    for (const [slot, { name }] of entries) {
      if (name === '.' || name === '..') continue;
      const length = next.length + 1 + name.length;
      if (length > room) return true;
      const raw = await readSlot(volume, pieces, slot);
      const { attributes, firstCluster } = decodeDirent(raw, volume.wide);
      const inside = (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0 && firstCluster !== ROOT;
      if (inside) waiting.push({ cluster: firstCluster, length });
    }
  }
  return false;
}
