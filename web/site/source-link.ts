/**
 * A driver's source that a link is to show in the bench: `bench=A:\MINE.TS`. It is shown, and
 * never run unasked. The path leads to nothing but a file in the root of a floppy.
 *
 *   showSourceOfLink(machine, show)   `show` is the page's (beside.ts)
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

const FILE = /^[AB]:\\[A-Z0-9_-]{1,8}\.TS$/i;

function pathIn(fragment: string): string {
  const pair = fragment.split('&').find((each) => each.startsWith('bench='));
  if (pair === undefined) return '';
  try {
    const path = decodeURIComponent(pair.slice('bench='.length));
    return FILE.test(path) ? path : '';
  } catch {
    return '';
  }
}

export function showSourceOfLink(
  machine: NeptuneOs,
  showSource: (path: string) => Promise<boolean>,
): void {
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
