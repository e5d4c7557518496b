/**
 * Directories: each claims its chain, and is looked at slot by slot.
 *
 *   addRoot(check)                     the root, and with `walk` all below it
 *   walk(check, queue)                 directories first, so that a file that runs into one gives
 *                                      way
 *   writeDots(check)                   at the end: `.` and `..` where they are missing
 */
import { MOST_DIRECTORY } from '../fat/volume.ts';
import { SLOT } from '../fat/geometry.ts';
import { BAD, END, FREE } from '../fat/table.ts';
import { ATTR_ARCHIVE, ATTR_DIRECTORY, DELETED, entriesOf, Slot, slotsIn } from '../fat/slots.ts';
import { claim, cut } from './chains.ts';
import { erase, isDot, isDotDot, parentStart, setDots } from './dots.ts';
import { inspect, isSound } from './entries.ts';
import { isGoodName } from './names.ts';
import type { Check, Directory, Found } from './state.ts';

export async function addRoot(check: Check): Promise<Directory> {
  const { volume, table } = check;
  const { geometry } = volume;
  const clusters: number[] = [];
  if (volume.wide) {
    const first = table.get(geometry.rootCluster);
    if (first === FREE || first === BAD) {
      check.problem('The root directory lies in a cluster that is not in use.');
      table.set(geometry.rootCluster, END);
    }
    clusters.push(
      ...claim(check, 'The root directory', geometry.rootCluster, mostOf(check)).clusters,
    );
  }
  const extents = volume.wide
    ? volume.extentsOf(clusters)
    : [{ offset: geometry.rootStart, length: geometry.rootSize }];
  const start = volume.wide ? geometry.rootCluster : 0;
  return read(check, { path: '\\', start, parent: undefined, clusters }, extents);
}

function mostOf({ volume }: Check): number {
  return Math.ceil(MOST_DIRECTORY / volume.geometry.clusterSize);
}

async function read(
  check: Check,
  what: Pick<Directory, 'path' | 'start' | 'parent' | 'clusters'>,
  extents: Directory['extents'],
): Promise<Directory> {
  const { bytes, unreadable } = await check.volume.readExtents(extents);
  if (unreadable > 0)
    check.hopeless(`${what.path}: ${unreadable} sectors of the directory cannot be read.`);
  const state = {
    dirty: false,
    moves: false,
    behind: true,
    short: new Set<string>(),
    long: new Set<string>(),
  };
  const directory: Directory = { ...what, bytes, extents, ...state };
  check.directories.push(directory);
  check.totals.inDirectories += what.clusters.length;
  return directory;
}

export async function walk(check: Check, queue: Directory[]): Promise<void> {
  for (let directory = queue.shift(); directory; directory = queue.shift())
    for (const found of inspect(check, directory)) {
      const below = await enter(check, found);
      if (below) queue.push(below);
    }
}

/** A name that is found: a directory to look into, or one more file. */
export async function enter(check: Check, found: Found): Promise<Directory | undefined> {
  const { slot, directory, path } = found;
  const { table, owned, volume } = check;
  if (!slot.isDirectory) {
    check.files.push(found);
    return undefined;
  }
  const start = slot.start(volume.wide);
  if (slot.size !== 0) {
    check.problem(`${path}: a directory has a size.`);
    slot.size = 0;
    directory.dirty = true;
  }
  const lost = !table.isCluster(start) || table.get(start) === FREE || table.get(start) === BAD;
  if (lost || owned[start]) {
    const why = lost ? 'it has no first cluster' : 'its clusters belong to another directory';
    check.problem(`${path}: the directory cannot be read, ${why}. Its name goes.`);
    erase(found);
    return undefined;
  }
  check.named.claimed++;
  if (!(await looksLikeOne(check, start))) {
    check.problem(`${path}: this is no directory. It becomes a file.`);
    slot.attributes = (slot.attributes & ~ATTR_DIRECTORY) | ATTR_ARCHIVE;
    slot.size = Math.min(chainOf(check, start).length * volume.geometry.clusterSize, 0xffff_ffff);
    directory.dirty = true;
    check.files.push(found);
    return undefined;
  }
  const { problems } = check;
  const { clusters, shared } = claim(check, path, start, mostOf(check));
  if (shared === undefined && check.problems === problems) check.whole++;
  if (shared !== undefined) {
    check.problem(`${path}: the directory runs into cluster ${shared}, which is another's.`);
    cut(check, clusters);
  }
  check.totals.directories++;
  const what = { path: `${path}\\`, start, parent: directory, clusters };
  return read(check, what, volume.extentsOf(clusters));
}

