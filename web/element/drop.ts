/**
 * Files dropped onto something.
 *
 *   acceptDrops(target, take, over)   `take` is given the files, and the drive on whose row they
 *                                     were dropped, if it was one; `over` is told of the drive
 *                                     where they would go while they hover, and of nothing when
 *                                     they leave. Returns how to stop
 *   acceptHere(element, internals, screen)
 *                                     the same for an element, which shows where they would go
 *   takeFiles(host, files, drive)     the first goes into that drive (default: A:), the second into
 *                                     the other, more onto the shelf; what is no image can be
 *                                     copied onto the disk in the drive, at the press of a button
 *
 * A drop that an inner target has taken is left alone by the outer ones.
 */
import * as Status from '../../personality/rtl/ntstatus.ts';
import { SystemError } from '../host/system.ts';
import { ImageError, type ImageErrorCode } from '../store/errors.ts';
import { LARGEST_FLOPPY } from '../store/formats.ts';
import { visibleName } from '../store/share/visible.ts';
import type { More } from './messages.ts';
import { textOf } from './shelf.ts';
import { markState } from './states.ts';
import { type Drive, DRIVES, type InsertOptions } from './types.ts';

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

export function acceptHere(
  element: HTMLElement & { takeFiles(files: readonly File[], drive?: Drive): Promise<void> },
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
    readFile(path: string): Promise<Uint8Array>;
    writeFile(path: string, data: File): Promise<void>;
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
  files: readonly File[],
  first: Drive = 'A:',
): Promise<void> {
  const drives = [first, ...DRIVES.filter((drive) => drive !== first)];
  const taken = files.map(async (file, i) => {
    const drive = drives[i];
    try {
      await takeImage(host, file, drive);
    } catch (error) {
      if (error instanceof ImageError && NO_IMAGE.has(error.code))
        await offerCopy({ ...host, file, drive: drive ?? first }, error);
      else host.element.say(textOf(error), error, drive);
    }
  });
  await Promise.all(taken);
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

interface Copy extends DropHost {
  readonly file: File;
  readonly drive: Drive;
}

/** A file is no disk, but it can be on one: on the one that is in the drive now. */
async function offerCopy(copy: Copy, error: ImageError): Promise<void> {
  const { element, panel, drives, file, drive } = copy;
  const words = `${visibleName(file.name)} is no disk image. ${textOf(error)}`;
  element.say(words, error, drive);
  if (file.size > LARGEST_FLOPPY) return;
  const disk = await drives.diskIn(drive);
  const act = (): void => orSay(copy, copyOnto(copy, disk));
  panel.say(words, { offer: { label: `Copy it onto ${drive}`, act }, about: drive });
}

function orSay({ element, drive }: Copy, work: Promise<void>): void {
  work.catch((why: unknown) => element.say(textOf(why), why, drive));
}

async function copyOnto(copy: Copy, disk: object | undefined): Promise<void> {
  const { element, panel, drives, file, drive } = copy;
  const name = file.name.replace(/^.*[\\/]/, '');
  const path = `${drive}\\${name}`;
  const shown = visibleName(path);
  const sameDisk = async (): Promise<void> => {
    if ((await drives.diskIn(drive)) === disk) return;
    const what = `${visibleName(name)} was not copied: it was meant for the disk that was in ${drive}`;
    throw new Error(`${what} when it was dropped. Drop it again to have it on this one.`);
  };
  const write = async (): Promise<void> => {
    await sameDisk();
    await element.writeFile(path, file);
    panel.settled(drive);
    panel.say(`${shown} is written.`);
  };
  await sameDisk();
  if (!(await isThere(element, path))) return write();
  const act = (): void => orSay(copy, write());
  panel.say(`There is a ${shown} already.`, { offer: { label: 'Replace it', act }, about: drive });
}

/** Asked of the file system: a name may be the short name of a file that is listed by another. */
async function isThere(element: DropHost['element'], path: string): Promise<boolean> {
  try {
    await element.readFile(path);
    return true;
  } catch (error) {
    if (error instanceof SystemError && error.status === Status.STATUS_OBJECT_NAME_NOT_FOUND)
      return false;
    throw error;
  }
}
