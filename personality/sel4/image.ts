/**
 * What a program's code hands over to start, taken apart once.
 *
 *   readImage(made)   the functions that threads may start in, in a list of this library's own, and
 *                     how the processor idles; throws RuleError for what is no image
 *
 * Afterwards nothing of the program's own object is looked at: looking could run its code while
 * another thread is the one that runs.
 */
import { RuleError } from './errors.ts';
import { emptyList, freeze } from './intrinsics.ts';
import type { Entry, ImageInstance } from './types.ts';

/** Far more than any program has. */
const MOST_ENTRIES = 256;

export function readImage(made: unknown): ImageInstance {
  if (typeof made !== 'object' || made === null) throw new RuleError('the image made nothing');
  const { entries, policy } = made as { entries?: unknown; policy?: unknown };
  if (typeof entries !== 'object' || entries === null) throw new RuleError('it has no entries');
  const list = entries as { readonly length: unknown; readonly [index: number]: unknown };
  const count = Number(list.length) >>> 0;
  if (count > MOST_ENTRIES) throw new RuleError(`it has ${count} entries`);
  const kept = emptyList<Entry>();
  for (let i = 0; i < count; i++) {
    const entry = list[i];
    if (typeof entry !== 'function') throw new RuleError(`its entry ${i} is no function`);
    kept[i] = entry as Entry;
  }
  return freeze({ entries: freeze(kept), policy: policy === 'yield' ? 'yield' : 'block' });
}
