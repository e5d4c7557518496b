/** `.` and `..` of a directory, and how a name goes. */
import { ATTR_DIRECTORY, DELETED, Slot } from '../fat/slots.ts';
import type { Directory, Found } from './state.ts';

/** Every slot of the name. */
export function erase({ directory, entry }: Found): void {
  for (let index = entry.from; index <= entry.index; index++)
    new Slot(directory.bytes, index).first = DELETED;
  directory.dirty = true;
}

const [DOT, BLANK] = [0x2e, 0x20];

function isDots({ name }: Slot, count: number): boolean {
  return name.every((byte, at) => byte === (at < count ? DOT : BLANK));
}

export function isDot(slot: Slot): boolean {
  return isDots(slot, 1);
}

export function isDotDot(slot: Slot): boolean {
  return isDots(slot, 2);
}

/** A slot that is `.` (1) or `..` (2), with these clusters. */
export function setDots(slot: Slot, count: number, start: number, wide: boolean): void {
  slot.name.fill(BLANK);
  slot.name.fill(DOT, 0, count);
  slot.attributes = ATTR_DIRECTORY;
  slot.caseBits = 0;
  slot.setStart(start, wide);
  slot.size = 0;
}

/** As `..` says it: the root is 0. */
export function parentStart(parent: Directory): number {
  return parent.parent ? parent.start : 0;
}
