/**
 * The names of a volume that are known: its directories by node, from the root.
 *
 *   find(path)                 a name; that there is none; or which directory is to be learnt
 *   directory(node)            made if it is not there
 *   learned(directory, ...)    its file system told all of its names, or that it cannot
 *   listing(directory, class)  its names encoded, for who lists it
 *   added, removed             one name came or went
 *   thin(directory)            they are encoded no more
 *   drop(directory)            nothing is known of it any more
 *   clear()                    nor of any
 *
 * A directory is one object however many paths lead to it, so that on a damaged disk, too, what is
 * known by one path is known by the others.
 *
 * Who changes names on the volume holds its namespace; finding needs no lock, because nothing here
 * waits.
 */
import { RtlUpcase } from '../../../rtl/names.ts';
import { type NameRecord, ROOT_NODE } from '../../../rtl/namerecords.ts';
import type { DirectoryBlock } from '../../../rtl/directoryblock.ts';
import type { DirectoryHolder, NameBudget } from './budget.ts';
import { DirectoryNames } from './directory.ts';
import type { Name } from './name.ts';

export type Found =
  | { readonly is: 'name'; readonly name: Name }
  /** `last`: it would be in `directory`; else a directory on the way is missing. */
  | { readonly is: 'missing'; readonly last: boolean; readonly directory: DirectoryNames }
  /** `last`: the directory that the path's last component is in. */
  | { readonly is: 'unknown'; readonly last: boolean; readonly directory: DirectoryNames }
  /** Of a damaged disk, or the root itself. */
  | { readonly is: 'nothing' };

const NOTHING: Found = { is: 'nothing' };

export class NameCache implements DirectoryHolder {
  readonly #budget: NameBudget;
  readonly #directories = new Map<number, DirectoryNames>();
  /** Whether the file system tells names: true until it says that it does not. */
  supported = true;

  constructor(budget: NameBudget) {
    this.#budget = budget;
    budget.holders.add(this);
  }

  get directories(): Iterable<DirectoryNames> {
    return this.#directories.values();
  }

  directory(node: number): DirectoryNames {
    let directory = this.#directories.get(node);
    if (!directory) {
      directory = new DirectoryNames(node);
      this.#directories.set(node, directory);
      this.#budget.touch(directory);
      this.#budget.charge(directory.bytes);
    }
    return directory;
  }

  /** The directory with that name; undefined: none, or none that is known. */
  below(name: Name): DirectoryNames | undefined {
    const known = name.isDirectory && name.node !== ROOT_NODE;
    return known ? this.directory(name.node) : undefined;
  }

  /** `path` as checkPath gives it. */
  find(path: string): Found {
    if (path === '' || !this.supported) return NOTHING;
    const folded = RtlUpcase(path);
    let directory = this.directory(ROOT_NODE);
    for (let at = 0; ;) {
      const end = folded.indexOf('\\', at);
      const last = end < 0;
      this.#budget.touch(directory);
      if (directory.state !== 'complete') return { is: 'unknown', last, directory };
      const name = directory.find(last ? folded.slice(at) : folded.slice(at, end));
      if (!name) return { is: 'missing', last, directory };
      if (last) return { is: 'name', name };
      if (!name.isDirectory) return { is: 'missing', last, directory };
      const below = this.below(name);
      if (!below) return NOTHING;
      directory = below;
      at = end + 1;
    }
  }

  /** Of a complete one. */
  listing(directory: DirectoryNames, infoClass: number): DirectoryBlock {
    this.#budget.touch(directory);
    if (directory.isEncoded(infoClass)) return directory.listing(infoClass);
    return this.#change(directory, () => directory.listing(infoClass));
  }

  /** Whether it is known now; `whole`: these are all. */
  learned(directory: DirectoryNames, records: readonly NameRecord[], whole: boolean): boolean {
    if (this.#directories.get(directory.node) !== directory) return false;
    this.#change(directory, () => {
      directory.forget(whole ? 'complete' : 'opaque');
      if (!whole) return;
      for (const record of records) if (!directory.add(record)) return;
      if (directory.bytes > this.#budget.most) directory.forget('opaque');
    });
    return directory.state === 'complete';
  }

  /**
   * A file was made there, or `moved` there; undefined where that directory is not known. What had
   * the node of a new one is gone.
   */
  added(directory: DirectoryNames, record: NameRecord, moved = false): Name | undefined {
    const before = record.node === ROOT_NODE ? undefined : this.#directories.get(record.node);
    if (before && !moved) this.drop(before);
    let name: Name | undefined;
    if (directory.state === 'complete')
      this.#change(directory, () => (name = directory.add(record)));
    return name;
  }

  removed(name: Name): void {
    const below = this.#directories.get(name.node);
    if (below && name.node !== ROOT_NODE) this.drop(below);
    this.moved(name);
  }

  /** The file is called otherwise from now on. */
  moved(name: Name): void {
    this.#change(name.directory, () => name.directory.remove(name));
  }

  /** Something may have changed in it. */
  forget(directory: DirectoryNames): void {
    if (directory.state === 'complete') this.#change(directory, () => directory.forget());
  }

  drop(directory: DirectoryNames): void {
    this.#directories.delete(directory.node);
    const { bytes } = directory;
    directory.forget();
    this.#budget.charge(-bytes);
  }

  thin(directory: DirectoryNames): void {
    this.#change(directory, () => directory.dropBlock());
  }

  /** `closed`: the volume is gone. */
  clear(closed = false): void {
    for (const directory of [...this.#directories.values()]) this.drop(directory);
    if (closed) this.#budget.holders.delete(this);
  }

  #change<T>(directory: DirectoryNames, change: () => T): T {
    const before = directory.bytes;
    const result = change();
    // One that was dropped meanwhile is charged no more.
    if (this.#directories.get(directory.node) === directory)
      this.#budget.charge(directory.bytes - before);
    return result;
  }
}
