/**
 * The log of a session, byte by byte: what the door let in, in order.
 *
 *   0 .. MOST_STEP - 1   a look at the clock: 1 .. MOST_STEP microseconds after the one before
 *   LOOK step            a look that is later than that
 *   SAME count           so many looks that answered as the one before
 *   DATE f64             a look at the date
 *   HASH part hash       what that part of the kernel's memory and RAM held then (u32)
 *   TURN n               an event: the oldest turn that was asked for
 *   TIMER n which        the timer that was asked for so many timers before the youngest one
 *   ARRIVAL n which end  the same of arrivals, and how it ended: ENDED_*
 *   INPUT n              what the page did: the next value is its name, then its arguments
 *   END n hash           nothing more was written; the hash is of all
 *
 * Values (what a store answered, what the page did) are a list beside the log. `n` is how many
 * entries the kernel has counted since the event before: what all that followed from that one did.
 * Numbers are LEB128 unless it is said otherwise.
 */
export const MOST_STEP = 200;
export const LOOK = 200;
export const SAME = 201;
export const DATE = 202;
export const HASH = 203;
export const TURN = 204;
export const TIMER = 205;
export const ARRIVAL = 206;
export const INPUT = 207;
export const END = 208;

/** With something that the browser made, and makes again: a program's code. */
export const ENDED_HERE = 0;
/** With a value, the next one. */
export const ENDED_WITH = 1;
/** It failed; the reason is the next value. */
export const ENDED_BADLY = 2;

/** In a file, pieces of data from this size on are kept by their pages, each once (pages.ts). */
export const PAGE_BYTES = 4096;
/** Of no piece of data is there more. */
export const MOST_DATA = 64 << 20;
/** A log ends when it has so many bytes, or its values hold so many. */
export const MOST_LOG = 16 << 20;
export const MOST_CONTENTS = 64 << 20;
/** A part of the memories is hashed at every so many events. */
export const HASH_EVERY = 16;
