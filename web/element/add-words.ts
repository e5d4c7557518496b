/** How far a copying came that did not come to its end, in a sentence. */
import type { AddProgress } from './add-options.ts';

/** Empty where there was but one: it is written or not. */
export function writtenWords({ written, files }: Pick<AddProgress, 'written' | 'files'>): string {
  if (files < 2) return '';
  return `${written} of ${files} files ${written === 1 ? 'is' : 'are'} written.`;
}
