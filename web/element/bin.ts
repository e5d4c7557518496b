/**
 * The bin of an element's prefix: what is deleted goes here, and can be restored.
 *
 *   throwAway(name)                        of a kept disk; `read-only` while it is in a drive
 *   list(), restore(name), remove(name), empty()
 *
 * All but `list` reject in words.
 */
import type { BinnedDisk } from '../store/types.ts';
import type { Shelf } from './shelf.ts';

export class Bin {
  readonly #shelf: Shelf;
  readonly #prefix: () => string;

  constructor(shelf: Shelf, prefix: () => string) {
    this.#shelf = shelf;
    this.#prefix = prefix;
  }

  list(): Promise<BinnedDisk[]> {
    return this.#shelf.binned(this.#prefix());
  }

  throwAway(name: string): Promise<string> {
    return this.#shelf.inBin(this.#prefix(), (bin) => bin.throwAway(name));
  }

  restore(name: string): Promise<string> {
    return this.#shelf.inBin(this.#prefix(), (bin) => bin.restore(name));
  }

  remove(name: string): Promise<void> {
    return this.#shelf.inBin(this.#prefix(), (bin) => bin.remove(name));
  }

  empty(): Promise<void> {
    return this.#shelf.inBin(this.#prefix(), (bin) => bin.empty());
  }
}
