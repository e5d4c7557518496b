/**
 * `machine.kept`: the disks that the browser keeps for an element, those in its drives among them.
 *
 * Each is known by its `name`, which never changes; what people see is the `label`. What is wrong
 * rejects in words: a TypeError for arguments, a StoreError for the store, an ImageError for an
 * image. Whenever something of the box has changed, here, in a drive or in another tab, the
 * element fires `neptune-kept`.
 *
 * What does the work is a module of its own (kept-work.ts), which is loaded when a page first asks:
 * a page that shows no box does not wait for it.
 */
import {
  booleanOf,
  isArray,
  isBlob,
  isFile,
  optionsOf,
  signalOf,
  textOf,
  wrong,
} from './arguments.ts';
import { freshName } from '../store/names.ts';
import { imageName } from './download.ts';
import type { KeptParts, KeptWork } from './kept-work.ts';
import { readSource, sourceOf } from './source.ts';
import { type Drive, driveNamed, type ImageSource } from './types.ts';

/** A kept disk. */
export interface KeptDiskInfo {
  name: string;
  label: string;
  /** Bytes of its image. */
  size: number;
  /** As people say it: `1.44M`. */
  format: string;
  /** When it was last written. */
  modified: Date;
  writeProtected: boolean;
  /** Some of it cannot be read. */
  damaged: boolean;
  /** What it came in, the outermost first: `['ZIP (IMZ)']`. Empty: a raw image, or made here. */
  cameIn: readonly string[];
  /** The drive of this machine that it is in; empty: none. */
  drive: Drive | '';
  /** Another tab, or another machine of this page, has it: it can be read here, and not changed. */
  elsewhere: boolean;
}

/** A disk in the bin. `name` is its name there. */
export interface DeletedDiskInfo {
  name: string;
  label: string;
  size: number;
  format: string;
  deleted: Date;
}

export interface KeepOptions {
  /** What is written on it. Default: the file's name. */
  label?: string;
  writeProtected?: boolean;
  /** Which image of an archive, by its name there. */
  pick?: string;
}

/** How long work on many disks goes on, and how it is given up. */
export interface KeptProgress {
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface ZipOptions extends KeptProgress {
  /** Which disks. Default: all. */
  names?: readonly string[];
  /** `image`: all as `.img` (default). `original`: each in the format that it came in. */
  as?: 'image' | 'original';
}

/** A disk as a file. */
export interface KeptFile {
  file: File;
  /** Where it is not what the disk came in, or has not all of the disk: why. Else empty. */
  why: string;
}

/** What became of a backup. */
export interface Restored {
  /** Names of the disks that were put back. */
  restored: readonly string[];
  /** How many were here already, the same byte for byte. */
  same: number;
  /** Those that could not be: what is written on them, and why. */
  failed: readonly { label: string; why: string }[];
}

const progressChecks = {
  onProgress(value: unknown, what: string): (done: number, total: number) => void {
    if (typeof value !== 'function') throw wrong(what, 'a function', value);
    return value as (done: number, total: number) => void;
  },
  signal: signalOf,
};

const shared: KeptParts['shared'] = {
  read: (image, { label, pick }) => readSource(sourceOf(image), { label, pick }),
  freshName,
  imageName,
};

export class Kept {
  readonly #parts: KeptParts;
  readonly #changed: () => void;
  #work: Promise<KeptWork> | undefined;
  #channel: BroadcastChannel | undefined;
  /** What was last told of the drives. */
  #told = '';

  constructor(parts: Omit<KeptParts, 'shared'>, changed: () => void) {
    this.#parts = { ...parts, shared };
    this.#changed = changed;
  }

  /** All kept disks. */
  async list(): Promise<KeptDiskInfo[]> {
    return this.#do((work) => work.list());
  }

  /** Keeps an image, in any format that is known; resolves to its name. */
  async add(image: ImageSource, options?: KeepOptions): Promise<string> {
    const checked = optionsOf<KeepOptions>(options, 'The options', {
      label: textOf,
      writeProtected: booleanOf,
      pick: textOf,
    });
    return this.#change((work) => work.add(image, checked));
  }

  /** Puts it into a drive; what was in there is taken out. From another drive it comes over. */
  async insert(name: string, drive: string): Promise<void> {
    const [kept, into] = [nameOf(name), driveNamed(drive)];
    return this.#do((work) => work.insert(kept, into));
  }

  /** The raw image, as it is now. */
  async image(name: string): Promise<File> {
    const kept = nameOf(name);
    return this.#do((work) => work.image(kept));
  }

  /** In the format that it came in, where that can be written; else the image, and why. */
  async original(name: string): Promise<KeptFile> {
    const kept = nameOf(name);
    return this.#do((work) => work.original(kept));
  }

