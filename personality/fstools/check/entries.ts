/**
 * The entries of a directory: names, attributes, long names, `.` and `..`, labels.
 *
 *   inspect(check, directory, from)   what is in it, its problems ended; `.`, `..` and labels are
 *                                     not told. `from`: the slots before it were seen already
 *   lookBehind(check, directory)      names behind the end mark: those that are sound come back
 *   isSound(check, slot)              a name with a chain as long as it should be, and nobody's yet
 */
import { RtlUpcase } from '../../rtl/names.ts';
import {
  ATTR_DIRECTORY,
  ATTR_LABEL,
  ATTR_LONG,
  DELETED,
  type Entry,
  entriesOf,
  labelOf,
  nameOf,
  Slot,
  slotsIn,
} from '../fat/slots.ts';
import { BAD, FREE } from '../fat/table.ts';
import { erase, isDot, isDotDot, parentStart, setDots } from './dots.ts';
import { cleanLabel, isGoodLabel, isGoodName, keyOf, rename } from './names.ts';
import type { Check, Directory, Found } from './state.ts';

const KNOWN_ATTRIBUTES = 0x3f;
/** Besides hidden, system and the like. */
const WRONG_OF_DOTS = 0xd8;
/** Of Linux: no short name. Nothing else knows it. */
const NO_SHORT_NAME = 0x20;

export function inspect(check: Check, directory: Directory, from = 0): Found[] {
  const { bytes, path } = directory;
  const { entries, orphans } = entriesOf(bytes);
  const lost = orphans.filter((index) => index >= from);
  if (lost.length > 0) {
    check.problem(`${path}: ${lost.length} slots of long names belong to no file.`);
    for (const index of lost) new Slot(bytes, index).first = DELETED;
    directory.dirty = true;
  }
  const state = { label: false };
  const found: Found[] = [];
  for (const entry of entries) {
    if (entry.index < from) continue;
    const { slot } = entry;
    const what: Found = { path: path + (entry.long ?? nameOf(slot)), directory, slot, entry };
    if (isDots(check, what) || isLabel(check, what, state)) continue;
    checkAttributes(check, what);
    checkLongSlots(check, what);
    checkNames(check, what);
    const named = path + (entry.long ?? nameOf(slot));
    check.seen.push(named);
    found.push({ ...what, path: named });
  }
  return found;
}

/** They are where they belong, with the clusters that they belong to; others go. */
function isDots(check: Check, what: Found): boolean {
  const { slot, directory, entry, path } = what;
  const { parent, start } = directory;
  const { wide } = check.volume;
  const count = entry.index + 1;
  if (parent && count <= 2) {
    const right = count === 1 ? start : parentStart(parent);
    const named = count === 1 ? isDot(slot) : isDotDot(slot);
    // A name that was damaged still leads there.
    if (!named && !(slot.isDirectory && slot.start(wide) === right)) return false;
    const { size, caseBits, attributes } = slot;
    const good = slot.start(wide) === right && size === 0 && caseBits === 0;
    if (named && good && (attributes & WRONG_OF_DOTS) === ATTR_DIRECTORY) return true;
    check.problem(`${directory.path}${'.'.repeat(count)} is not what it should be.`);
    setDots(slot, count, right, wide);
    directory.dirty = true;
    return true;
  }
  if (!isDot(slot) && !isDotDot(slot)) return false;
  check.problem(`${path}: such a name cannot be here.`);
  erase(what);
  return true;
}

function isLabel(check: Check, what: Found, state: { label: boolean }): boolean {
  const { slot, directory, path } = what;
  if (!slot.isLabel) return false;
  const { wide } = check.volume;
  const [start, size] = [slot.start(wide), slot.size];
  if (start !== 0 && size !== 0) return false;
  if (directory.parent || state.label) {
    check.problem(`${path}: a label cannot be here.`);
    erase(what);
    return true;
  }
  state.label = true;
  const good = isGoodLabel(slot.name);
  if (start !== 0 || size !== 0 || !good) {
    check.problem(`The label ${labelOf(slot)} cannot be as it is.`);
    slot.setStart(0, wide);
    slot.size = 0;
    if (!good) cleanLabel(slot.name);
    directory.dirty = true;
  }
  check.label = slot.name.slice();
  return true;
}

