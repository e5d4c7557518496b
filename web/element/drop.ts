/**
 * Files dropped onto something.
 *
 *   acceptDrops(target, take, over)   `take` is given the files, and the drive on whose row they
 *                                     were dropped, if it was one; `over` is told of the drive
 *                                     where they would go while they hover, and of nothing when
 *                                     they leave. Returns how to stop
 *   takeFiles(host, shelve, files, drive)
 *                                     the first goes into that drive (default: A:), the second into
 *                                     the other, more onto the shelf; what is no image is answered
 *                                     by what can be done with it
 *
 * A drop that an inner target has taken is left alone by the outer ones.
 */
import { ImageError } from '../store/errors.ts';
import { visibleName } from '../store/share/visible.ts';
import { textOf } from './shelf.ts';
import { type Drive, DRIVES } from './types.ts';

export function acceptDrops(
  target: HTMLElement | Document,
  take: (files: File[], drive: Drive | undefined) => void,
  over: (drive: Drive | undefined) => void = () => undefined,
): () => void {
  const listening = new AbortController();
  const on = (name: string, listener: (event: DragEvent) => void): void => {
    const listen = listener as (event: Event) => void;
    target.addEventListener(name, listen, { signal: listening.signal });
  };
  on('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    over(driveUnder(event) ?? 'A:');
  });
  on('dragleave', (event) => {
    if (!(event.relatedTarget instanceof Node && contains(target, event.relatedTarget)))
      over(undefined);
  });
  on('drop', (event) => {
    over(undefined);
    if (event.defaultPrevented || !carriesFiles(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])], driveUnder(event));
  });
  return () => listening.abort();
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function contains(target: HTMLElement | Document, node: Node): boolean {
  return target.contains(node);
}

/** A drive's row has `data-drive` (drive-bar.ts). */
function driveUnder(event: DragEvent): Drive | undefined {
  const names = event
    .composedPath()
    .map((node) => (node instanceof HTMLElement ? node.dataset['drive'] : undefined));
  return DRIVES.find((drive) => names.includes(drive));
}

export interface DropHost {
  insertDisk(drive: Drive, file: File): Promise<void>;
  say(message: string, error?: unknown): void;
}

/** `shelve` resolves to a sentence that says where the disk is. */
export async function takeFiles(
  host: DropHost,
  shelve: (file: File) => Promise<string>,
  files: readonly File[],
  first: Drive = 'A:',
): Promise<void> {
  const drives = [first, ...DRIVES.filter((drive) => drive !== first)];
  const taken = files.map(async (file, i) => {
    const drive = drives[i];
    try {
      if (drive) await host.insertDisk(drive, file);
      else host.say(await shelve(file));
    } catch (error) {
      host.say(sentenceOf(file, error, drive ?? first), error);
    }
  });
  await Promise.all(taken);
}

function sentenceOf({ name }: File, error: unknown, drive: Drive): string {
  const words = textOf(error);
  if (!(error instanceof ImageError) || error.code !== 'size') return words;
  const known = visibleName(name);
  const way = `element.writeFile('${drive}\\\\${known}', file)`;
  return `${known} is no disk image. ${words} To have the file itself on a disk: ${way}.`;
}
