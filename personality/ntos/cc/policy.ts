/**
 * When dirty pages go to the disk by themselves, and who has to wait for that. Decisions alone: no
 * state, no time of its own, nothing is written here.
 *
 *   policyOf(device)            that of a disk which stays, or of one that can be pulled out
 *   due(policy, look)           what of a device is to be written now
 *   dueAt(policy, look)         when that may be more
 *   mustWait(load)              a writer waits for the disk before it makes more dirty
 *
 * A disk that stays is written late: what is written twice meanwhile is written once. A removable
 * one is written as soon as the system is quiet, because its user sees that it is, and pulls it
 * out. Either is written when much is dirty, so that a long copy goes on at the pace of its disk,
 * and is not held up at the end of it (docs/decisions/0024-lazy-writer.md has what each costs).
 */

/** Times in microseconds. */
export interface WritePolicy {
  /** A page goes when it has been dirty for so long. */
  readonly age: number;
  /** All of the device's goes when the system has been quiet for so long. */
  readonly quiet: number;
  /** All of it goes when it is more than this share of the cache. */
  readonly amount: number;
}

/** It is said that all is on the disk when the system has been quiet for so long. */
export const QUIET = 50_000;
export const FIXED: WritePolicy = { age: 3_000_000, quiet: Infinity, amount: 1 / 8 };
export const REMOVABLE: WritePolicy = { age: 1_000_000, quiet: QUIET, amount: 1 / 8 };

/** In a small cache less is not worth a transfer. */
const LEAST_AMOUNT = 16;
/** Of the cache: from here on writers wait, each for its own device. */
const CROWDED = 1 / 2;
/** From here on whoever has more than a few. */
const FULL = 3 / 4;

export function policyOf({ removable }: { readonly removable?: boolean }): WritePolicy {
  return removable ? REMOVABLE : FIXED;
}

/** A device's dirty pages. */
export interface DirtyLook {
  readonly now: number;
  /** When the system was last busy. */
  readonly quietSince: number;
  /** Since when the first of the pages is dirty; Infinity: none is. */
  readonly oldest: number;
  readonly pages: number;
  /** Of all caches. */
  readonly limit: number;
}

export type Due = 'nothing' | 'aged' | 'all';

export function due(policy: WritePolicy, look: DirtyLook): Due {
  if (look.oldest === Infinity) return 'nothing';
  if (isMuch(policy, look)) return 'all';
  if (look.quietSince + policy.quiet <= look.now) return 'all';
  return look.oldest + policy.age <= look.now ? 'aged' : 'nothing';
}

export function dueAt(policy: WritePolicy, look: DirtyLook): number {
  if (look.oldest === Infinity) return Infinity;
  if (isMuch(policy, look)) return look.now;
  return Math.min(look.oldest + policy.age, look.quietSince + policy.quiet);
}

/** So much of a device is dirty that it is written whatever its age. */
export function isMuch(
  { amount }: WritePolicy,
  { pages, limit }: Pick<DirtyLook, 'pages' | 'limit'>,
): boolean {
  return pages > Math.max(limit * amount, LEAST_AMOUNT);
}

/** Dirty pages, and who has them. */
export interface DirtyLoad {
  /** Of the device that is written to. */
  readonly own: number;
  readonly total: number;
  /** Devices that have some. */
  readonly devices: number;
  readonly limit: number;
}

/**
 * One disk that is slow, or cannot be written at all, does not hold up who writes to another: each
 * has its share of what may be dirty. Who only reads never waits: some of the cache is always
 * clean.
 */
export function mustWait({ own, total, devices, limit }: DirtyLoad): boolean {
  if (total <= limit * CROWDED) return false;
  const share = (limit * CROWDED) / Math.max(devices, 1);
  return own > (total > limit * FULL ? Math.min(share, LEAST_AMOUNT) : share);
}
