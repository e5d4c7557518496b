/**
 * The door: what is not determined reaches a system through here, and through nothing else.
 *
 * What the kernel, the Executive and drivers do follows from their inputs and from the order in
 * which these come. Time is one, turns of the event loop are, and the end of what the browser does
 * by itself (a module that is loaded, a transaction of the store). Whoever runs a system may put a
 * door of his own in the place of the platform's: with a clock that stands still until it is moved,
 * the same inputs at the same times make the same system, entry for entry.
 *
 * Interrupt lines are the other side of it: what the page wants (a key, a disk, a request) comes as
 * one, at a time of the door. Randomness has no door: nothing below web/host uses any. Only
 * intrinsics.ts names the platform's own sources; the linter keeps it so.
 *
 * Guide: docs/determinism.md.
 */
import { forget, freeze, later, localDate, macrotask, nowMs, timeOrigin } from './intrinsics.ts';

export interface Door {
  /** Milliseconds, never less than before, the same on all processors. */
  now(): number;
  /**
   * The same, for the trace's records: nothing follows from it, so that a door which keeps a log of
   * looks need not keep these. Default: now.
   */
  moment?(): number;
  /** The date: local time in 100 ns since 1601. */
  date(): number;
  /** A turn of the event loop, sooner than any timer. */
  turn(task: () => void): void;
  /** After so many milliseconds, unless it is taken back by the function that is answered. */
  later(task: () => void, ms: number): () => void;
  /** Something that the browser does, whose end is an event like all others. */
  arrival<T>(promise: Promise<T>): Promise<T>;
}

/** Milliseconds from 1601 to 1970, and units of 100 ns in one. */
const EPOCH_DIFFERENCE = 11_644_473_600_000;
const UNITS = 10_000;

/** The platform's own. */
export const platformDoor: Door = freeze({
  now: () => timeOrigin + nowMs(),
  date: () => (localDate() + EPOCH_DIFFERENCE) * UNITS,
  turn: macrotask,
  later(task: () => void, ms: number) {
    const timer = later(task, ms);
    return () => forget(timer);
  },
  arrival: <T>(promise: Promise<T>) => promise,
});
