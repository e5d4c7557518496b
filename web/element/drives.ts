/**
 * The drives and what is in them: the one place that decides whether a disk is kept.
 *
 * - A disk that a person inserts is kept at once, under a name of its own, where the element has a
 *   prefix to keep under. One that an address names is kept when it is changed.
 * - A disk of a link, or one inserted with `persist: false`, lasts as long as the page, until
 *   `keep`. It leaves alone what is remembered of its drive.
 * - A disk that another tab owns is write-protected; when it is free it is read again first.
 * - What the store refuses hinders nothing: the disk is in memory (disk.ts), in its drive or out of
 *   it (loose.ts), and is said not to be kept. What the system could not write back does: the disk
 *   stays in.
 * - A disk that comes over a network is fetched outside its drive's order (arrivals.ts).
 *
 *   load(first)                    fills the drives before a system starts
 *   insert, eject, image, keep     one drive, by a person or an author
 *   insertKept, kept, shelve       disks on the shelf; `loose`: on none
 *   news                           what the system tells of the disks (disk-news.ts)
 *   attach, detach, close          a system begins, ends; the element ends
 */
import type { DiskInfo } from '../store/types.ts';
import { whenFree } from './another-tab.ts';
import { Arrivals, type ArrivalsOwner } from './arrivals.ts';
import type { Disk } from './disk.ts';
import { DiskMaker } from './disk-maker.ts';
import { DiskNews } from './disk-news.ts';
import { type FirstDisks, type Later, loadFirst, type Loading, type Start } from './first-disks.ts';
import { KeptMemory } from './kept-memory.ts';
import { Loose } from './loose.ts';
import type { Session } from './session.ts';
import type { Shelf } from './shelf.ts';
import { shelve } from './shelving.ts';
import { Slot, type SlotOwner } from './slot.ts';
import {
  comesLater,
  fileName,
  type Named,
  type NamedImage,
  readSource,
  type Source,
  sourceOf,
} from './source.ts';
import {
  type Drive,
  DRIVES,
  type DriveView,
  type FirstDisk,
  type ImageSource,
  type InsertOptions,
  insertOptionsOf,
  REMOVED,
} from './types.ts';
import { Standings, type Turned } from './standings.ts';
import { plainOnly, Watch } from './watch.ts';

export interface DrivesOwner extends SlotOwner, ArrivalsOwner {
  /** It is in its page no more: nobody would take a disk out again. */
  gone(): boolean;
  /** The prefix to keep disks under, undefined to keep none. */
  prefix(): string | undefined;
  /** `about`: of no interest once another disk is in there. */
  say(message: string, error?: unknown, about?: Drive): void;
  /** A drive's disk, or one in no drive, has become unsaved or unkept, or is so no more. */
  turned: Turned;
}

export class Drives {
  readonly loose: Loose;
  readonly standings: Standings;
  readonly news: DiskNews;
  /** What the machine remembers without a disk. */
  readonly memory: KeptMemory;
  readonly #owner: DrivesOwner;
  readonly #shelf: Shelf;
  readonly #make: DiskMaker;
  readonly #watch: Watch;
  readonly #slots: Slot[];
  readonly #arrivals: Arrivals;
  /** The disk that a drive had from the start. */
  readonly #firsts = new WeakMap<Slot, Disk>();

  constructor(outside: DrivesOwner, shelf: Shelf) {
    const updated = (): void => {
      outside.updated();
      this.standings.look();
    };
    const owner: DrivesOwner = { ...outside, updated };
    this.#owner = owner;
    this.#shelf = shelf;
    this.loose = new Loose(owner, shelf);
    this.#make = new DiskMaker(shelf, owner);
    this.memory = new KeptMemory(shelf, () => owner.prefix());
    this.#watch = new Watch(shelf, owner);
    this.#slots = DRIVES.map((drive, index) => new Slot(drive, index, owner));
    this.news = new DiskNews(this.#slots, this.#watch, owner);
    this.#arrivals = new Arrivals(owner);
    const views = () => [...this.#slots.map(({ view }) => view), this.loose];
    this.standings = new Standings(views, outside.turned);
  }

  /** Whether there is a place to keep disks. */
  get keeps(): boolean {
    return this.#owner.prefix() !== undefined && !this.#shelf.denied;
  }

  /** Once all is done that was asked of the drive before. */
  diskIn(drive: Drive): Promise<Disk | undefined> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => slot.disk);
  }

  /** Differs when another kept disk is in a drive, or another state of it. */
  get standing(): string {
    const states = this.#slots.map(({ disk }) => [disk?.hold?.name, disk?.hold?.info?.generation]);
    return JSON.stringify([states, this.loose.names()]);
  }

  get views(): DriveView[] {
    return this.#slots.map((slot) => this.#arrivals.view(slot.view));
  }

