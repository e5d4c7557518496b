/**
 * What page and workers call the code that comes after the first prompt, and is no image: files of
 * the build (scripts/code.mjs).
 */

/** The rest of the Executive (rest.ts), for the worker that runs it in either topology. */
export const REST = 'executive.later';

/** What holds the time of a session (time.ts). */
export const TIME = 'time.part';
