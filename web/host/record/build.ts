/** Which code this is: scripts/code.mjs makes it of all that a session follows from. */
declare const NEPTUNE_BUILD: string | undefined;

/** The tests run the sources unbuilt, and those are what they are. */
export const BUILD = typeof NEPTUNE_BUILD === 'undefined' ? 'sources' : NEPTUNE_BUILD;