function chainOf({ table }: Check, start: number): number[] {
  const seen = new Set<number>();
  for (let at = start; table.isCluster(at) && !seen.has(at); at = table.get(at)) {
    if (table.get(at) === FREE || table.get(at) === BAD) break;
    seen.add(at);
  }
  return [...seen];
}

/**
 * Its first cluster begins with `.`, or most of what is in it could be names; or that cluster is
 * spoiled, and names with sound chains are in the others.
 */
async function looksLikeOne(check: Check, start: number): Promise<boolean> {
  const { wide } = check.volume;
  const { bytes, unreadable } = await check.volume.readExtents(check.volume.extentsOf([start]));
  const [one, two] = [new Slot(bytes, 0), new Slot(bytes, 1)];
  const own = one.isDirectory && one.start(wide) === start;
  if (own) check.named.proven++;
  if (unreadable > 0 || own || isDot(one) || isDotDot(two)) return true;
  let good = 0;
  let bad = 0;
  for (let index = 0; index < slotsIn(bytes); index++) {
    const slot = new Slot(bytes, index);
    if (slot.first === 0) break;
    const plausible =
      slot.first === DELETED || slot.isLong || (isGoodName(slot) && slot.attributes < 0x40);
    if (plausible) good++;
    else bad++;
  }
  return bad <= 2 || bad * 2 <= good || hasSound(check, start);
}

async function hasSound(check: Check, start: number): Promise<boolean> {
  const { bytes } = await check.volume.readExtents(check.volume.extentsOf(chainOf(check, start)));
  return Array.from({ length: slotsIn(bytes) }, (_, at) => new Slot(bytes, at)).some((slot) =>
    isSound(check, slot),
  );
}

export function writeDots(check: Check): void {
  for (const directory of check.directories) if (directory.parent) writeDotsOf(check, directory);
}

function writeDotsOf(check: Check, directory: Directory): void {
  const { bytes } = directory;
  const here = [isDot(new Slot(bytes, 0)), isDotDot(new Slot(bytes, 1))];
  if (here[0] && here[1]) return;
  check.problem(`${directory.path} has no '.' or '..'.`);
  const { end } = entriesOf(bytes);
  const slots = Array.from({ length: end }, (_, at) => bytes.slice(at * SLOT, (at + 1) * SLOT));
  const isHole = (slot: Slot) => slot.first === DELETED || isDot(slot) || isDotDot(slot);
  // What is before a hole moves up to it, and nothing moves down: see commit.ts.
  for (let count = 0; count < 2; count++) {
    const hole = slots.findIndex((slot) => isHole(new Slot(slot, 0)));
    if (hole >= 0) slots.splice(hole, 1);
  }
  if (!makeRoom(check, directory, (slots.length + 2) * SLOT)) {
    check.hopeless(`${directory.path}: there is no room for them.`);
    return;
  }
  directory.bytes.set(dots(check, directory));
  slots.forEach((slot, at) => directory.bytes.set(slot, (at + 2) * SLOT));
  directory.dirty = directory.moves = true;
}

export function makeRoom(check: Check, directory: Directory, length: number): boolean {
  if (length <= directory.bytes.length) return true;
  const added = check.allocate(END);
  if (added === undefined) return false;
  const last = directory.clusters.at(-1)!;
  check.table.set(last, added);
  check.grown.push({ from: last, to: added });
  directory.clusters.push(added);
  check.totals.inDirectories++;
  directory.extents = check.volume.extentsOf(directory.clusters);
  const bytes = new Uint8Array(directory.bytes.length + check.volume.geometry.clusterSize);
  bytes.set(directory.bytes);
  directory.bytes = bytes;
  return true;
}

function dots(check: Check, { start, parent }: Directory): Uint8Array {
  const bytes = new Uint8Array(2 * SLOT);
  const { wide } = check.volume;
  setDots(new Slot(bytes, 0), 1, start, wide);
  setDots(new Slot(bytes, 1), 2, parentStart(parent!), wide);
  return bytes;
}
