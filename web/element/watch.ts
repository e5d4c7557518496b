/**
 * What people are told about the keeping of the disks in the drives, and what is remembered of it.
 *
 *   begin(slot, disk)             the disk is about to be in this drive
 *   troubled(slot, disk, error, what?)
 *                                 it could not be kept: said once, until it is kept again
 *   imageTaken(slot)              its image was asked for: is it whole, and is the disk kept?
 *   plainOnly(disk, say)          what of the disk no image has
 *   remember(slot)                after a reload the drive has this disk
 */
import { reasonOf } from '../store/failures.ts';
import type { Disk, Mended } from './disk.ts';
import { type Shelf, textOf } from './shelf.ts';
import type { Slot, SlotOwner } from './slot.ts';
import type { Drive } from './types.ts';

const MENDED: Record<Mended, (label: string) => string> = {
  gone: (label) => `What was kept of ${label} was deleted elsewhere; it is kept anew.`,
  other: (label) => `Another tab put something else in the place of ${label}; it has its own now.`,
  damaged: (label) => `What was kept of ${label} was damaged or set back; it is kept anew.`,
};

export interface WatchOwner extends SlotOwner {
  say(message: string, error?: unknown, about?: Drive): void;
}

export function plainOnly({ beyond, label }: Disk, say: (words: string) => void): void {
  if (beyond)
    say(`An image cannot have all of ${label || 'this disk'}: its ${beyond} stay behind.`);
}

export class Watch {
  /** All that was asked to be remembered is. */
  remembered: Promise<unknown> = Promise.resolve();
  readonly #shelf: Shelf;
  readonly #owner: WatchOwner;
  readonly #said = new WeakMap<Disk, string>();
  /** The store refused to remember what is in them: again when it takes something. */
  readonly #forgotten = new Set<Slot>();

  constructor(shelf: Shelf, owner: WatchOwner) {
    this.#shelf = shelf;
    this.#owner = owner;
  }

  begin(slot: Slot, disk: Disk): void {
    const { drive } = slot;
    disk.onKept = () => void this.remember(slot);
    disk.onMended = (what) => this.#owner.say(MENDED[what](disk.label || drive));
    disk.onSaved = () => {
      if (slot.disk !== disk) return;
      this.#owner.changed(drive, 'saved');
      if (disk.unsaved) return;
      if (this.#forgotten.has(slot)) void this.remember(slot);
      const now = `What was written to ${drive} is kept now.`;
      if (this.#said.delete(disk)) this.#owner.say(now, undefined, drive);
      this.#owner.updated();
    };
  }

  troubled(slot: Slot, disk: Disk, error: unknown, what?: string): void {
    const { drive } = slot;
    const words = `${what ?? `What was written to ${drive} is not safe yet.`} ${textOf(error)}`;
    if (this.#said.get(disk) === words) return;
    this.#said.set(disk, words);
    this.#owner.say(words, error, drive);
    this.#owner.updated();
  }

  imageTaken({ disk, drive }: Slot): void {
    if (disk) plainOnly(disk, (words) => this.#owner.say(words));
    if (disk?.damage)
      this.#owner.say(`The image of ${drive} is what is left of the disk: ${disk.damage}.`);
    if (!disk?.trouble || !disk.unsaved) return;
    const why = `not kept: ${reasonOf(disk.trouble)}`;
    this.#owner.say(`The image of ${drive} is whole, but the disk is ${why}.`, disk.trouble);
  }

  async remember(slot: Slot): Promise<void> {
    const hold = slot.disk?.hold;
    if (!hold || !slot.disk?.home) return;
    const done = this.#shelf.remember(hold.prefix, slot.drive, hold.name);
    this.remembered = Promise.all([this.remembered, done]);
    if (await done) this.#forgotten.delete(slot);
    else this.#forgotten.add(slot);
  }
}
