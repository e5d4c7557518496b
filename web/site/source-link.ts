/**
 * A driver's source that a link is to show in the bench: `bench=A:\MINE.TS`. It is shown, and
 * never run unasked. The path leads to nothing but a file on a floppy (store/share/link-keys.ts).
 *
 *   showSourceOfLink(machine)
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { parseOpen } from '../store/share/link-keys.ts';
import { showSource } from './beside.ts';

function pathIn(fragment: string): string {
  const pair = fragment.split('&').find((each) => each.startsWith('bench='));
  if (pair === undefined) return '';
  try {
    return parseOpen(decodeURIComponent(pair.slice('bench='.length)), []);
  } catch {
    return '';
  }
}

export function showSourceOfLink(machine: NeptuneOs): void {
  const path = pathIn(location.hash.slice(1));
  if (path === '') return;
  const show = async (): Promise<void> => {
    const results = await machine.firstDisks;
    // Where a disk did not come, the file would be another disk's.
    if (!results.every(({ arrived }) => arrived)) return;
    await machine.ready;
    await showSource(path);
  };
  show().catch((error: unknown) => console.info(`Not shown: ${path}`, error));
}
