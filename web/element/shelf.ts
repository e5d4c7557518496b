/**
 * The shelf: where disks are kept when they are in no drive, and which was in which.
 *
 * What the browser refuses (private mode, no room, silence) becomes one sentence and a disk that is
 * not kept; never an error that keeps a disk out of its drive. Nothing here waits long
 * (store/patience.ts).
 *
 *   open(name, prefix)            a hold; rejects with a StoreError
 *   close(hold)                   gives it free; done in its time
 *   recall, remember, forget      which kept disk was in a drive
 *   list(prefix)                  the kept disks
 *   ask(work)                     what a box of disks asks of the store
 *   denies(error)                 whether it means that this page has no storage at all, and never
 *                                 had: a frame of another site, cookies switched off
 */
import { defaultBackend, defaultDiskStore } from '../store/disks.ts';
import { createDriveMemory } from '../store/drives.ts';
import { isDenied } from '../store/failures.ts';
import { Patience } from '../store/patience.ts';
import type { DiskInfo, DiskStore } from '../store/types.ts';
import type { KeptDisk, StoreBackend } from '../store/types.ts';
import type { Drive } from './types.ts';

export interface ShelfOptions {
  store?: DiskStore;
  backend?: StoreBackend;
  patience?: Patience;
  /** Takes one line for people, and what it is about. */
  say: (message: string, error: unknown) => void;
}

export class Shelf {
  /** For all that waits for the same store. */
  readonly patience: Patience;
  readonly #store: DiskStore;
  readonly #backend: StoreBackend;
  readonly #say: ShelfOptions['say'];
  #worked = false;
  /** The browser has said that this page has no storage. */
  denied = false;

  constructor({ store, backend, patience, say }: ShelfOptions) {
    this.#store = store ?? defaultDiskStore();
    this.#backend = backend ?? defaultBackend();
    this.patience = patience ?? new Patience();
    this.#say = say;
  }

  counters(): Record<string, number> {
    return this.#store.counters();
  }

  /** A hold that comes when nobody waits any more is given free. */
  async open(name: string, prefix: string): Promise<KeptDisk> {
    let late = false;
    const open = async (): Promise<KeptDisk> => {
      const hold = await this.#store.open(name, { prefix });
      hold.onRoomMade = (label) => this.#say(roomMade(label), undefined);
      if (late) await hold.close();
      return hold;
    };
    try {
      return await this.#seen(this.patience.within(open));
    } catch (error) {
      late = true;
      throw error;
    }
  }

  async close(what: { close(): Promise<void> } | undefined): Promise<void> {
    if (what) await this.patience.within(() => what.close()).catch(() => void what.close());
  }

  async recall(prefix: string): Promise<Record<string, string>> {
    const found = this.#try('It is not known which disks were in the drives.', () =>
      createDriveMemory(this.#backend, prefix).recall(),
    );
    return (await found) ?? {};
  }

  /** False where the store refused; it was said. */
  async remember(prefix: string, drive: Drive, name: string): Promise<boolean> {
    const done = await this.#try(`After a reload ${drive} will not have this disk.`, async () => {
      await createDriveMemory(this.#backend, prefix).remember(drive, name);
      return true;
    });
    return done === true;
  }

  async forget(prefix: string, drive: Drive): Promise<void> {
    await this.#try(`After a reload ${drive} may have the ejected disk again.`, () =>
      createDriveMemory(this.#backend, prefix).forget(drive),
    );
  }

  async list(prefix: string): Promise<DiskInfo[]> {
    const found = this.#try('The kept disks cannot be listed.', () => this.#store.list({ prefix }));
    return (await found) ?? [];
  }

  /** Rejects in words. */
  ask<T>(work: (store: DiskStore) => Promise<T>): Promise<T> {
    return this.#seen(this.patience.within(() => work(this.#store)));
  }

  denies(error: unknown): boolean {
    if (this.#worked || !isDenied(error)) return false;
    this.denied = true;
    return true;
  }

  async #seen<T>(work: Promise<T>): Promise<T> {
    const found = await work;
    this.#worked = true;
    return found;
  }

  async #try<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#seen(this.patience.within(work));
    } catch (error) {
      this.#say(`${consequence} ${textOf(error)}`, error);
      return undefined;
    }
  }
}

function roomMade(label: string): string {
  return `There was no room left: ${label}, deleted before, is gone from the bin for good.`;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
