/**
 * The lazy writer: dirty pages reach the disk by themselves, files before metadata.
 *
 * A page goes when it has been dirty for a second; at once, when more is dirty than the cache
 * should hold; and if its medium is removable, as soon as the system is quiet: for QUIET
 * microseconds nothing became dirty and no transfer was under way, so that whoever writes is done,
 * or waits for somebody. A copy that goes on is not quiet, and goes to the disk in large pieces.
 *
 * When a volume has nothing to write any more, that is reported (`settle`): at once by a flush,
 * else here, when the system is quiet.
 *
 * After a failure the volume is left alone for a while, longer each time: its pages stay dirty, the
 * status is remembered for the next flush, and `onError` hears of it once for each stretch of
 * failures.
 */
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CacheManager } from './context.ts';
import type { VolumeCache } from './volumecache.ts';
import { flushVolume } from './writeback.ts';

/** Microseconds. */
const AGE = 1_000_000;
const QUIET = 50_000;
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
    // Decided once for all volumes: what is written for one of them disturbs the quiet.
    const quiet = quietAt(cc) <= cc.now();
    for (const volume of [...cc.volumes]) {
      if (isDue(cc, volume, quiet)) await write(volume, quiet);
      if (quiet) volume.settle();
    }
  }

  async function write(volume: VolumeCache, quiet: boolean): Promise<void> {
    const all = cc.crowded || (quiet && volume.device.removable === true);
    const status = await flushVolume(volume, all ? cc.now() : cc.now() - AGE);
    if (NT_SUCCESS(status)) {
      patience.delete(volume);
      return;
    }
    const pause = patience.get(volume) ?? FIRST_RETRY;
    if (!patience.has(volume)) {
      onError(volume, status);
      cc.report(volume, 'stuck');
    }
    patience.set(volume, Math.min(pause * 2, LAST_RETRY));
    volume.retryAfter = cc.now() + pause;
  }
}

function quietAt(cc: CacheManager): number {
  return cc.quietSince + QUIET;
}

function isDue(cc: CacheManager, volume: VolumeCache, quiet: boolean): boolean {
  if (volume.closed || !volume.dirty || cc.now() < volume.retryAfter) return false;
  if (cc.crowded || (quiet && volume.device.removable)) return true;
  return oldestDirty(volume) + AGE <= cc.now();
}

function nextDue(cc: CacheManager): number {
  let due = Infinity;
  for (const volume of cc.volumes) {
    if (!volume.unsettled) continue;
    const soon = volume.device.removable || !volume.dirty ? quietAt(cc) : Infinity;
    due = Math.min(due, Math.max(Math.min(oldestDirty(volume) + AGE, soon), volume.retryAfter));
  }
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
