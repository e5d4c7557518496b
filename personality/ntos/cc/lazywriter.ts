/**
 * The lazy writer: dirty pages reach the disk by themselves, files before metadata. When, and which
 * of them, policy.ts says.
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
import { type DirtyLook, due, dueAt, policyOf, QUIET } from './policy.ts';
import type { VolumeCache } from './volumecache.ts';
import { flushVolume } from './writeback.ts';

/** Microseconds. */
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
    const now = cc.now();
    const { quietSince } = cc;
    const quiet = quietSince + QUIET <= now;
    for (const volume of [...cc.volumes]) {
      await write(volume, { ...lookAt(volume), now, quietSince });
      if (quiet) volume.settle();
    }
  }

  async function write(volume: VolumeCache, look: DirtyLook): Promise<void> {
    const policy = policyOf(volume.device);
    const what = due(policy, look);
    if (what === 'nothing' || volume.closed || cc.now() < volume.retryAfter) return;
    const status = await flushVolume(volume, what === 'all' ? cc.now() : cc.now() - policy.age);
    // What a volume that is gone meanwhile has lost is told by whoever let it go.
    if (NT_SUCCESS(status) || volume.closed) {
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

function nextDue(cc: CacheManager): number {
  let next = Infinity;
  for (const volume of cc.volumes) {
    if (!volume.unsettled) continue;
    const at = volume.dirty
      ? dueAt(policyOf(volume.device), lookAt(volume))
      : cc.quietSince + QUIET;
    next = Math.min(next, Math.max(at, volume.retryAfter));
  }
  return next;
}

function lookAt(volume: VolumeCache): DirtyLook {
  const { cc, dirtyCount: pages } = volume;
  const { quietSince, pool } = cc;
  return { now: cc.now(), quietSince, oldest: oldestDirty(volume), pages, limit: pool.limit };
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