  async rename(name: string, label: string): Promise<void> {
    const [kept, text] = [nameOf(name), textOf(label, 'The label')];
    return this.#change((work) => work.mark(kept, { label: text }));
  }

  /** Opens its tab, or closes it. A disk in a drive is taken out and put in again. */
  async protect(name: string, writeProtected: boolean): Promise<void> {
    const kept = nameOf(name);
    const marks = { writeProtected: booleanOf(writeProtected, 'Whether it is protected') };
    return this.#change((work) => work.mark(kept, marks));
  }

  /** Resolves to the name of the copy. */
  async duplicate(name: string, label?: string): Promise<string> {
    const kept = nameOf(name);
    const text = label === undefined ? undefined : textOf(label, 'The label');
    return this.#change((work) => work.duplicate(kept, text));
  }

  /** Moves it into the bin; resolves to its name there. Rejects while it is in a drive. */
  async delete(name: string): Promise<string> {
    const kept = nameOf(name);
    return this.#change((work) => work.delete(kept));
  }

  /** What is in the bin, the oldest first. */
  async deleted(): Promise<DeletedDiskInfo[]> {
    return this.#do((work) => work.deleted());
  }

  /** Back from the bin; resolves to the name under which it is kept. */
  async restore(name: string): Promise<string> {
    const binned = nameOf(name);
    return this.#change((work) => work.restore(binned));
  }

  /** Out of the bin, for good. */
  async remove(name: string): Promise<void> {
    const binned = nameOf(name);
    return this.#change((work) => work.remove(binned));
  }

  /** Empties the bin. */
  async empty(): Promise<void> {
    return this.#change((work) => work.empty());
  }

  /** Many disks as one ZIP archive of files that other programs read. */
  async zip(options?: ZipOptions): Promise<KeptFile> {
    const checked = optionsOf<ZipOptions>(options, 'The options', {
      ...progressChecks,
      names(value, what) {
        if (!Array.isArray(value)) throw wrong(what, 'an array of names', value);
        return value.map(nameOf);
      },
      as(value, what) {
        if (value !== 'image' && value !== 'original')
          throw new TypeError(`${what} must be "image" or "original".`);
        return value;
      },
    });
    return this.#do((work) => work.zip(checked));
  }

  /** All of the box in one file: a ZIP archive of images, and a list of what belongs to them. */
  async backup(options?: KeptProgress): Promise<File> {
    const checked = optionsOf<KeptProgress>(options, 'The options', progressChecks);
    return this.#do((work) => work.backup(checked));
  }

  /**
   * The same as files for a folder, without paths: `put` takes one after the other. Resolves to how
   * many disks there are.
   */
  async backupInto(put: (file: File) => Promise<unknown>, options?: KeptProgress): Promise<number> {
    if (typeof put !== 'function') throw wrong('What takes the files', 'a function', put);
    const checked = optionsOf<KeptProgress>(options, 'The options', progressChecks);
    return this.#do((work) => work.backupInto(put, checked));
  }

  /**
   * Puts back what `backup` has made: one file, or the files of a folder that has what the archive
   * has. Nothing here is lost: a disk that differs from the one in the backup stays beside it.
   */
  async restoreBackup(source: Blob | readonly File[], options?: KeptProgress): Promise<Restored> {
    const checked = optionsOf<KeptProgress>(options, 'The options', progressChecks);
    const files = isBlob(source) ? source : isArray(source) && source.every(isFile) && [...source];
    if (!files) throw wrong('The backup', 'a file, or an array of files', source);
    return this.#change((work) => work.restoreBackup(files, checked));
  }

  /** For the element: told whenever something of the drives may have changed. */
  look(): void {
    const now = this.#parts.drives.standing;
    if (now === this.#told) return;
    this.#told = now;
    this.#tell();
  }

  /** For the element: hears what others change. Returns how to stop. */
  attach(): () => void {
    try {
      this.#channel = new BroadcastChannel('neptune-kept');
      this.#channel.onmessage = ({ data }) => data === this.#parts.prefix() && this.#changed();
    } catch {
      // A page without storage has nobody to hear of.
    }
    return () => {
      this.#channel?.close();
      this.#channel = undefined;
    };
  }

  #tell(): void {
    this.#changed();
    const prefix = this.#parts.prefix();
    if (prefix !== undefined) this.#channel?.postMessage(prefix);
  }

  async #change<T>(work: (work: KeptWork) => Promise<T>): Promise<T> {
    try {
      return await this.#do(work);
    } finally {
      this.#tell();
    }
  }

  async #do<T>(work: (work: KeptWork) => Promise<T>): Promise<T> {
    const loading = (this.#work ??= import('./kept-work.ts').then(
      ({ KeptWork }) => new KeptWork(this.#parts),
    ));
    loading.catch(() => (this.#work = undefined));
    return work(await loading);
  }
}

const nameOf = (name: unknown): string => textOf(name, 'The name of the disk');
