/**
 * Which code this is: scripts/code.mjs makes it of all that a session follows from. Of tests, which
 * run the sources unbuilt, it begins with `sources`; whose bundle says nothing keeps no recording.
 */
declare const NEPTUNE_BUILD: string | undefined;

export const BUILD = typeof NEPTUNE_BUILD === 'undefined' ? 'sources' : NEPTUNE_BUILD;
