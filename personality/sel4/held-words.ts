/** The buffer by which the host holds a system on several processors (held.ts). */
export const HOLD_BYTES = 64;
/** Indices of 32-bit words: the clock stands, entries need permits, permits, counts of changes. */
export const WORDS = { still: 0, held: 1, permits: 2, bell: 3, turn: 4 } as const;
/** Indices of 64-bit floats: what the clock says while it stands, and how far it is behind. */
export const TIMES = { stands: 4, behind: 5 } as const;