function checkAttributes(check: Check, { slot, directory, path }: Found): void {
  const wrong = slot.attributes & (ATTR_LABEL | ~KNOWN_ATTRIBUTES);
  if (wrong === 0 && (slot.caseBits & NO_SHORT_NAME) === 0) return;
  check.problem(`${path} has attributes that cannot be.`);
  slot.attributes &= ~wrong;
  slot.caseBits &= ~NO_SHORT_NAME;
  directory.dirty = true;
}

/** What means nothing in them; some who read them want it to be zero. */
function checkLongSlots(check: Check, { directory, entry, path }: Found): void {
  const slots = Array.from(
    { length: entry.index - entry.from },
    (_, at) => new Slot(directory.bytes, entry.from + at),
  );
  const wrong = slots.filter((slot) => slot.attributes !== ATTR_LONG || slot.caseBits !== 0);
  if (wrong.length === 0) return;
  check.problem(`${path}: the long name's slots have attributes that cannot be.`);
  for (const slot of wrong) {
    slot.attributes = ATTR_LONG;
    slot.caseBits = 0;
  }
  directory.dirty = true;
}

function checkNames(check: Check, { slot, directory, entry, path }: Found): void {
  const good = isGoodName(slot);
  if (!good || directory.short.has(keyOf(slot))) {
    const why = good ? 'is there twice' : 'is no name';
    check.problem(`${path}: the short name ${nameOf(slot)} ${why}.`);
    rename(directory, entry);
  }
  directory.short.add(keyOf(slot));
  if (entry.long === undefined) return;
  // Unit by unit, as the driver compares: `ß` is not `SS`.
  const long = RtlUpcase(entry.long);
  if (directory.long.has(long)) {
    check.problem(`${path}: the long name is there twice.`);
    dropLong(directory, entry);
  }
  directory.long.add(long);
}

function dropLong(directory: Directory, { from, index }: Entry): void {
  for (let at = from; at < index; at++) new Slot(directory.bytes, at).first = DELETED;
  directory.dirty = true;
}

export function lookBehind(check: Check, directory: Directory): Found[] {
  directory.behind = false;
  const { bytes, path } = directory;
  const { end } = entriesOf(bytes);
  const behind = Array.from({ length: slotsIn(bytes) - end }, (_, at) => new Slot(bytes, end + at));
  if (behind.every(({ first }) => first === 0 || first === DELETED)) return [];
  const sound = behind.map((slot) => isSound(check, slot));
  const last = sound.lastIndexOf(true);
  check.problem(`${path}: there are names behind the end of the directory.`);
  behind.forEach((slot, at) => {
    if (at <= last && (slot.first === 0 || !(sound[at] || slot.isLong))) slot.first = DELETED;
    if (at > last && slot.first !== DELETED) slot.first = 0;
  });
  directory.dirty = true;
  return last < 0 ? [] : inspect(check, directory, end);
}

/** It has clusters that are nobody's, and as many as it should. */
export function isSound({ table, owned, volume }: Check, slot: Slot): boolean {
  const { first, attributes, isLong, isLabel } = slot;
  if (first === 0 || first === DELETED || isLong || isLabel || attributes > KNOWN_ATTRIBUTES)
    return false;
  if (!isGoodName(slot)) return false;
  const seen = new Set<number>();
  let at = slot.start(volume.wide);
  for (; table.isCluster(at) && !owned[at] && !seen.has(at); at = table.get(at)) {
    if (table.get(at) === FREE || table.get(at) === BAD) return false;
    seen.add(at);
  }
  if (seen.size === 0 || !table.isEnd(at)) return false;
  if (slot.isDirectory) return slot.size === 0;
  return Math.ceil(slot.size / volume.geometry.clusterSize) === seen.size;
}
