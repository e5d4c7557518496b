/**
 * What the stress test's root task and its threads agree on: capability slots, and a page that all
 * of them have mapped.
 */

/** Where the shared page is in the VSpace of all. */
export const PAGE_ADDRESS = 0x2000_0000;
/** Words of it: not 0 when all are to stop; then two words for each client. */
export const STOP = 0;
export const stateAt = (client: number): number => 64 + client * 8;
export const roundsAt = (client: number): number => stateAt(client) + 4;

/** A client's state: works; has stopped and waits; was woken, and waits again. */
export const WORKING = 0;
export const STOPPED = 1;
export const WOKEN = 2;

/** A client's slots, counted from its first. */
export const SERVERS = 0;
export const NOISE = 1;
export const SHARED = 2;
export const WAKE = 3;
export const UNTYPED = 4;
export const SCRATCH = 5;
export const SCRATCH_SLOTS = 16;
export const CLIENT_SLOTS = SCRATCH + SCRATCH_SLOTS;

/** Entries of the image. */
export const SERVER_ENTRY = 0;
export const CLIENT_ENTRY = 1;

/** mulberry32: small, seeded, good enough to choose by. Below `below`. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
