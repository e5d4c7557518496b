/**
 * Badges of what the Executive receives: 28 bits that say who speaks, and how.
 *
 *   service call   the thread's id
 *   fault          the thread's id | BADGE_FAULT
 *   notification   BADGE_INTERRUPT | one bit for each source, or-ed together
 *
 * Thread ids stay below BADGE_INTERRUPT. One is used again when its thread is gone: then nothing
 * bears its badge any more, neither a capability (revoked with the process's kernel objects) nor a
 * message in the endpoint's queue (a deleted thread sends none).
 */
export const BADGE_FAULT = 1 << 27;
export const BADGE_INTERRUPT = 1 << 26;
export const BADGE_CLOCK = BADGE_INTERRUPT | 1;
export const BADGE_PLATFORM = BADGE_INTERRUPT | 2;
export const MAX_THREAD_ID = BADGE_INTERRUPT - 1;
