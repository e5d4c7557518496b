/**
 * What is known of one directory: all of its names, or nothing.
 *
 *   unknown    nobody has asked yet, or something may have changed
 *   complete   every name is here: one that is not here is not there
 *   opaque     it cannot be known as a whole (too large, damaged, two entries of one name): its
 *              file system is asked for each name
 *
 * Names are found without case, by their long and their short form. Invariant: `names` is ascending
 * by `id`; `#byName` leads to the names in it; both are empty unless complete. `block` has exactly
 * these names; what it says of files that are `live` may be old.
 *
 *   listing(infoClass)   the names encoded, with what is known of them now; kept until one comes or
 *                        goes
 */
import { DirectoryBlock } from '../../../rtl/directoryblock.ts';
import { RtlUpcase } from '../../../rtl/names.ts';
import type { NameRecord } from '../../../rtl/namerecords.ts';
import { Name } from './name.ts';

/** What a name takes of memory, about, besides its letters; and an empty directory. */
const NAME_BYTES = 320;
const DIRECTORY_BYTES = 512;

export type Knowledge = 'unknown' | 'complete' | 'opaque';

export class DirectoryNames {
  /** What the file system calls it. */
  readonly node: number;
  state: Knowledge = 'unknown';
  /** When it was last looked at (budget.ts). */
  used = 0;
  /** About what it takes of memory. */
  bytes = DIRECTORY_BYTES;
  #names: Name[] = [];
  readonly #byName = new Map<string, Name>();
  /** Names of files that are open, or were: they know more than their record. */
  readonly #live = new Set<Name>();
  #block: DirectoryBlock | undefined;

  constructor(node: number) {
    this.node = node;
  }

  get names(): readonly Name[] {
    return this.#names;
  }

  /** `name` folded. */
  find(name: string): Name | undefined {
    return this.#byName.get(name);
  }

  /** Index of the first name behind `id`. */
  indexAfter(id: number): number {
    let [from, to] = [0, this.#names.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#names[middle]!.id > id) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** Encoded as `infoClass` has them, and charged with the names. */
  listing(infoClass: number): DirectoryBlock {
    let block = this.#block;
    if (block?.infoClass !== infoClass) {
      this.dropBlock();
      block = this.#block = new DirectoryBlock(this.#names, infoClass);
      this.bytes += block.size;
    }
    for (const name of this.#live) block.refresh(this.indexAfter(name.id) - 1, name);
    return block;
  }

  /** Whether nothing has to be made for that. */
  isEncoded(infoClass: number): boolean {
    return this.#block?.infoClass === infoClass;
  }

  get encoded(): boolean {
    return this.#block !== undefined;
  }

  /** A file knows more of itself than the record from now on. */
  attached(name: Name): void {
    this.#live.add(name);
  }

  /** It does no more: the record says what it knew last. */
  detached(name: Name): void {
    this.#live.delete(name);
    this.#block?.refresh(this.indexAfter(name.id) - 1, name);
  }

  dropBlock(): void {
    if (this.#block) this.bytes -= this.#block.size;
    this.#block = undefined;
  }

  /** Undefined: there is another of that name, so that the directory is opaque from now on. */
  add(record: NameRecord): Name | undefined {
    const name = new Name(this, record);
    const keys = keysOf(name);
    if (keys.some((key) => this.#byName.has(key))) {
      this.forget('opaque');
      return undefined;
    }
    this.dropBlock();
    for (const key of keys) this.#byName.set(key, name);
    this.#names.splice(this.indexAfter(record.id), 0, name);
    this.bytes += this.costOf(name);
    return name;
  }

  costOf({ name, shortName }: Pick<NameRecord, 'name' | 'shortName'>): number {
    return NAME_BYTES + 4 * (name.length + shortName.length);
  }

  remove(name: Name): void {
    const at = this.indexAfter(name.id) - 1;
    if (this.#names[at] !== name) return;
    this.dropBlock();
    this.#names.splice(at, 1);
    for (const key of keysOf(name)) this.#byName.delete(key);
    this.bytes -= this.costOf(name);
    name.detach();
  }

  forget(state: Knowledge = 'unknown'): void {
    this.dropBlock();
    for (const name of this.#names) name.detach();
    this.#names = [];
    this.#byName.clear();
    this.bytes = DIRECTORY_BYTES;
    this.state = state;
  }
}

function keysOf({ name, shortName }: Name): string[] {
  const long = RtlUpcase(name);
  const short = RtlUpcase(shortName);
  return short === '' || short === long ? [long] : [long, short];
}
