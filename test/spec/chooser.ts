/**
 * What random choices are made of: a source of numbers, the thread that acts, and what it can
 * name.
 *
 *   nameOf(c, wanted)   a CPtr of something that is as wanted, mostly
 */
import type { Tcb } from './model/state.ts';
import { type Place, isFull } from './places.ts';
import type { Random } from './random.ts';

export interface Chooser {
  readonly random: Random;
  readonly thread: Tcb;
  readonly places: readonly Place[];
}

/** A CPtr of something of this kind, mostly; else of anything; seldom of nothing. */
export function nameOf(c: Chooser, wanted: (place: Place) => boolean): number {
  const { random } = c;
  const way = random.below(100);
  if (way >= 98 || c.places.length === 0)
    return random.chance(50) ? random.word() : random.below(64);
  if (way >= 95) return random.pick(c.places).cptr;
  if (way >= 90) return anyFull(c);
  const fitting = c.places.filter(wanted);
  return fitting.length > 0 ? random.pick(fitting).cptr : anyFull(c);
}

function anyFull(c: Chooser): number {
  const full = c.places.filter(isFull);
  return full.length > 0 ? c.random.pick(full).cptr : c.random.below(64);
}
