/**
 * How much memory the names of all volumes may take: a share of the cache's, which has that much
 * less for pages. Encoded names go first, then whole directories: each time those that nobody has
 * looked at for longest.
 *
 *   new NameBudget(pool)           the cache's pool of pages
 *   touch(directory)               it is looked at
 *   charge(cache, directory, by)   it has grown, or shrunk
 *   most                           more than this no directory may take, its encoded names aside
 */
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import type { DirectoryNames } from './directory.ts';

/** Of the cache's pages. */
const SHARE = 1 / 8;

/** Where directories are kept: a volume's NameCache. */
export interface DirectoryHolder {
  readonly directories: Iterable<DirectoryNames>;
  /** What can be made again of the names goes. */
  thin(directory: DirectoryNames): void;
  drop(directory: DirectoryNames): void;
}

export interface PageReserve {
  readonly limit: number;
  /** Pages of the limit that are not for pages. */
  reserve(pages: number): void;
}

export class NameBudget {
  readonly #pool: PageReserve;
  readonly limit: number;
  readonly holders = new Set<DirectoryHolder>();
  #bytes = 0;
  #clock = 0;

  constructor(pool: PageReserve) {
    this.#pool = pool;
    this.limit = Math.floor(pool.limit * SHARE) * PAGE_SIZE;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get most(): number {
    return this.limit / 2;
  }

  touch(directory: DirectoryNames): void {
    directory.used = ++this.#clock;
  }

  charge(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > this.limit && this.#dropOldest());
    this.#pool.reserve(Math.ceil(this.#bytes / PAGE_SIZE));
  }

  #dropOldest(): boolean {
    const thick = this.#oldest(({ encoded }) => encoded);
    const [holder, directory] = thick ?? this.#oldest(() => true) ?? [];
    if (!holder || !directory) return false;
    if (thick) holder.thin(directory);
    else holder.drop(directory);
    return true;
  }

  #oldest(
    which: (directory: DirectoryNames) => boolean,
  ): [DirectoryHolder, DirectoryNames] | undefined {
    let oldest: [DirectoryHolder, DirectoryNames] | undefined;
    for (const holder of this.holders)
      for (const directory of holder.directories)
        // The one that was looked at last is the one that grows.
        if (directory.used < (oldest?.[1].used ?? this.#clock) && which(directory))
          oldest = [holder, directory];
    return oldest;
  }
}
