/**
 * Disks that are in no drive any more and are safe nowhere else.
 *
 * What was put out of a drive while the browser refused to keep it stays here, as long as the page
 * lives, and tries to be kept. What somebody changed and nobody is to keep stays too, and waits.
 * Here both can be put into a drive again, downloaded, kept, or given up. Of the second kind there
 * are MOST: the oldest is let go for one more, and that is said.
 *
 *   release(disk)     a disk that has left its drive: closed where nothing is lost, else it stays
 *   add(disk)         one that was in no drive, and is not to be kept
 *   list()            what is here; `unsaved`, `unkept`: whether any is of the first, second kind
 *   image(id)         of one; downloaded(id): the person has that image
 *   keep(id, home)    it is to be kept from now on
 *   takeOut(id)       for a drive; `id`, or the name under which it is kept
 *   discard(id)       for good
 */
import { reasonOf } from '../store/failures.ts';
import type { Disk, DiskHome } from './disk.ts';
import type { Shelf } from './shelf.ts';
import type { LooseDisk } from './types.ts';
import { plainOnly } from './watch.ts';

export interface LooseOwner {
  say(message: string, error?: unknown): void;
  updated(): void;
}

const MOST = 16;

export class Loose {
  readonly #owner: LooseOwner;
  readonly #shelf: Shelf;
  readonly #disks = new Map<string, Disk>();
  /** Out of their drives, and not decided yet. */
  readonly #leaving = new Set<Disk>();
  #count = 0;

  constructor(owner: LooseOwner, shelf: Shelf) {
    this.#owner = owner;
    this.#shelf = shelf;
  }

  /** In none. */
  readonly drive = '';

  /** Nothing is written to what is in no drive. */
  readonly keeps = false;

  get unsaved(): boolean {
    return this.#all().some((disk) => disk.unsaved);
  }

  get unkept(): boolean {
    return this.#all().some((disk) => disk.unkept);
  }

  #all(): Disk[] {
    return [...this.#disks.values(), ...this.#leaving];
  }

  async release(disk: Disk): Promise<void> {
    this.#leaving.add(disk);
    if (disk.unsaved) await disk.save().catch(() => undefined);
    this.#leaving.delete(disk);
    if (!disk.unsaved && !disk.unkept) return this.#shelf.close(disk);
    const id = this.add(disk);
    const label = disk.label || 'The disk';
    disk.onSaved = () => {
      if (disk.unsaved || !this.#disks.delete(id)) return;
      this.#owner.say(`${label} is kept now.`);
      this.#owner.updated();
      void this.#shelf.close(disk);
    };
    if (disk.unkept) await this.#unkeptCame(label);
    else this.#unsavedCame(label, disk);
    this.#owner.updated();
  }

  /** Its id. */
  add(disk: Disk): string {
    const id = `loose ${++this.#count}`;
    this.#disks.set(id, disk);
    this.#owner.updated();
    return id;
  }

  #unsavedCame(label: string, { trouble }: Disk): void {
    const why = `${label} is out of its drive and not kept: ${reasonOf(trouble)}.`;
    const what = 'It stays in this page until it is: insert it again or download it.';
    this.#owner.say(`${why} ${what}`, trouble);
  }

  async #unkeptCame(label: string): Promise<void> {
    const what = 'It stays in this page: Insert has it, to be kept or downloaded.';
    this.#owner.say(`${label} was changed and is not kept. ${what}`);
    const waiting = [...this.#disks].filter(([, { home }]) => !home);
    const oldest = waiting.length > MOST ? waiting[0] : undefined;
    if (!oldest) return;
    this.#owner.say(`${oldest[1].label || 'A disk'}, changed and not kept, was let go.`);
    await this.discard(oldest[0]);
  }

  list(): LooseDisk[] {
    return [...this.#disks].map(([id, { label, bytes, trouble, home, words }]) => ({
      id,
      label,
      bytes,
      words: home ? `not kept: ${reasonOf(trouble)}` : words,
      toBeKept: home !== undefined,
    }));
  }

  /** Names under which the store may have older states of these disks. */
  names(): string[] {
    return [...this.#disks.values()].flatMap(({ hold }) => hold?.name ?? []);
  }

  image(id: string): Uint8Array | undefined {
    const disk = this.#disks.get(id);
    if (disk) plainOnly(disk, (words) => this.#owner.say(words));
    return disk?.image.slice();
  }

  downloaded(id: string): void {
    this.#disks.get(id)?.takenHome();
  }

  async keep(id: string, home: (label: string) => DiskHome): Promise<void> {
    const disk = this.#disks.get(id);
    if (!disk) return;
    disk.keepAt(home(disk.label));
    await disk.save();
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
