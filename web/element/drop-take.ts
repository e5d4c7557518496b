/**
 * What becomes of files that were dropped onto a machine, or chosen for it.
 *
 *   takeDropped(host, dropped, first)   the first goes into that drive, the second into the other,
 *                                       more onto the shelf; what is no image can be copied onto
 *                                       the disk in the drive, at the press of a button. Where a
 *                                       folder is among them, all are copied onto the disk
 *
 * However many there are, one after the other is in memory. What is wrong with one hinders no
 * other: it is named in one line at the end. More than a few can be given up in the middle.
 */
import { ImageError, type ImageErrorCode } from '../store/errors.ts';
import { LARGEST_FLOPPY } from '../store/formats.ts';
import { visibleName } from '../store/share/visible.ts';
import { isFile } from './arguments.ts';
import type { Copy, Dropped, DropHost } from './drop.ts';
import { textOf } from './shelf.ts';
import { type Drive, DRIVES } from './types.ts';

interface NotTaken {
  readonly file: File;
  readonly drive: Drive;
  readonly error: Error;
}

const NO_IMAGE: ReadonlySet<ImageErrorCode> = new Set(['size', 'container']);
const isNoImage = ({ error }: NotTaken): boolean =>
  error instanceof ImageError && NO_IMAGE.has(error.code);
/** Of one archive. */
const MOST_IMAGES = 50;
const MOST_NAMES = 20;

export async function takeDropped(
  host: DropHost,
  dropped: readonly Dropped[],
  first: Drive,
): Promise<void> {
  const files = dropped.filter(isFile);
  if (files.length < dropped.length) return copyOnto({ ...host, dropped, drive: first });
  const taking = new Taking(host, first);
  await taking.all(files);
  await taking.tell();
}

class Taking {
  readonly #host: DropHost;
  readonly #first: Drive;
  readonly #drives: readonly Drive[];
  readonly #others: NotTaken[] = [];
  /** Sentences about disks that are in no drive. */
  readonly #shelved: string[] = [];
  #count = 0;
  #left = 0;

  constructor(host: DropHost, first: Drive) {
    this.#host = host;
    this.#first = first;
    this.#drives = [first, ...DRIVES.filter((drive) => drive !== first)];
  }

  async all(files: readonly File[]): Promise<void> {
    const { panel } = this.#host;
    let stopped = false;
    this.#count = files.length;
    for (const [i, file] of files.entries()) {
      if (stopped) {
        this.#left = files.length - i;
        break;
      }
      // The drives have theirs: what is about one of them goes when its disk comes.
      if (i === this.#drives.length) {
        const offer = { label: 'Cancel', act: () => void (stopped = true) };
        panel.say(`Taking in ${files.length} files.`, { offer, about: this.#first });
      }
      await this.#take(file, this.#drives[i]);
    }
    if (files.length > this.#drives.length) panel.settled(this.#first);
  }

  async #take(file: File, drive: Drive | undefined): Promise<void> {
    try {
      await this.#image(file, drive);
    } catch (error) {
      this.#others.push({ file, drive: drive ?? this.#first, error: error as Error });
    }
  }

  /** Of an archive's images the first goes where the file was to go, the others onto the shelf. */
  async #image(file: File, drive: Drive | undefined, pick?: string): Promise<void> {
    const { element, drives } = this.#host;
    try {
      if (drive) await element.insertDisk(drive, file, pick === undefined ? {} : { pick });
      else this.#shelved.push(await drives.shelve(file, pick));
    } catch (error) {
      const several = error instanceof ImageError && error.code === 'several';
      if (!several || pick !== undefined) throw error;
      const [one, ...others] = error.names.slice(0, MOST_IMAGES);
      await this.#image(file, drive, one);
      for (const name of others) await this.#image(file, undefined, name);
      const left = error.names.length - MOST_IMAGES;
      if (left > 0)
        throw new Error(`${visibleName(file.name)} has ${left} more images than are taken of it.`);
    }
  }

  async tell(): Promise<void> {
    const { panel } = this.#host;
    const shelved = this.#shelved.length;
    if (shelved > 1)
      panel.say(`${shelved} disks are in no drive: press Insert at a drive to put one in.`);
    else if (shelved === 1) panel.say(this.#shelved[0]!);
    if (this.#left > 0) panel.say(`${this.#left} of ${this.#count} files were not looked at.`);
    const broken = this.#others.filter((one) => !isNoImage(one));
    if (broken.length > 0) this.#tellBroken(broken);
    await this.#offerCopies(this.#others.filter(isNoImage));
  }

  #tellBroken(broken: readonly NotTaken[]): void {
    const [{ error, drive }] = broken as [NotTaken];
    const named = broken.map(
      ({ file, error: why }) => `${visibleName(file.name)} (${textOf(why)})`,
    );
    const words =
      broken.length === 1
        ? textOf(error)
        : `${broken.length} of ${this.#count} files could not be taken: ${listOf(named)}`;
    this.#host.element.say(words, error, drive);
  }

  /** A file is no disk, but it can be on one: on the one that is in the drive now. */
  async #offerCopies(others: readonly NotTaken[]): Promise<void> {
    const [one] = others;
    if (!one) return;
    const { element, panel, drives } = this.#host;
    const names = others.map(({ file }) => visibleName(file.name));
    const many = others.length > 1;
    const drive = many ? this.#first : one.drive;
    const words = many
      ? `${others.length} of these files are no disk images: ${listOf(names)}.`
      : `${names[0]!} is no disk image. ${textOf(one.error)}`;
    element.say(words, one.error, drive);
    const dropped = others.map(({ file }) => file).filter(({ size }) => size <= LARGEST_FLOPPY);
    if (dropped.length === 0) return;
    const disk = await drives.diskIn(drive);
    const label = `Copy ${dropped.length === 1 ? 'it' : 'them'} onto ${drive}`;
    const act = (): void => void copyOnto({ ...this.#host, dropped, drive, disk });
    panel.say(words, { offer: { label, act }, about: drive });
  }
}

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

async function copyOnto(copy: Copy): Promise<void> {
  try {
    const { copyDropped } = await import('./drop-copy.ts');
    await copyDropped(copy);
  } catch (error) {
    copy.element.say(textOf(error), error, copy.drive);
  }
}