  load(first: FirstDisks): Loading {
    const prefix = this.#owner.prefix();
    const recalled = prefix === undefined ? Promise.resolve({}) : this.#shelf.recall(prefix);
    const start: Start = { ...first, prefix, recalled, turn: this.#arrivals.turn };
    return loadFirst(this.#slots, (slot) => this.#bring(slot, start), {
      isNamed: ({ drive }) => Boolean(first.disks[drive] ?? first.addresses[drive]),
      isFirst: (slot) => slot.disk !== undefined && this.#firsts.get(slot) === slot.disk,
      say: (message, error, about) => this.#owner.say(message, error, about),
    });
  }

  async insert(drive: Drive, given: ImageSource, options: InsertOptions = {}): Promise<void> {
    const slot = this.#slot(drive);
    const source = sourceOf(given);
    const put = (found: NamedImage): Promise<void> => this.#insert(slot, found, options);
    if (comesLater(source)) return this.#arrive(slot, source, options, put);
    const bring = async (): Promise<void> => put(await readSource(source, options));
    return slot.inOrder(() => slot.filling(bring));
  }

  /** Undefined where the drive was empty. `takenHome`: somebody wants the image. */
  eject(drive: Drive, takenHome = false, pulled = false): Promise<Uint8Array | undefined> {
    const slot = this.#slot(drive);
    this.#arrivals.cancel(drive);
    return slot.inOrder(async () => {
      const disk = await slot.takeOut(pulled);
      if (!disk) return undefined;
      const image = disk.image.slice();
      if (takenHome) plainOnly(disk, (words) => this.#owner.say(words));
      const { home } = disk;
      await this.loose.release(disk);
      if (home) await this.#shelf.forget(home.prefix, drive);
      return image;
    });
  }

  /** `takenHome`: a person downloads it. `asIs`: what is still to be written is not waited for. */
  image(drive: Drive, takenHome = false, asIs = false): Promise<Uint8Array | undefined> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => {
      if (!asIs) await slot.flush();
      if (takenHome) slot.disk?.takenHome();
      const image = await slot.medium(asIs);
      this.#watch.imageTaken(slot);
      return image;
    });
  }

  /** All that was written to it is in it, and what it has beyond plain sectors. */
  asWritten(drive: Drive): Promise<Disk | undefined> {
    const slot = this.#slot(drive);
    return slot.inOrder(() => slot.handedOver());
  }

  /** Writes back, and tries to keep; afterwards the drive's view says whether it is. */
  settle(drive: Drive): Promise<DriveView> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => {
      await slot.flush();
      return slot.view;
    });
  }

  /** Keeps a disk that was not. Rejects in words where it cannot be. */
  keep(drive: Drive): Promise<void> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => {
      const { disk } = slot;
      if (!disk) return;
      await slot.flush();
      await this.#keepNow(slot, disk, this.#owner.prefix() ?? '');
    });
  }

  /** `name` of a kept disk, or the id of a loose one; false: it was said why it is not in. */
  async insertKept(drive: Drive, name: string): Promise<boolean> {
    const slot = this.#slot(drive);
    const prefix = this.#owner.prefix() ?? '';
    this.#arrivals.cancel(drive);
    return slot.inOrder(async () => {
      const isIn = await this.#putKept(slot, name, prefix);
      if (isIn) await this.#watch.remember(slot);
      return isIn;
    });
  }

  /** Work on the disk that is in a drive then, in the drive's order. */
  withDisk<T>(drive: Drive, work: (slot: Slot, disk: Disk | undefined) => Promise<T>): Promise<T> {
    const slot = this.#slot(drive);
    return slot.inOrder(() => work(slot, slot.disk));
  }

  /** Names of the kept disks that are in the drives, in their order; empty: none. */
  get names(): string[] {
    return this.#slots.map(({ disk }) => (disk?.hold?.info ? disk.hold.name : ''));
  }

  /** The kept disks that are in no drive here. */
  async kept(): Promise<DiskInfo[]> {
    const here = new Set([...this.names, ...this.loose.names()]);
    const all = await this.#shelf.list(this.#owner.prefix() ?? '');
    return all.filter(({ name }) => !here.has(name));
  }

  async keepLoose(id: string): Promise<void> {
    const prefix = this.#owner.prefix() ?? '';
    await this.loose.keep(id, (label) => this.#make.home(prefix, label));
  }

  /** Into no drive. */
  shelve(given: ImageSource, pick?: string): Promise<string> {
    return shelve(given, pick, this.#owner.prefix(), this.#make, this.loose);
  }

  async attach(session: Session): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.inOrder(() => slot.attach(session))));
  }

  /** When something last came of a disk that is on its way (performance.now). */
  get heard(): number {
    return this.#arrivals.heard;
  }

  /** What is on its way to a drive does not come any more. */
  giveUp(): void {
    this.#arrivals.cancelAll();
  }

  /** Not in order: what waits there may wait for the system that ends. */
  async detach(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.detach()));
  }

  /** The disks leave the page; kept ones are free for other tabs, and remembered. */
  async close(): Promise<void> {
    this.giveUp();
    const closing = this.#slots.map((slot) =>
      slot.inOrder(async () => {
        const { disk } = slot;
        // Whatever the machine says now: a hold that is not closed locks the disk for good.
        await slot.leave();
        if (disk) await this.loose.release(disk);
        await this.#watch.remembered;
      }),
    );
    await Promise.all([...closing, this.memory.close()]);
  }

  #slot(drive: Drive): Slot {
    if (this.#owner.gone()) throw new Error(REMOVED);
    return this.#slots[DRIVES.indexOf(drive)]!;
  }

  /** In the drive's order, before a system starts; what is far comes later. */
  async #bring(slot: Slot, start: Start): Promise<Later | undefined> {
    if (slot.disk) return undefined;
    const { drive } = slot;
    const { prefix } = start;
    const first = start.disks[drive];
    if (first !== undefined) return this.#bringFirst(slot, first, start);
    const name = (await start.recalled)[drive];
    const kept = name && prefix !== undefined && (await this.#putKept(slot, name, prefix));
    const address = start.addresses[drive];
    if (!kept && address) return this.#bringAddress(slot, address, start);
    if (slot.disk) this.#firsts.set(slot, slot.disk);
    return undefined;
  }

  async #bringFirst(slot: Slot, first: FirstDisk, start: Start): Promise<Later | undefined> {
    const options = insertOptionsOf(first);
    const source = sourceOf(first.image);
    const put = async (found: NamedImage): Promise<void> => {
      await this.#insert(slot, found, options);
      this.#firsts.set(slot, slot.disk!);
    };
    if (comesLater(source)) return () => this.#arrive(slot, source, options, put, start);
    await put(await readSource(source, options));
    return undefined;
  }

  /**
   * Fetched while the drive is free for others, and put in its order if nobody took its place. A
   * disk of a start goes into an empty drive only.
   */
  async #arrive(
    slot: Slot,
    source: Source,
    named: Named,
    put: (found: NamedImage) => Promise<void>,
    start?: Start,
  ): Promise<void> {
    const arrival = this.#arrivals.begin(slot.drive, source, start?.turn);
    try {
      const found = await arrival.read(named, start?.lineFree);
      await slot.inOrder(() => {
        if (start && slot.disk) arrival.cancel();
        return slot.filling(() => {
          arrival.arrived();
          return put(found);
        });
      });
    } finally {
      arrival.end();
    }
  }

  async #insert(slot: Slot, found: NamedImage, options: InsertOptions): Promise<void> {
    const { label } = found;
    const { writeProtected = false, persist } = options;
    this.#arrivals.cancel(slot.drive);
    const disk = this.#make.fresh(found, writeProtected);
    await this.#swap(slot, disk);
    const prefix = persist === undefined || persist === true ? this.#owner.prefix() : persist;
    if (typeof prefix !== 'string') return;
    try {
      await this.#keepNow(slot, disk, prefix);
    } catch (error) {
      this.#watch.troubled(slot, disk, error, `${label || slot.drive} is not kept.`);
    }
  }

  /** What was in the drive is put back where the new disk cannot be put in. */
  async #swap(slot: Slot, disk: Disk): Promise<void> {
    const old = await slot.takeOut();
    this.#watch.begin(slot, disk);
    try {
      await slot.put(disk);
    } catch (error) {
      if (old) await slot.put(old).catch(() => this.loose.release(old));
      throw error;
    }
    if (old) await this.loose.release(old);
    if (!disk.hold?.readOnly) return;
    const again = async (): Promise<Disk> => {
      const now = await this.#make.again(slot.drive, disk);
      this.#watch.begin(slot, now);
      return now;
    };
    void whenFree(slot, disk, again, this.#owner);
  }

  async #keepNow(slot: Slot, disk: Disk, prefix: string): Promise<void> {
    if (!disk.home) disk.keepAt(this.#make.home(prefix, disk.label));
    await disk.save();
    await this.#watch.remember(slot);
  }

  /** Whether the disk is in the drive now; if not, it was said why. */
  async #putKept(slot: Slot, name: string, prefix: string): Promise<boolean> {
    const kept = () => this.#make.kept(slot.drive, name, prefix);
    const disk = this.loose.takeOut(name) ?? (await slot.filling(kept));
    if (!disk) return false;
    try {
      await this.#swap(slot, disk);
      return true;
    } catch (error) {
      await this.loose.release(disk);
      throw error;
    }
  }

  /** Its kept state is here; as it was made, it is fetched, and nothing is held meanwhile. */
  async #bringAddress(slot: Slot, address: string, start: Start): Promise<Later | undefined> {
    const { prefix } = start;
    const url = new URL(address, document.baseURI);
    const put = async (disk: Disk): Promise<void> => {
      await this.#swap(slot, disk);
      this.#firsts.set(slot, disk);
    };
    const kept =
      prefix === undefined ? undefined : await this.#make.keptOf(slot.drive, url, prefix);
    if (kept) {
      await put(kept);
      return undefined;
    }
    const arrived = async (found: NamedImage): Promise<void> =>
      put(await this.#make.ofAddress(slot.drive, url, prefix, found));
    return () => this.#arrive(slot, url, { label: fileName(url) }, arrived, start);
  }
}
