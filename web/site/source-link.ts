/**
 * A driver's source that a link is to show in the bench: `bench=A:\MINE.TS`. It is shown, and
 * never run unasked. The path leads to nothing but a file on a floppy (store/share/link-keys.ts);
 * what cannot be shown is said in words.
 *
 *   sourceIn(fragment)                { path }, or { error } in words; neither: the link names none
 *   showSourceOfLink(machine, show)   `show` is the page's (beside.ts)
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { openOf } from '../store/share/link-keys.ts';

const KEY = 'bench=';
const ENDING = /\.ts$/i;

export interface SourceOfLink {
  readonly path?: string;
  readonly error?: string;
}

export function sourceIn(fragment: string): SourceOfLink {
  const pairs = fragment.split('&').filter((each) => each.startsWith(KEY));
  if (pairs.length === 0) return {};
  if (pairs.length > 1) return { error: 'it names more than one' };
  try {
    const path = openOf(decodeURIComponent(pairs[0]!.slice(KEY.length)));
    return ENDING.test(path) ? { path } : { error: 'a source’s name ends in .TS' };
  } catch {
    return { error: 'it is to be a file on A: or B:, such as A:\\MINE.TS, and is no such path' };
  }
}

export function showSourceOfLink(
  machine: NeptuneOs,
  showSource: (path: string) => Promise<boolean>,
): void {
  const { path, error } = sourceIn(location.hash.slice(1));
  const say = (why: string, cause?: unknown): void =>
    machine.say(`The driver’s source of this link is not shown: ${why}.`, cause);
  if (error !== undefined) return say(error);
  if (path === undefined) return;
  const show = async (): Promise<void> => {
    const results = await machine.firstDisks;
    // Where a disk did not come, the file would be another disk's.
    if (!results.every(({ arrived }) => arrived)) return say('its disk did not come');
    await machine.ready;
    if (!(await showSource(path))) say('this page has no bench');
  };
  show().catch((cause: unknown) =>
    say(cause instanceof Error ? `${path}: ${cause.message.replace(/\.$/, '')}` : path, cause),
  );
}
