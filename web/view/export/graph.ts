/**
 * The graph of capabilities as JSON: what the map shows, for programs. docs/watching.md says what
 * each field means.
 */
import { mapOf } from '../data/map.ts';
import type { Seen } from '../data/types.ts';
import { rightsWords } from '../words.ts';

/** Grows when a field changes its meaning. */
const VERSION = 1;

export function graphOf(seen: Seen): string {
  const { places, lines } = mapOf(seen);
  const { entry, time } = seen.snapshot;
  const nodes = places.map(({ id, name, kind, process }) => ({ id, name, kind, process }));
  const edges = lines.map(({ rights, ...line }) => ({ ...line, rights: rightsWords(rights) }));
  return JSON.stringify({
    format: 'neptune-capabilities',
    version: VERSION,
    entry,
    time,
    nodes,
    edges,
  });
}
