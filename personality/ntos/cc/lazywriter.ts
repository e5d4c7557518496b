/**
 * The lazy writer: dirty pages reach the disk by themselves.
 *
 * Pages go when they have been dirty for a second, or at once when more is dirty than the cache
 * should hold; files before metadata. After a failure the volume is left alone for a while, longer
 * each time: its pages stay dirty, the status is remembered for the next flush, and `onError` hears
 * of it once for each stretch of failures.
 */
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CacheManager } from './context.ts';
import type { VolumeCache } from './volumecache.ts';
import { flushVolume } from './writeback.ts';

/** Microseconds. */
const AGE = 1_000_000;
const FIRST_RETRY = 2_000_000;
const LAST_RETRY = 60_000_000;
/** Pages that are due and held back must not make it spin. */
const SHORTEST_PAUSE = 50_000;

export type LazyWriterReport = (volume: VolumeCache, status: number) => void;

/** Runs for ever; start it as a coroutine. */
export async function lazyWriter(cc: CacheManager, onError: LazyWriterReport): Promise<never> {
  const patience = new WeakMap<VolumeCache, number>();
  for (;;) {
    await cc.wake.wait(Math.max(nextDue(cc) - cc.now(), SHORTEST_PAUSE));
    for (const volume of [...cc.volumes]) {
      if (!isDue(cc, volume)) continue;
      const status = await flushVolume(volume, cc.crowded ? cc.now() : cc.now() - AGE);
      if (NT_SUCCESS(status)) {
        patience.delete(volume);
        continue;
      }
      const pause = patience.get(volume) ?? FIRST_RETRY;
      if (!patience.has(volume)) onError(volume, status);
      patience.set(volume, Math.min(pause * 2, LAST_RETRY));
      volume.retryAfter = cc.now() + pause;
    }
  }
}

function isDue(cc: CacheManager, volume: VolumeCache): boolean {
  if (volume.closed || !volume.dirty || cc.now() < volume.retryAfter) return false;
  return cc.crowded || oldestDirty(volume) + AGE <= cc.now();
}

function nextDue(cc: CacheManager): number {
  let due = Infinity;
  for (const volume of cc.volumes)
    due = Math.min(due, Math.max(oldestDirty(volume) + AGE, volume.retryAfter));
  return due;
}

function oldestDirty(volume: VolumeCache): number {
  let oldest = Infinity;
  for (const set of [volume, ...volume.files])
    for (const page of set.dirtyPages) {
      oldest = Math.min(oldest, page.dirtySince);
      break;
    }
  return oldest;
}
