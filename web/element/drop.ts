/**
 * Files dropped onto something.
 *
 *   acceptDrops(target, take, over)   `take` is given the files, and the drive on whose row they
 *                                     were dropped, if it was one; `over` is told of the drive
 *                                     where they would go while they hover, and of nothing when
 *                                     they leave. Returns how to stop
 *   acceptHere(element, internals, screen)
 *                                     the same for an element, which shows where they would go
 *   takeFiles(host, dropped, drive)   the first goes into that drive (default: A:), the second into
 *                                     the other, more onto the shelf; what is no image can be
 *                                     copied onto the disk in the drive, at the press of a button.
 *                                     Where a folder is among them, all are copied onto the disk
 *
 * A drop that an inner target has taken is left alone by the outer ones.
 */
import { isArray, isFile, wrong } from './arguments.ts';
import { ImageError, type ImageErrorCode } from '../store/errors.ts';
import { LARGEST_FLOPPY } from '../store/formats.ts';
import { visibleName } from '../store/share/visible.ts';
import type { More } from './messages.ts';
import type { AddedFile, AddItem, AddOptions } from './add-options.ts';
import { textOf } from './shelf.ts';
import { markState } from './states.ts';
import { type Drive, DRIVES, type InsertOptions } from './types.ts';

/** A folder as the browser gives it: what is in it can be looked up later. */
export type Dropped = File | FileSystemDirectoryEntry;

export function acceptDrops(
  target: HTMLElement | Document,
  take: (dropped: Dropped[], drive: Drive | undefined) => void,
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
    take(droppedIn(event.dataTransfer), driveUnder(event));
  });
  return () => listening.abort();
}

/** Files in the order in which they were dropped, folders behind them. */
function droppedIn(transfer: DataTransfer | null): Dropped[] {
  const entries = Array.from(transfer?.items ?? [], (item) => item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  const names = new Set(folders.map(({ name }) => name));
  const files = [...(transfer?.files ?? [])].filter(({ name }) => !names.has(name));
  return [...files, ...folders];
}

export function acceptHere(
  element: HTMLElement & { takeFiles(files: readonly Dropped[], drive?: Drive): Promise<void> },
  internals: ElementInternals,
  screen: { dropInto: Drive | undefined },
): () => void {
  const hovers = (drive: Drive | undefined): void => {
    markState(internals, 'dropping', drive !== undefined);
    screen.dropInto = drive;
  };
  return acceptDrops(element, (files, drive) => void element.takeFiles(files, drive), hovers);
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
  element: {
    insertDisk(drive: Drive, file: File, options?: InsertOptions): Promise<void>;
    addFiles(
      path: string,
      files: readonly (File | AddItem)[],
      options?: AddOptions,
    ): Promise<AddedFile[]>;
    /** What is wrong. */
    say(message: string, error?: unknown, about?: Drive): void;
  };
  /** What is not. */
  panel: { say(message: string, more?: More): void; settled(drive: Drive): void };
  drives: {
    /** Resolves to a sentence that says where the disk is. */
    shelve(file: File, pick?: string): Promise<string>;
    diskIn(drive: Drive): Promise<object | undefined>;
  };
}

export async function takeFiles(
  host: DropHost,
  dropped: readonly Dropped[],
  first: Drive = 'A:',
): Promise<void> {
  if (!isArray(dropped)) throw wrong('The files', 'an array of files', dropped);
  const files = dropped.filter(isFile);
  if (files.length < dropped.length) return copyOnto({ ...host, dropped, drive: first });
  const drives = [first, ...DRIVES.filter((drive) => drive !== first)];
  const taken = files.map(async (file, i): Promise<NoImage | undefined> => {
    const drive = drives[i];
    try {
      await takeImage(host, file, drive);
    } catch (error) {
      if (error instanceof ImageError && NO_IMAGE.has(error.code))
        return { file, drive: drive ?? first, error };
      host.element.say(textOf(error), error, drive);
    }
    return undefined;
  });
  const others = (await Promise.all(taken)).filter((one) => one !== undefined);
  const [one] = others;
  if (one && others.length === 1) await offerCopy(host, one);
  else if (one) await offerCopies(host, others, first);
}

interface NoImage {
  readonly file: File;
  readonly drive: Drive;
  readonly error: ImageError;
}

const NO_IMAGE: ReadonlySet<ImageErrorCode> = new Set(['size', 'container']);
/** Of one archive. */
const MOST_IMAGES = 50;

/** Of an archive's images the first goes where the file was to go, the others onto the shelf. */
async function takeImage(
  host: DropHost,
  file: File,
  drive: Drive | undefined,
  pick?: string,
): Promise<void> {
  const { element, panel, drives } = host;
  try {
    if (drive) await element.insertDisk(drive, file, pick === undefined ? {} : { pick });
    else panel.say(await drives.shelve(file, pick));
  } catch (error) {
    const several = error instanceof ImageError && error.code === 'several';
    if (!several || pick !== undefined) throw error;
    const [one, ...others] = error.names.slice(0, MOST_IMAGES);
    await takeImage(host, file, drive, one);
    for (const name of others) await takeImage(host, file, undefined, name);
  }
}

/** What can be on a disk. */
const fits = ({ file }: NoImage): boolean => file.size <= LARGEST_FLOPPY;

/** A file is no disk, but it can be on one: on the one that is in the drive now. */
async function offerCopy(host: DropHost, { file, drive, error }: NoImage): Promise<void> {
  const words = `${visibleName(file.name)} is no disk image. ${textOf(error)}`;
  host.element.say(words, error, drive);
  if (fits({ file, drive, error })) await offer(host, words, [file], drive);
}

async function offerCopies(
  host: DropHost,
  others: readonly NoImage[],
  drive: Drive,
): Promise<void> {
  const words = `${others.length} of these files are no disk images.`;
  host.element.say(words, others[0]!.error, drive);
  const files = others.filter(fits).map(({ file }) => file);
  if (files.length > 0) await offer(host, words, files, drive);
}

async function offer(
  host: DropHost,
  words: string,
  dropped: readonly File[],
  drive: Drive,
): Promise<void> {
  const disk = await host.drives.diskIn(drive);
  const label = `Copy ${dropped.length === 1 ? 'it' : 'them'} onto ${drive}`;
  const act = (): void => void copyOnto({ ...host, dropped, drive, disk });
  host.panel.say(words, { offer: { label, act }, about: drive });
}

export interface Copy extends DropHost {
  readonly dropped: readonly Dropped[];
  readonly drive: Drive;
  /** That which they are meant for. Absent: the one that is in the drive now. */
  readonly disk?: object | undefined;
}

async function copyOnto(copy: Copy): Promise<void> {
  try {
    const { copyDropped } = await import('./drop-copy.ts');
    await copyDropped(copy);
  } catch (error) {
    copy.element.say(textOf(error), error, copy.drive);
  }
}
