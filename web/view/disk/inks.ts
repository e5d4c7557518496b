/** Colours of what the disk's drawing has beside the map's: who was had, and how long ago. */
import type { Inks } from '../../files/map/draw.ts';
import type { Kind } from '../../files/map/kinds.ts';
import type { Had } from '../data/disk.ts';

const SECOND = 1_000_000;

/** Fades in three steps: within a second, within ten, before. */
export function fadeOf(ago: number): number {
  if (ago < SECOND) return 1;
  return ago < 10 * SECOND ? 0.7 : 0.4;
}

export function inkOfHad({ how, failed }: Had, inks: Inks): string {
  if (failed) return inks['bad'] ?? '#c00';
  return inks[how === 'written' || how === 'formatted' ? 'written' : 'read'] ?? '#08c';
}

/** A ring is too thin for shapes: kinds that differ by them in rows share an ink here. */
export function inkOfKind(kind: Kind, inks: Inks, tint: number): string {
  if (kind === 'file') return inks[`file${tint}`]!;
  if (kind === 'missing') return inks['bad']!;
  return inks[kind] ?? inks['muted']!;
}
