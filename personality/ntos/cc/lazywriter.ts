/**
 * The lazy writer: dirty pages reach the disk by themselves, files before metadata. When, and which
 * of them, policy.ts says.
 *
 * When a volume has nothing to write any more, that is reported (`settle`): at once by a flush,
 * else here, when the system is quiet.
 *
 * Each volume is written by a coroutine of its own, so that a disk that is slow, or fails after
 * many tries, does not hold up another one.
 *
 * After a failure the volume is left alone for a while, longer each time: its pages stay dirty, and
 * `onError` hears of it once, until all is on the disk again, whoever has written it.
 */
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { CacheManager } from './context.ts';
import { type DirtyLook, type Due, due, dueAt, policyOf, QUIET } from './policy.ts';
import type { VolumeCache } from './volumecache.ts';
import { flushVolume } from './writeback.ts';

/** Microseconds. */
const FIRST_RETRY = 2_000_000;
const LAST_RETRY = 60_000_000;
/** Pages that are due and held back must not make it spin. */
const SHORTEST_PAUSE = 50_000;

export type LazyWriterReport = (volume: VolumeCache, status: number) => void;

/** Of one volume. */
interface State {
  busy: boolean;
  /** Not before this time: nothing could be written the last time. */
  restsUntil: number;
  /** The next pause, within a stretch of failures. */
  patience: number | undefined;
}

type States = WeakMap<VolumeCache, State>;

function stateOf(states: States, volume: VolumeCache): State {
  let state = states.get(volume);
  if (!state) states.set(volume, (state = { busy: false, restsUntil: 0, patience: undefined }));
  return state;
}

/** Runs for ever; start it as a coroutine. */
export async function lazyWriter(cc: CacheManager, onError: LazyWriterReport): Promise<never> {
  const states: States = new WeakMap();
  for (;;) {
    await cc.wake.wait(Math.max(nextDue(cc, states) - cc.now(), SHORTEST_PAUSE));
    // Decided once for all volumes: what is written for one of them disturbs the quiet.
    const now = cc.now();
    const { quietSince } = cc;
    const quiet = quietSince + QUIET <= now;
    for (const volume of [...cc.volumes]) {
      const state = stateOf(states, volume);
      if (state.busy) continue;
      const what = whatIsDue(volume, state, { ...lookAt(volume), now, quietSince });
      if (what !== 'nothing') begin(volume, state, what, quiet);
      else if (quiet) volume.settle();
    }
  }

  function begin(volume: VolumeCache, state: State, what: Due, quiet: boolean): void {
    const { written } = volume;
    state.busy = true;
    cc.services.spawn('lazy write', async () => {
      try {
        await write(volume, state, what);
      } finally {
        state.busy = false;
        if (volume.written === written) state.restsUntil = cc.now() + SHORTEST_PAUSE;
        if (quiet) volume.settle();
        cc.wake.set();
      }
    });
  }

  async function write(volume: VolumeCache, state: State, what: Due): Promise<void> {
    const { age } = policyOf(volume.device);
    const status = await flushVolume(volume, what === 'all' ? cc.now() : cc.now() - age);
    // What a volume that is gone meanwhile has lost is told by whoever let it go.
    if (NT_SUCCESS(status) || volume.closed) {
      state.patience = undefined;
      return;
    }
    if (!volume.stuck) {
      volume.stuck = true;
      state.patience = undefined;
      onError(volume, status);
      cc.report(volume, 'stuck');
    }
    const pause = state.patience ?? FIRST_RETRY;
    state.patience = Math.min(pause * 2, LAST_RETRY);
    volume.retryAfter = cc.now() + pause;
  }
}

function whatIsDue(volume: VolumeCache, { restsUntil }: State, look: DirtyLook): Due {
  const rests = look.now < Math.max(volume.retryAfter, restsUntil);
  return rests || volume.closed ? 'nothing' : due(policyOf(volume.device), look);
}

/** Of a volume that is being written, the end of that rings. */
function nextDue(cc: CacheManager, states: States): number {
  let next = Infinity;
  for (const volume of cc.volumes) {
    const { busy, restsUntil } = stateOf(states, volume);
    if (!volume.unsettled || busy) continue;
    const at = volume.dirty
      ? dueAt(policyOf(volume.device), lookAt(volume))
      : cc.quietSince + QUIET;
    next = Math.min(next, Math.max(at, volume.retryAfter, restsUntil));
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
