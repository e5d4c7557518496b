/**
 * Lost chains: clusters that are in use and belong to nothing.
 *
 *   lostChains(check)                 chains of them
 *   saveDirectories(check, chains)    those that are directories, with all below: DIR0000.CHK
 *   saveFiles(check, chains)          the others: FILE0000.CHK. Where the root has one slot left,
 *                                     all that remain become one file
 */
import { SLOT } from '../fat/geometry.ts';
import { ATTR_ARCHIVE, ATTR_DIRECTORY, DELETED, entriesOf, Slot, slotsIn } from '../fat/slots.ts';
import { BAD, FREE, UNKNOWN } from '../fat/table.ts';
import { cut } from './chains.ts';
import { enter, makeRoom } from './directories.ts';
import { isDot, isDotDot } from './dots.ts';
import { keyOf } from './names.ts';
import type { Check, Directory, Found } from './state.ts';

export function lostChains(check: Check): number[][] {
  const { table, owned } = check;
  const lost = (at: number) =>
    table.isCluster(at) && !owned[at] && ![FREE, BAD, UNKNOWN].includes(table.get(at));
  const all: number[] = [];
  const led = new Uint8Array(table.last + 1);
  for (let at = 2; at <= table.last; at++) {
    if (!lost(at)) continue;
    all.push(at);
    if (lost(table.get(at))) led[table.get(at)] = 1;
  }
  const taken = new Uint8Array(table.last + 1);
  const chains: number[][] = [];
  // Those that begin somewhere, then circles.
  for (const start of [...all.filter((at) => !led[at]), ...all]) {
    if (taken[start]) continue;
    const chain: number[] = [];
    let at = start;
    for (; lost(at) && !taken[at]; at = table.get(at)) {
      taken[at] = 1;
      chain.push(at);
    }
    chains.push(chain);
  }
  return chains;
}

/**
 * What `..` of a directory leads to; undefined: the chain is no directory, or a copy of one that is
 * there, as an ended defrag leaves it: what its names lead to is all others'.
 */
async function parentOf(check: Check, chain: readonly number[]): Promise<number | undefined> {
  const { volume, owned } = check;
  const { bytes } = await volume.readExtents(volume.extentsOf(chain.slice(0, 1)));
  const starts = entriesOf(bytes)
    .entries.filter(({ slot }) => !isDot(slot) && !isDotDot(slot))
    .map(({ slot }) => slot.start(volume.wide))
    .filter((start) => start !== 0);
  if (starts.length > 0 && starts.every((start) => owned[start])) return undefined;
  const [dot, dotDot] = [new Slot(bytes, 0), new Slot(bytes, 1)];
  const is = isDot(dot) && isDotDot(dotDot) && dot.start(volume.wide) === chain[0];
  return is ? dotDot.start(volume.wide) : undefined;
}

/** `settle` looks at all below one that was found: what is in it is not lost any more. */
export async function saveDirectories(
  check: Check,
  chains: readonly number[][],
  now: number,
  settle: (directory: Directory) => Promise<void>,
): Promise<void> {
  const root = check.directories[0]!;
  const parents = new Map<number, number>();
  for (const chain of chains) {
    const parent = await parentOf(check, chain);
    if (parent !== undefined) parents.set(chain[0]!, parent);
  }
  // The topmost of a tree first.
  const isTop = (start: number) => !parents.has(parents.get(start)!);
  const all = [...parents.keys()];
  for (const start of [...all.filter(isTop), ...all]) {
    if (check.owned[start]) continue;
    const found = addEntry(check, root, 'DIR', { start, size: 0, now });
    const below = found && (await enter(check, found));
    if (below) await settle(below);
  }
}

export function saveFiles(check: Check, chains: readonly number[][], now: number): number {
  const { table, owned, saved, totals, volume } = check;
  const root = check.directories[0]!;
  const left = [...chains];
  let made = 0;
  for (let chain = left.shift(); chain; chain = left.shift()) {
    if (left.length > 0 && slotsLeft(check, root) === 1) {
      for (const more of left.splice(0)) {
        table.set(chain.at(-1)!, more[0]!);
        chain = [...chain, ...more];
      }
    }
    const size = Math.min(chain.length * volume.geometry.clusterSize, 0xffff_ffff);
    if (!addEntry(check, root, 'FILE', { start: chain[0]!, size, now })) {
      check.hopeless('The root directory has no room for lost chains: they stay.');
      return made;
    }
    for (const cluster of chain) {
      owned[cluster] = 1;
      saved.add(cluster);
    }
    cut(check, chain);
    totals.recovered += chain.length;
    made++;
  }
  return made;
}

function slotsLeft({ volume }: Check, { bytes }: Directory): number {
  if (volume.wide) return Infinity;
  const { end } = entriesOf(bytes);
  let count = slotsIn(bytes) - end;
  for (let index = 0; index < end; index++) if (new Slot(bytes, index).first === DELETED) count++;
  return count;
}

interface Saving {
  readonly start: number;
  readonly size: number;
  readonly now: number;
}

/** Behind the last name, where a name that was deleted stays to be seen; else in its place. */
function addEntry(
  check: Check,
  root: Directory,
  kind: 'DIR' | 'FILE',
  { start, size, now }: Saving,
): Found | undefined {
  const name = freeName(root, kind);
  if (!name) return undefined;
  let { end: index } = entriesOf(root.bytes);
  if (index === slotsIn(root.bytes)) {
    const deleted = Array.from({ length: index }, (_, at) => at).find(
      (at) => new Slot(root.bytes, at).first === DELETED,
    );
    if (deleted !== undefined) index = deleted;
    else if (!check.volume.wide || !makeRoom(check, root, (index + 1) * SLOT)) return undefined;
  }
  const slot = new Slot(root.bytes, index);
  const behind = index + 1 < slotsIn(root.bytes) ? new Slot(root.bytes, index + 1) : undefined;
  if (slot.first === 0 && behind && behind.first !== 0) behind.first = 0;
  slot.bytes.fill(0);
  slot.name.set(name);
  slot.attributes = kind === 'DIR' ? ATTR_DIRECTORY : ATTR_ARCHIVE;
  slot.setStart(start, check.volume.wide);
  slot.size = size;
  slot.written = now;
  root.short.add(keyOf(slot));
  root.dirty = true;
  const entry = { index, from: index, slot, long: undefined };
  return { path: `\\${keyOf(slot)}`, directory: root, slot, entry };
}

/** Undefined where all of them are taken. */
function freeName(root: Directory, kind: 'DIR' | 'FILE'): Uint8Array | undefined {
  for (let number = 0; number < 10_000; number++) {
    const base = kind + String(number).padStart(4, '0');
    if (root.short.has(`${base}.CHK`)) continue;
    return Uint8Array.from(`${base.padEnd(8)}CHK`, (character) => character.charCodeAt(0));
  }
  return undefined;
}
