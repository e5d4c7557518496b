/**
 * A disk as it lies in a drive, and whether its changes are kept.
 *
 * A disk without a hold (store/types.ts, KeptDisk) lasts as long as the page. One with a hold
 * is kept at every commit of the machine; with `first: 'change'` nothing is kept before the first
 * one, so that a disk nobody changes can still be renewed where it came from.
 *
 *   commit(changes)       what the machine wrote; resolves to how keeping it went
 *   keep(hold, image)     from now on in a hold
 *   close()               gives the hold free
 */
import type { KeepResult } from '../machine/types.ts';
import { StoreError } from '../store/errors.ts';
import type { DiskChange, KeptDisk } from '../store/types.ts';
import type { DiskState } from './types.ts';

export interface DiskParts {
  label: string;
  image: Uint8Array;
  /** The write protection that its owner asked for. */
  writeProtected?: boolean;
  hold?: KeptDisk | undefined;
}

export class Disk {
  readonly label: string;
  readonly bytes: number;
  readonly #asked: boolean;
  #hold: KeptDisk | undefined;
  /** The image up to the first change, where nothing is kept yet. */
  #pristine: Uint8Array | undefined;
  #keeping: Promise<unknown> = Promise.resolve();
  /** Told when the disk is kept for the first time. */
  onFirstKept: ((hold: KeptDisk) => void) | undefined;

  constructor({ label, image, writeProtected = false, hold }: DiskParts) {
    this.label = label;
    this.bytes = image.length;
    this.#asked = writeProtected;
    this.#hold = hold;
    if (hold && !hold.info) this.#pristine = image.slice();
  }

  get hold(): KeptDisk | undefined {
    return this.#hold;
  }

  get writeProtected(): boolean {
    return this.#asked || this.#hold?.readOnly === true;
  }

  get state(): DiskState {
    if (this.writeProtected) return 'protected';
    return this.#hold ? 'kept' : 'unkept';
  }

  get words(): string {
    if (this.#hold?.readOnly) return 'write-protected: another tab is using it';
    if (this.#asked) return 'write-protected';
    if (!this.#hold) return 'not kept';
    return this.#pristine ? 'kept when changed' : 'kept';
  }

  /** Rejects with what the store says; then the changes are not safe. */
  async commit(changes: readonly DiskChange[]): Promise<boolean> {
    await this.#keeping;
    if (!this.#hold) return false;
    if (this.#pristine) await this.#keepFirst(this.#hold, this.#pristine, changes);
    else await this.#hold.commit(changes);
    return true;
  }

  async #keepFirst(
    hold: KeptDisk,
    pristine: Uint8Array,
    changes: readonly DiskChange[],
  ): Promise<void> {
    for (const { offset, bytes } of changes) pristine.set(bytes, offset);
    await hold.replace(pristine, this.label);
    this.#pristine = undefined;
    this.onFirstKept?.(hold);
  }

  /** Commits wait until the whole image is safe. The hold is closed if it cannot be. */
  async keep(hold: KeptDisk, image: () => Promise<Uint8Array>): Promise<void> {
    const kept = (async () => {
      await hold.replace(await image(), this.label);
      this.#hold = hold;
      this.#pristine = undefined;
    })();
    this.#keeping = kept.catch(() => hold.close());
    await kept;
    this.onFirstKept?.(hold);
  }

  async close(): Promise<void> {
    await this.#keeping;
    await this.#hold?.close();
  }
}

/** What the machine's keeper is told of an error of the store. */
export function keepResult(error: unknown): KeepResult {
  return error instanceof StoreError && error.code === 'quota' ? 'full' : 'failed';
}
