/**
 * Files dropped onto something.
 *
 *   acceptDrops(target, take, over)   `take` is given the files, and the drive on whose row they
 *                                     were dropped, if it was one; `over` is told of the drive
 *                                     where they would go while they hover, and of nothing when
 *                                     they leave. Returns how to stop
 *   acceptHere(element, internals, screen)
 *                                     the same for an element, which shows where they would go
 *   takeFiles(host, dropped, drive)   what becomes of them: drop-take.ts. The default is A:
 *
 * A drop that an inner target has taken is left alone by the outer ones.
 */
import { isArray, wrong } from './arguments.ts';
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
  panel: {
    say(message: string, more?: More): void;
    settled(drive: Drive): void;
    dismiss(message: string): void;
  };
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
  try {
    const { takeDropped } = await import('./drop-take.ts');
    await takeDropped(host, [...dropped], first);
  } catch (error) {
    host.element.say(textOf(error), error, first);
  }
}

export interface Copy extends DropHost {
  readonly dropped: readonly Dropped[];
  readonly drive: Drive;
  /** That which they are meant for. Absent: the one that is in the drive now. */
  readonly disk?: object | undefined;
}
