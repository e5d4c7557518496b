/**
 * What was dropped on a drive, copied onto the disk in it: through the file system, as anything is.
 *
 *   copyDropped(copy)   asks by lines with a button: names that FAT cannot hold before anything is
 *                       copied, files that are there already after the others. Copies onto one
 *                       drive go one after the other (drop-turns.ts)
 *
 * It is meant for the disk that was in the drive when it was dropped, and goes onto no other.
 */
import type { Progress } from '../host/progress.ts';
import { filesIn } from '../page/dropped.ts';
import { visibleName } from '../store/share/visible.ts';
import type { AddConflict, AddedFile, AddItem } from './add-options.ts';
import { writtenWords } from './add-words.ts';
import type { Copy } from './drop.ts';
import { inTurn } from './drop-turns.ts';

interface Attempt extends Copy {
  readonly items: readonly AddItem[];
  /** Names may become others. */
  readonly named?: boolean;
  /** Paths that are to be replaced; all others that are there are left alone. */
  readonly replaced?: ReadonlySet<string>;
}

export async function copyDropped(copy: Copy): Promise<void> {
  const { drives, drive } = copy;
  const disk = 'disk' in copy ? copy.disk : await drives.diskIn(drive);
  await attempt({ ...copy, disk, items: await filesIn(copy.dropped) });
}

function attempt(work: Attempt): Promise<void> {
  return inTurn(work, work.drive, whatOf(work.items), () => copyNow(work));
}

async function copyNow(work: Attempt): Promise<void> {
  const { element, panel, drives, drive, items, disk, named = false, replaced } = work;
  const stop = new AbortController();
  const there: string[] = [];
  if ((await drives.diskIn(drive)) !== disk) throw anotherDisk(work);
  const words = `Copying ${whatOf(items)} onto ${drive}`;
  const cancel = { label: 'Cancel', act: () => stop.abort() };
  const say = (far: Progress): void => panel.say(words, { offer: cancel, about: drive, far });
  say({ done: 0, total: 0 });
  const conflict = ({ path }: AddConflict): 'replace' | 'skip' => {
    if (replaced?.has(path)) return 'replace';
    if (!replaced) there.push(path);
    return 'skip';
  };
  let renamed = '';
  const names = (renames: readonly { from: string; to: string }[]): boolean => {
    const [{ from, to }] = renames as [{ from: string; to: string }];
    const more = renames.length > 1 ? `, and ${renames.length - 1} more` : '';
    if (!named) renamed = `${visibleName(from)} would be ${visibleName(to)} on a FAT disk${more}.`;
    return named;
  };
  let far = { written: 0, files: 0 };
  try {
    const added = await element.addFiles(`${drive}\\`, items, {
      conflict,
      names,
      onProgress(progress) {
        far = progress;
        say(progress);
      },
      signal: stop.signal,
    });
    panel.settled(drive);
    told(work, added, there);
  } catch (error) {
    panel.settled(drive);
    if (stop.signal.aborted) return panel.say(`${words} was given up. ${writtenWords(far)}`.trim());
    if (!renamed) throw error;
    const act = (): void => again(work, { named: true });
    panel.say(renamed, { offer: { label: 'Copy so', act }, about: drive });
  }
}

function told(work: Attempt, added: readonly AddedFile[], there: readonly string[]): void {
  const { panel, drive, items } = work;
  const [one] = added;
  if (one)
    panel.say(
      added.length === 1
        ? `${visibleName(one.path)} is written.`
        : `${added.length} files are written on ${drive}.`,
    );
  else if (there.length === 0)
    panel.say(`${whatOf(items)} ${items.length > 1 ? 'are' : 'is'} on ${drive} now.`);
  if (there.length === 0) return;
  const act = (): void => again(work, { named: true, replaced: new Set(there) });
  const single = there.length === 1;
  const words = single
    ? `There is a ${visibleName(there[0]!)} already.`
    : `${there.length} of the files are on ${drive} already.`;
  const label = single ? 'Replace it' : 'Replace them';
  panel.say(words, { offer: { label, act }, about: drive });
}

function again(work: Attempt, change: Pick<Attempt, 'named' | 'replaced'>): void {
  attempt({ ...work, ...change }).catch((error: unknown) =>
    work.element.say((error as Error).message, error, work.drive),
  );
}

function whatOf(items: readonly AddItem[]): string {
  const [one] = items;
  if (items.length === 1 && one) return visibleName(one.path);
  const files = items.filter(({ file }) => file).length;
  const kind = files === 0 ? 'folders' : files < items.length ? 'files and folders' : 'files';
  return `${items.length} ${kind}`;
}

function anotherDisk({ items, drive }: Attempt): Error {
  const many = items.length > 1;
  const what = `${whatOf(items)} ${many ? 'were' : 'was'} not copied: ${many ? 'they were' : 'it was'}`;
  const it = many ? 'them' : 'it';
  return new Error(
    `${what} meant for the disk that was in ${drive} when ${many ? 'they were' : 'it was'} dropped. ` +
      `Drop ${it} again to have ${it} on this one.`,
  );
}
