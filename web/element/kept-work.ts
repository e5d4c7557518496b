/**
 * What `machine.kept` does, once a page asks (kept.ts has the calls and what they mean).
 *
 * A disk that is in a drive here is changed through the drive, which holds it; any other one is
 * held for as long as the change takes. One that another tab holds is read, and no more.
 */
import { type DiskContents, keepContents, readContents } from '../store/box/contents.ts';
import { writeOriginal } from '../store/box/original.ts';
import { CONTAINERS, GUESSES } from '../store/container/registry.ts';
import { StoreError } from '../store/errors.ts';
import { formatName } from '../store/formats.ts';
import { visibleLabel } from '../store/share/visible.ts';
import type { BinnedDisk, DiskBin, DiskInfo, DiskMarks, KeptDisk } from '../store/types.ts';
import type { Drives } from './drives.ts';
import type { KeepOptions, DeletedDiskInfo, KeptDiskInfo, KeptFile } from './kept.ts';
import type { KeptProgress, Restored, ZipOptions } from './kept.ts';
import { backupInto, backupOf, type Box, restoreFrom, zipOf } from './kept-many.ts';
import type { Shelf } from './shelf.ts';
import type { NamedImage } from './source.ts';
import { putTab } from './tab.ts';
import type { Drive, ImageSource } from './types.ts';

export interface KeptParts {
  readonly shelf: Pick<Shelf, 'ask' | 'open' | 'close' | 'patience'>;
  readonly drives: Drives;
  /** What disks are kept under; undefined: none are. */
  prefix(): string | undefined;
  /**
   * What the element has of it is handed over: imported here as well, it would be a file of its own
   * that every first load asks for.
   */
  readonly shared: {
    read(image: ImageSource, named: KeepOptions): Promise<NamedImage>;
    freshName(label: string): string;
    imageName(label: string): string;
  };
}

const NAMES = new Map([...CONTAINERS, ...GUESSES].map(({ id, name }) => [id, name]));

export class KeptWork {
  readonly #parts: KeptParts;

  constructor(parts: KeptParts) {
    this.#parts = parts;
  }

  async list(): Promise<KeptDiskInfo[]> {
    const { prefix, shelf } = this.#parts;
    const under = { prefix: prefix() ?? '' };
    if (prefix() === undefined) return [];
    const [disks, used] = await shelf.ask((store) =>
      Promise.all([store.list(under), store.inUse(under)]),
    );
    return disks.map((disk) => this.#infoOf(disk, used));
  }

  #infoOf(disk: DiskInfo, used: ReadonlySet<string>): KeptDiskInfo {
    const { name, label, size, modified, origin } = disk;
    const drive = this.#driveOf(name);
    return {
      name,
      label,
      size,
      format: formatName(size),
      modified: new Date(modified),
      writeProtected: disk.writeProtected ?? false,
      damaged: disk.damaged ?? false,
      cameIn: (origin?.formats ?? []).map((id) => NAMES.get(id) ?? id),
      drive: drive ?? '',
      elsewhere: drive === undefined && used.has(name),
    };
  }

  async add(image: ImageSource, given: KeepOptions): Promise<string> {
    this.#prefix();
    const found = await this.#parts.shared.read(image, given);
    return this.#keep({ ...found, writeProtected: given.writeProtected, modified: Date.now() });
  }

  async insert(name: string, drive: Drive): Promise<void> {
    const { drives } = this.#parts;
    const now = this.#driveOf(name);
    if (now === drive) return;
    if (now) await drives.eject(now);
    if (!(await drives.insertKept(drive, name)))
      throw new StoreError('missing', `No disk named "${name}" can be put into ${drive}`);
  }

