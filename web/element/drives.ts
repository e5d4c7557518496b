/**
 * The drives and what is in them: the one place that decides whether a disk is kept.
 *
 * - A disk that a person inserts is kept at once, under a name of its own, where the element has a
 *   prefix to keep under. One that an address names is kept when it is changed.
 * - A disk of a link, or one inserted with `persist: false`, lasts as long as the page, until
 *   `keep`. It leaves alone what is remembered of its drive.
 * - A disk that another tab owns is write-protected; when it is free it is read again first.
 * - A disk that comes over a network is fetched outside its drive's order (arrivals.ts).
 *
 *   load(first)                    fills the drives before a system starts
 *   insert, eject, image, keep     one drive, by a person or an author
 *   insertKept, kept, remove       disks on the shelf
 *   commit(index, changes), written(index)         from the machine
 *   attach, detach, close          a system begins, ends; the element ends
 */
import type { KeepResult } from '../machine/types.ts';
import { StoreError } from '../store/errors.ts';
import type { DiskChange, DiskInfo, KeptDisk } from '../store/types.ts';
import { Arrivals } from './arrivals.ts';
import { Disk, keepResult } from './disk.ts';
import { type Later, loadFirst, type Loading } from './first-disks.ts';
import type { Session } from './session.ts';
import { freshName, type Shelf, textOf } from './shelf.ts';
import { Slot, type SlotOwner } from './slot.ts';
import {
  comesLater,
  fileName,
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
} from './types.ts';

export interface DrivesOwner extends SlotOwner {
  /** The prefix to keep disks under, undefined to keep none. */
  prefix(): string | undefined;
  say(message: string, error?: unknown): void;
}

/** What is in a drive from the start, unless a kept disk is remembered. */
export interface FirstDisks {
  /** These come before what is remembered. */
  disks: Partial<Record<Drive, FirstDisk>>;
  addresses: Partial<Record<Drive, string | undefined>>;
}

/** What a start is made of. */
interface Start extends FirstDisks {
  readonly prefix: string | undefined;
  readonly recalled: Promise<Record<string, string>>;
  /** Of the arrivals: of a start that is over, nothing comes. */
  readonly turn: number;
}

export class Drives {
  readonly #owner: DrivesOwner;
  readonly #shelf: Shelf;
  readonly #slots: Slot[];
  readonly #arrivals: Arrivals;
  /** The disk that a drive had from the start. */
  readonly #firsts = new WeakMap<Slot, Disk>();

