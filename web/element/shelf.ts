/**
 * The shelf: where disks are kept when they are in no drive, and which was in which.
 *
 * What the browser refuses (private mode, no room) becomes one sentence and a disk that is not
 * kept; never an error that keeps a disk out of its drive.
 *
 *   open(name, prefix)            a hold, or undefined and a sentence
 *   recall, remember, forget      which kept disk was in a drive
 *   list(prefix), remove(...)     the kept disks
 */
import { defaultBackend, defaultDiskStore } from '../store/disks.ts';
import { createDriveMemory } from '../store/drives.ts';
import type { DiskInfo, DiskStore, KeptDisk, StoreBackend } from '../store/types.ts';
import type { Drive } from './types.ts';

export interface ShelfOptions {
  store?: DiskStore;
  backend?: StoreBackend;
  /** Takes one line for people, and what it is about. */
  say: (message: string, error: unknown) => void;
}

export class Shelf {
  readonly #store: DiskStore;
  readonly #backend: StoreBackend;
  readonly #say: ShelfOptions['say'];

  constructor({ store, backend, say }: ShelfOptions) {
    this.#store = store ?? defaultDiskStore();
    this.#backend = backend ?? defaultBackend();
    this.#say = say;
  }

  counters(): Record<string, number> {
    return this.#store.counters();
  }

  async open(name: string, prefix: string, label: string): Promise<KeptDisk | undefined> {
    try {
      return await this.#store.open(name, { prefix });
    } catch (error) {
      this.#say(`Changes to ${label || 'this disk'} are not kept. ${textOf(error)}`, error);
      return undefined;
    }
  }

  async recall(prefix: string): Promise<Record<string, string>> {
    const found = this.#try('It is not known which disks were in the drives.', () =>
      createDriveMemory(this.#backend, prefix).recall(),
    );
    return (await found) ?? {};
  }

  async remember(prefix: string, drive: Drive, name: string): Promise<void> {
    await this.#try(`After a reload ${drive} will not have this disk.`, () =>
      createDriveMemory(this.#backend, prefix).remember(drive, name),
    );
  }

  async forget(prefix: string, drive: Drive): Promise<void> {
    await this.#try(`After a reload ${drive} will have this disk again.`, () =>
      createDriveMemory(this.#backend, prefix).forget(drive),
    );
  }

  async list(prefix: string): Promise<DiskInfo[]> {
    const found = this.#try('The kept disks cannot be listed.', () => this.#store.list({ prefix }));
    return (await found) ?? [];
  }

  /** Rejects with `read-only` while the disk is in a drive, here or in another tab. */
  async remove(name: string, prefix: string): Promise<void> {
    const hold = await this.#store.open(name, { prefix });
    try {
      await hold.delete();
    } finally {
      await hold.close();
    }
  }

  async #try<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#say(`${consequence} ${textOf(error)}`, error);
      return undefined;
    }
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A name that no other kept disk has; people see the label. */
export function freshName(label: string): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${label || 'disk'} ${Array.from(random, (word) => word.toString(36)).join('')}`;
}