  async image(name: string): Promise<File> {
    const { image, label, modified } = await this.#contents(name);
    return fileOf(this.#parts.shared.imageName(label), image, modified);
  }

  async original(name: string): Promise<KeptFile> {
    const contents = await this.#contents(name);
    const { name: file, bytes, why } = await writeOriginal(contents);
    return { file: fileOf(file, bytes, contents.modified), why };
  }

  zip(options: ZipOptions): Promise<KeptFile> {
    return zipOf(this.#many, options);
  }

  backup(options: KeptProgress): Promise<File> {
    return backupOf(this.#many, options);
  }

  backupInto(put: (file: File) => Promise<unknown>, options: KeptProgress): Promise<number> {
    return backupInto(this.#many, put, options);
  }

  async restoreBackup(source: Blob | readonly File[], options: KeptProgress): Promise<Restored> {
    this.#prefix();
    return restoreFrom(this.#many, source, options);
  }

  async mark(name: string, { label, ...marks }: DiskMarks): Promise<void> {
    const text = label === undefined ? {} : { label: visibleLabel(label) };
    const drive = this.#driveOf(name);
    if (drive) return this.#markIn(drive, name, { ...text, ...marks });
    await this.#holding(name, (hold) => hold.mark({ ...text, ...marks }));
  }

  async #markIn(drive: Drive, name: string, marks: DiskMarks): Promise<void> {
    const { drives } = this.#parts;
    const { label, writeProtected } = marks;
    await drives.withDisk(drive, async (slot, disk) => {
      if (!disk?.hold || disk.hold.name !== name) throw moved(name);
      await disk.hold.mark(marks);
      disk.label = label ?? disk.label;
      if (writeProtected !== undefined) await putTab(slot, disk, writeProtected, drives.loose);
    });
  }

  async duplicate(name: string, label?: string): Promise<string> {
    const contents = await this.#contents(name);
    return this.#keep({ ...contents, label: visibleLabel(label ?? copyLabel(contents.label)) });
  }

  async delete(name: string): Promise<string> {
    const drive = this.#driveOf(name);
    if (drive) throw new StoreError('read-only', `The disk is in ${drive} Eject it first.`);
    return this.#bin((bin) => bin.throwAway(name));
  }

  async deleted(): Promise<DeletedDiskInfo[]> {
    if (this.#parts.prefix() === undefined) return [];
    const disks = await this.#bin((bin) => bin.list());
    return disks.map(({ name, label, size, deleted }: BinnedDisk) => {
      return { name, label, size, format: formatName(size), deleted: new Date(deleted) };
    });
  }

  restore(name: string): Promise<string> {
    return this.#bin((bin) => bin.restore(name));
  }

  remove(name: string): Promise<void> {
    return this.#bin((bin) => bin.remove(name));
  }

  empty(): Promise<void> {
    return this.#bin((bin) => bin.empty());
  }

  get #many(): Box {
    return {
      names: async () => (await this.list()).map(({ name }) => name),
      read: (name) => this.#contents(name),
      keep: (contents, name) => this.#keep(contents, name),
    };
  }

  #bin<T>(work: (bin: DiskBin) => Promise<T>): Promise<T> {
    const prefix = this.#prefix();
    return this.#parts.shelf.ask((store) => work(store.bin({ prefix })));
  }

  async #keep(contents: DiskContents, given?: string): Promise<string> {
    const name = given ?? this.#parts.shared.freshName(contents.label);
    await this.#holding(name, (hold) => keepContents(hold, contents));
    return name;
  }

  /** As it is now: of a disk in a drive, with what the system has still to write. */
  async #contents(name: string): Promise<DiskContents> {
    const drive = this.#driveOf(name);
    if (drive) return this.#contentsIn(drive, name);
    return this.#holding(name, readContents);
  }

  #contentsIn(drive: Drive, name: string): Promise<DiskContents> {
    return this.#parts.drives.withDisk(drive, async (slot, disk) => {
      if (!disk || disk.hold?.name !== name) throw moved(name);
      await slot.flush();
      const image = (await slot.medium())!;
      const { label, facts, hold } = disk;
      return { ...facts, label, image, modified: hold.info?.modified ?? Date.now() };
    });
  }

  async #holding<T>(name: string, work: (hold: KeptDisk) => Promise<T>): Promise<T> {
    const { shelf } = this.#parts;
    const hold = await shelf.open(name, this.#prefix());
    try {
      return await shelf.patience.within(() => work(hold));
    } finally {
      await shelf.close(hold);
    }
  }

  #prefix(): string {
    const prefix = this.#parts.prefix();
    if (prefix === undefined)
      throw new StoreError('unavailable', 'This machine keeps no disks: it has no "persist".');
    return prefix;
  }

  #driveOf(name: string): Drive | undefined {
    const { names, views } = this.#parts.drives;
    return views[names.indexOf(name)]?.drive;
  }
}

function moved(name: string): StoreError {
  return new StoreError('conflict', `The disk "${name}" left its drive meanwhile.`);
}

/** `notes.img` becomes `notes copy.img`. */
function copyLabel(label: string): string {
  const [, name = '', ending = ''] = /^(.*?)(\.\w{1,4})?$/s.exec(label) ?? [];
  return `${name || 'disk'} copy${ending}`;
}

function fileOf(name: string, bytes: Uint8Array, modified: number): File {
  const type = 'application/octet-stream';
  return new File([bytes as Uint8Array<ArrayBuffer>], name, { type, lastModified: modified });
}
