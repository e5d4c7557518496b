/**
 * The cache manager as a component of the Executive.
 *
 * File data is cached once, by file, in pages of RAM (filecache.ts); the disk's own sectors by
 * storage device (volumecache.ts). Both are the same kind of page (types.ts), share one memory
 * limit (pool.ts) and one lazy writer. The I/O manager makes and closes the caches and tells them
 * where files lie.
 */
import type { Cc } from './component.ts';
import type { CcNeeds } from './needs.ts';
import type { Process } from '../ps/types.ts';
import { cacheLimit } from '../ps/quotatable.ts';
import { CacheManager } from './context.ts';
import type * as Later from './later.ts';
import type { Views } from './views.ts';

/** Fewer pages than this and a single long read would drive itself out. */
const FEWEST_PAGES = 64;

/** As boot.ts sees it. */
export interface CcCore extends Cc {
  /** The rest is here (later.ts). */
  complete(start: typeof Later.startCcLater): void;
}

class CcComponent implements CcCore {
  readonly manager: CacheManager;
  readonly #executive: CcNeeds;
  /** Views are there only when the rest is. */
  #views: Views | undefined;

  constructor(executive: CcNeeds) {
    const { mm, counters, watch, ke, options } = executive;
    this.#executive = executive;
    this.manager = new CacheManager(
      {
        mm,
        counters,
        watch,
        now: () => ke.now(),
        event: (autoReset) => ke.event(autoReset),
        spawn: (what, body) => ke.spawn(what, body),
        log: (...text) => ke.log(...text),
      },
      Math.max(cacheLimit(options.cachePages, mm.ramBytes), FEWEST_PAGES),
    );
    this.manager.report = ({ device }, news) => options.onDirty?.(device.name ?? '', news);
  }

  complete(start: typeof Later.startCcLater): void {
    this.#views = start(this.#executive, this.manager);
  }

  releasePages(count: number): number {
    return this.manager.pool.release(count);
  }

  processEnded(process: Process): void {
    this.#views?.dropViews(process);
  }
}

export function createCc(executive: CcNeeds): CcCore {
  return new CcComponent(executive);
}
