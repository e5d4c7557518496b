/**
 * Disks that are in no drive any more and not safe in the store yet.
 *
 * What was put out of a drive while the browser refused to keep it stays here, as long as the page
 * lives, and tries to be kept. Here it can be put into a drive again, downloaded, or given up.
 *
 *   release(disk)     a disk that has left its drive: closed where it is safe, else it stays here
 *   add(disk)         one that was in no drive, and is not to be kept
 *   list(), image(id) what is here
 *   takeOut(id)       for a drive; `id`, or the name under which it is kept
 *   discard(id)       for good
 */
import { reasonOf } from '../store/failures.ts';
import type { Disk } from './disk.ts';
import type { Shelf } from './shelf.ts';
import type { LooseDisk } from './types.ts';

export interface LooseOwner {
  say(message: string, error?: unknown): void;
  updated(): void;
}

export class Loose {
  readonly #owner: LooseOwner;
  readonly #shelf: Shelf;
  readonly #disks = new Map<string, Disk>();
  #count = 0;

  constructor(owner: LooseOwner, shelf: Shelf) {
    this.#owner = owner;
    this.#shelf = shelf;
  }

  async release(disk: Disk): Promise<void> {
    if (disk.unsaved) await disk.save().catch(() => undefined);
    if (!disk.unsaved) return this.#shelf.close(disk);
    const id = this.add(disk);
    const label = disk.label || 'The disk';
    disk.onSaved = () => {
      if (disk.unsaved || !this.#disks.delete(id)) return;
      this.#owner.say(`${label} is kept now.`);
      this.#owner.updated();
      void this.#shelf.close(disk);
    };
    const why = `${label} is out of its drive and not kept: ${reasonOf(disk.trouble)}.`;
    const what = 'It stays in this page until it is: insert it again or download it.';
    this.#owner.say(`${why} ${what}`, disk.trouble);
    this.#owner.updated();
  }

  /** Its id. */
  add(disk: Disk): string {
    const id = `loose ${++this.#count}`;
    this.#disks.set(id, disk);
    this.#owner.updated();
    return id;
  }

  /** One of them is to be kept. */
  get unsaved(): boolean {
    return [...this.#disks.values()].some((disk) => disk.unsaved);
  }

  list(): LooseDisk[] {
    return [...this.#disks].map(([id, { label, bytes, home, trouble }]) => ({
      id,
      label,
      bytes,
      words: home ? `not kept: ${reasonOf(trouble)}` : 'not kept',
    }));
  }

  /** Names under which the store may have older states of these disks. */
  names(): string[] {
    return [...this.#disks.values()].flatMap(({ hold }) => hold?.name ?? []);
  }

  image(id: string): Uint8Array | undefined {
    return this.#disks.get(id)?.image.slice();
  }

  takeOut(id: string): Disk | undefined {
    for (const [key, disk] of this.#disks) {
      if (key !== id && disk.hold?.name !== id) continue;
      this.#disks.delete(key);
      return disk;
    }
    return undefined;
  }

  async discard(id: string): Promise<void> {
    await this.#shelf.close(this.takeOut(id));
    this.#owner.updated();
  }
}
