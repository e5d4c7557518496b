/**
 * How much memory the names of all volumes may take: a share of the cache's, which has that much
 * less for pages. The directories that nobody has looked at for longest go first.
 *
 *   new NameBudget(pool)           the cache's pool of pages
 *   touch(directory)               it is looked at
 *   charge(cache, directory, by)   it has grown, or shrunk
 *   most                           more than this no directory may take
 */
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import type { DirectoryNames } from './directory.ts';

/** Of the cache's pages. */
const SHARE = 1 / 8;

/** Where directories are kept: a volume's NameCache. */
export interface DirectoryHolder {
  readonly directories: Iterable<DirectoryNames>;
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
    let oldest: DirectoryNames | undefined;
    let holder: DirectoryHolder | undefined;
    for (const each of this.holders)
      for (const directory of each.directories)
        // The one that was looked at last is the one that grows.
        if (directory.used < (oldest?.used ?? this.#clock)) {
          oldest = directory;
          holder = each;
        }
    if (oldest) holder?.drop(oldest);
    return oldest !== undefined;
  }
}
