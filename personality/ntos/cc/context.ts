/**
 * What all parts of the cache manager share: its pages, its clock, its counters, its volumes.
 *
 * It also knows when the system was last busy: when something became dirty, or a transfer began or
 * ended (`quietSince`).
 *
 * It needs of the rest of the Executive only what `CcServices` names, so that the cache can be
 * tested by itself.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Counters } from '../ex/types.ts';
import type { Watch } from '../ex/watch.ts';
import type { Mm } from '../mm/types.ts';
import { Mutex } from './lock.ts';
import { isMuch, policyOf } from './policy.ts';
import { PagePool } from './pool.ts';
import type { CcCounters } from './types.ts';
import type { VolumeCache } from './volumecache.ts';

export interface CcServices {
  readonly mm: Pick<Mm, 'ram' | 'allocatePages' | 'freePages'>;
  readonly counters: Pick<Counters, 'counter'>;
  readonly watch: Pick<Watch, 'on' | 'mark' | 'name'>;
  now(): number;
  event(autoReset?: boolean): Waitable;
  spawn(what: string, body: () => Promise<void>): void;
  log(...text: unknown[]): void;
}

/**
 * What becomes of a volume's dirty data: there is some; there is none any more, all of it is on the
 * medium; it cannot be written, and stays; it is gone with the volume.
 */
export type DirtyNews = 'dirty' | 'clean' | 'stuck' | 'lost';

export class CacheManager {
  readonly services: CcServices;
  readonly pool: PagePool;
  readonly counters: CcCounters;
  readonly volumes = new Set<VolumeCache>();
  /** Rung when there is work for the lazy writer. */
  readonly wake: Waitable;
  /**
   * Makes room when every page is dirty or in use; on a volume, when that has too much that is
   * dirty (writeback.ts).
   */
  relieve: (volume?: VolumeCache) => Promise<number> = () =>
    Promise.resolve(Status.STATUS_INSUFFICIENT_RESOURCES);
  /** Told of each change once (volumecache.ts); must not wait. */
  report: (volume: VolumeCache, news: DirtyNews) => void = () => undefined;
  /** Pages that are held (hold.ts), who waits for some, and what rings when some are let go. */
  readonly holds: { pages: number; readonly queue: Mutex; readonly ended: Waitable };
  #transfers = 0;
  #lastBusy = -Infinity;

  constructor(services: CcServices, pageLimit: number) {
    this.services = services;
    this.pool = new PagePool(services.mm, pageLimit);
    this.wake = services.event(true);
    const queue = new Mutex(() => services.event());
    this.holds = { pages: 0, queue, ended: services.event(true) };
    const counter = (name: string) => services.counters.counter(`cc.${name}`);
    this.counters = {
      hit: counter('hit'),
      miss: counter('miss'),
      readAhead: counter('readahead'),
      writeBack: counter('writeback'),
      mapHit: counter('map.hit'),
      mapMiss: counter('map.miss'),
    };
  }

  get ram() {
    return this.services.mm.ram;
  }

  now(): number {
    return this.services.now();
  }

  /** When the system was last busy; now, while a transfer is under way. */
  get quietSince(): number {
    return this.#transfers > 0 ? this.now() : this.#lastBusy;
  }

  transferBegins(): void {
    this.#transfers++;
  }

  transferEnds(): void {
    this.#transfers--;
    this.#lastBusy = this.now();
  }

  onDirty({ device, dirtyCount, retryAfter }: VolumeCache): void {
    this.#lastBusy = this.now();
    const much = isMuch(policyOf(device), { pages: dirtyCount, limit: this.pool.limit });
    if (much && retryAfter <= this.#lastBusy) this.wake.set();
  }
}
