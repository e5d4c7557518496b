/**
 * One name of a directory that is known: what the file system told of it, and the file if it is
 * open or was (`live`): that knows sizes and times before the file system does.
 */
import type { NameRecord } from '../../../rtl/namerecords.ts';
import { FILE_ATTRIBUTE_DIRECTORY } from '../../../rtl/nt.ts';
import type { DirectoryNames } from './directory.ts';

export interface NameFacts {
  readonly attributes: number;
  readonly created: number;
  readonly accessed: number;
  readonly written: number;
  readonly endOfFile: number;
  readonly allocation: number;
}

/** A file that somebody has open, or had: the io room's FCB. */
export interface LiveFile extends NameFacts {
  /** Undefined: the directory is not known any more. */
  known: Name | undefined;
}

export class Name implements NameFacts {
  readonly directory: DirectoryNames;
  #record: NameRecord;
  live: LiveFile | undefined;
  /** It is being given to another file. */
  leaving = false;

  constructor(directory: DirectoryNames, record: NameRecord) {
    this.directory = directory;
    this.#record = record;
  }

  get name(): string {
    return this.#record.name;
  }

  get shortName(): string {
    return this.#record.shortName;
  }

  get id(): number {
    return this.#record.id;
  }

  get node(): number {
    return this.#record.node;
  }

  get #facts(): NameFacts {
    return this.live ?? this.#record;
  }

  get attributes(): number {
    return this.#facts.attributes;
  }

  get created(): number {
    return this.#facts.created;
  }

  get accessed(): number {
    return this.#facts.accessed;
  }

  get written(): number {
    return this.#facts.written;
  }

  get endOfFile(): number {
    return this.#facts.endOfFile;
  }

  get allocation(): number {
    return this.#facts.allocation;
  }

  /** For directory listings. */
  get changed(): number {
    return this.written;
  }

  readonly index = 0;

  get isDirectory(): boolean {
    return (this.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  }

  attach(live: LiveFile): void {
    this.live = live;
    live.known = this;
    this.directory.attached(this);
  }

  /** The file is let go: what it knew last is what is known. */
  detach(): void {
    const { live } = this;
    if (!live) return;
    const { attributes, created, accessed, written, endOfFile, allocation } = live;
    const facts = { attributes, created, accessed, written, endOfFile, allocation };
    this.#record = { ...this.#record, ...facts };
    live.known = undefined;
    this.live = undefined;
    this.directory.detached(this);
  }
}
