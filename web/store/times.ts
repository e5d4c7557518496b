/**
 * How long anybody waits for the browser's storage, in milliseconds. Tests make it shorter.
 *
 *   patience   who has the disk in memory is told by then (patience.ts). Less than the floppy
 *              driver gives the keeper (drivers/storage/fdc/keeper.ts)
 *   silence    a transaction is given up (indexeddb.ts)
 *   retry      before the first attempt that nobody asked for; each pause is twice the one before
 *   longest    pause between two attempts
 */
export const TIMES = { patience: 4_000, silence: 15_000, retry: 5_000, longest: 60_000 };