  constructor(owner: DrivesOwner, shelf: Shelf) {
    this.#owner = owner;
    this.#shelf = shelf;
    this.#slots = DRIVES.map((drive, index) => new Slot(drive, index, owner));
    this.#arrivals = new Arrivals(() => owner.updated());
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
      say: (message, error) => this.#owner.say(message, error),
    });
  }

  async insert(drive: Drive, given: ImageSource, options: InsertOptions = {}): Promise<void> {
    const slot = this.#slot(drive);
    const source = sourceOf(given);
    const put = (found: NamedImage): Promise<void> => this.#insert(slot, found, options);
    if (comesLater(source)) return this.#arrive(slot, source, options.label, put);
    return slot.inOrder(async () => put(await readSource(source, options)));
  }

  /** Undefined where the drive was empty. */
  eject(drive: Drive): Promise<Uint8Array | undefined> {
    const slot = this.#slot(drive);
    this.#arrivals.cancel(drive);
    return slot.inOrder(async () => {
      const taken = await slot.take();
      if (!taken) return undefined;
      const { hold } = taken.disk;
      await taken.disk.close();
      if (hold) await this.#shelf.forget(hold.prefix, drive);
      return taken.image;
    });
  }

  image(drive: Drive): Promise<Uint8Array | undefined> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => {
      await slot.flush();
      return slot.medium();
    });
  }

  /** Keeps a disk that was not. Rejects in words where it cannot be. */
  keep(drive: Drive): Promise<void> {
    const slot = this.#slot(drive);
    return slot.inOrder(async () => {
      const { disk } = slot;
      if (!disk || disk.hold) return;
      await slot.flush();
      await this.#keepNow(slot, disk, this.#owner.prefix() ?? '');
    });
  }

  insertKept(drive: Drive, name: string): Promise<void> {
    const slot = this.#slot(drive);
    const prefix = this.#owner.prefix() ?? '';
    this.#arrivals.cancel(drive);
    return slot.inOrder(async () => {
      await (await slot.take())?.disk.close();
      if (await this.#putKept(slot, name, prefix)) await this.#remember(slot);
    });
  }

  /** The kept disks that are in no drive here. */
  async kept(): Promise<DiskInfo[]> {
    const here = new Set(this.#slots.map((slot) => slot.disk?.hold?.name));
    const all = await this.#shelf.list(this.#owner.prefix() ?? '');
    return all.filter(({ name }) => !here.has(name));
  }

  remove(name: string): Promise<void> {
    return this.#shelf.remove(name, this.#owner.prefix() ?? '');
  }

  async commit(index: number, changes: DiskChange[]): Promise<KeepResult> {
    const slot = this.#slots[index];
    const disk = slot?.disk;
    if (!slot || !disk) return 'kept';
    try {
      if (await disk.commit(changes)) this.#owner.changed(slot.drive, 'saved');
      return 'kept';
    } catch (error) {
      const what = `What was written to ${slot.drive} is not safe yet.`;
      this.#owner.say(`${what} ${textOf(error)}`, error);
      return keepResult(error);
    }
  }

  written(index: number): void {
    const slot = this.#slots[index];
    if (slot) this.#owner.changed(slot.drive, 'written');
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
        await slot.take().catch(() => slot.drop());
        await disk?.close();
      }),
    );
    await Promise.all(closing);
  }

  #slot(drive: Drive): Slot {
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
    if (comesLater(source)) return () => this.#arrive(slot, source, options.label, put, start);
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
    label: string | undefined,
    put: (found: NamedImage) => Promise<void>,
    start?: Start,
  ): Promise<void> {
    const arrival = this.#arrivals.begin(slot.drive, source, start?.turn);
    try {
      const found = await arrival.read(label);
      await slot.inOrder(() => {
        if (start && slot.disk) arrival.cancel();
        arrival.arrived();
        return put(found);
      });
    } finally {
      arrival.end();
    }
  }

  async #insert(slot: Slot, { image, label }: NamedImage, options: InsertOptions): Promise<void> {
    const { writeProtected = false, persist } = options;
    this.#arrivals.cancel(slot.drive);
    await (await slot.take())?.disk.close();
    const disk = new Disk({ label, image, writeProtected });
    const prefix = persist === undefined || persist === true ? this.#owner.prefix() : persist;
    await slot.put(disk, image);
    if (typeof prefix !== 'string') return;
    try {
      await this.#keepNow(slot, disk, prefix);
    } catch (error) {
      this.#owner.say(`${label || slot.drive} is not kept. ${textOf(error)}`, error);
    }
  }

  async #keepNow(slot: Slot, disk: Disk, prefix: string): Promise<void> {
    const hold = await this.#shelf.open(freshName(disk.label), prefix, disk.label);
    if (!hold) return;
    await disk.keep(hold, async () => (await slot.medium()) ?? new Uint8Array());
    await this.#remember(slot);
    this.#owner.changed(slot.drive, 'saved');
  }

  async #remember(slot: Slot): Promise<void> {
    const hold = slot.disk?.hold;
    if (hold) await this.#shelf.remember(hold.prefix, slot.drive, hold.name);
  }

  /** Whether the disk is in the drive now; if not, it was said why. */
  async #putKept(slot: Slot, name: string, prefix: string): Promise<boolean> {
    const hold = await this.#shelf.open(name, prefix, name);
    if (!hold) return false;
    try {
      const image = await hold.read();
      if (image) {
        await this.#putHeld(slot, hold, image, hold.info?.label ?? '');
        return true;
      }
    } catch (error) {
      this.#owner.say(`The disk kept for ${slot.drive} cannot be read. ${textOf(error)}`, error);
    }
    await hold.close();
    return false;
  }

  /** Its kept state is here; as it was made, it is fetched, and nothing is held meanwhile. */
  async #bringAddress(slot: Slot, address: string, start: Start): Promise<Later | undefined> {
    const { prefix } = start;
    const url = new URL(address, document.baseURI);
    const label = fileName(url);
    const open = (): Promise<KeptDisk | undefined> =>
      this.#shelf.open(`address ${url.href}`, prefix ?? '', label);
    const hold = prefix === undefined ? undefined : await open();
    if (await this.#putAddress(slot, hold, label)) return undefined;
    const put = async ({ image }: NamedImage): Promise<void> => {
      await this.#putAddress(slot, hold && (await open()), label, image);
    };
    return () => this.#arrive(slot, url, label, put, start);
  }

  /** Whether there was something to put: what is kept comes before what was fetched. */
  async #putAddress(
    slot: Slot,
    hold: KeptDisk | undefined,
    label: string,
    fetched?: Uint8Array,
  ): Promise<boolean> {
    let put = false;
    try {
      const image = (hold?.info && (await hold.read())) ?? fetched;
      if (!image) return false;
      if (hold) await this.#putHeld(slot, hold, image, label);
      else await slot.put(new Disk({ label, image }), image);
      this.#firsts.set(slot, slot.disk!);
      return (put = true);
    } finally {
      if (!put) await hold?.close();
    }
  }

  async #putHeld(slot: Slot, hold: KeptDisk, image: Uint8Array, label: string): Promise<void> {
    const disk = new Disk({ label, image, hold });
    disk.onFirstKept = () => void this.#remember(slot);
    await slot.put(disk, image);
    if (hold.readOnly) void this.#whenFree(slot, disk, hold);
  }

  /** The other tab has let go: what it left is read again, and may be written here. */
  async #whenFree(slot: Slot, disk: Disk, hold: KeptDisk): Promise<void> {
    const { label } = disk;
    this.#owner.say(
      `${slot.drive} ${label} is write-protected here: another tab of this browser is using it.`,
    );
    try {
      await hold.whenFree();
      await slot.inOrder(async () => {
        if (slot.disk !== disk) return;
        const now = await hold.read();
        const taken = await slot.take();
        await this.#putHeld(slot, hold, now ?? taken?.image ?? new Uint8Array(), label);
        this.#owner.say(`${slot.drive} ${label} is free again, and can be written here now.`);
      });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return;
      this.#owner.say(`${slot.drive} stays write-protected. ${textOf(error)}`, error);
    }
  }
}
