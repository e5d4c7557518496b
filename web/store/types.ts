/**
 * The store as the outside holds on to it: disk images at rest, on their way in, and on their way
 * out.
 *
 * A kept disk is an image under a name, in one browser, under a prefix (the element's `persist`).
 * One owner at a time may write it; others may read it. Every commit is one transaction and
 * raises the disk's generation by one, so what is found after a crash is a state that the disk
 * really had.
 *
 *   disks.ts          createDiskStore, openDisk, listDisks      kept disks
 *   bin.ts            DiskStore.bin                             those that were deleted
 *   drives.ts         createDriveMemory                         which kept disk was in which drive
 *   images.ts         importImage, fetchImage                   an image from outside
 *   container/                                                  files around a disk
 *   share/codec.ts    encodeDisk, decodeDisk                    an image as text for a link
 *   share/scrub.ts    scrubImage                                an image without deleted remains
 *   share/link.ts     buildLink, parseLink, openLink            the site's address
 *   errors.ts         StoreError, ImageError, ShareError        all that these throw
 *
 * Nothing here knows the machine or the operating system. The guide's chapter is docs/store.md.
 * Sources: IndexedDB 3.0 and Web Locks (W3C).
 */

import type { ByteRange } from './sector-set.ts';

export type { ByteRange };

/**
 * Bytes `[offset, offset + bytes.length)` of the disk as they are now. `bytes` may lie over
 * shared memory.
 */
export interface DiskChange {
  offset: number;
  bytes: Uint8Array;
}

/** What is known of a kept disk without reading it. */
export interface DiskInfo {
  name: string;
  /** A word for people, such as the file's name the image came from; may be empty. */
  label: string;
  /** Bytes of the whole image. */
  size: number;
  /** Counts the states that the disk has had since it was first kept, from 1. */
  generation: number;
  /** When the last commit was made, in milliseconds since 1970. */
  modified: number;
  /** It is not to be written: its tab is open. Absent: it may be. */
  writeProtected?: true;
  /** Some of it was found damaged, and was not written since. */
  damaged?: true;
  /** It has more than a plain image can have (KeptDisk.replace, `tracks`). */
  odd?: true;
  /** The file that it came in; absent: a raw image, or it was made here. */
  origin?: DiskOrigin;
}

/** What is written on a disk, and whether its tab is open. Absent: as before. */
export interface DiskMarks {
  label?: string | undefined;
  writeProtected?: boolean | undefined;
}

/** What is kept of a disk beside its bytes. */
export interface DiskFacts {
  /** Sectors that are not to be believed; they stay so until a commit writes them. */
  damaged?: readonly ByteRange[] | undefined;
  /** What it has beyond plain sectors, as the machine tells it; absent: nothing. */
  tracks?: Uint8Array | undefined;
  /** The file that it came in, which every later commit leaves; absent: none. */
  origin?: DiskOrigin | undefined;
  writeProtected?: boolean | undefined;
  /** When it was last changed, in milliseconds since 1970. Absent: now. */
  modified?: number | undefined;
}

/** What of a kept disk is not as it was written. */
export interface DiskDamage {
  /** Whole sectors, ascending. Their bytes are what was found, or zeros. */
  ranges: readonly ByteRange[];
  /** For people, without a full stop: how many sectors, on which tracks. */
  words: string;
}

export interface RecoveredDisk {
  image: Uint8Array;
  damage: DiskDamage | undefined;
  /** What it has beyond plain sectors, as it was given to `commit` or `replace`; unchecked. */
  tracks?: Uint8Array | undefined;
  /** The file that it came in. */
  origin?: DiskOrigin | undefined;
}

/**
 * What lies in the store, beside what a hold last saw or wrote there: that very state; nothing any
 * more; another disk, or a later state of this one; this disk, damaged or set back.
 */
export type DiskStanding = 'same' | 'gone' | 'other' | 'damaged';

/** A hold on one kept disk. Whoever opened it closes it. */
export interface KeptDisk {
  readonly name: string;
  readonly prefix: string;
  /**
   * True while another hold, in this tab or another, owns the disk. Every change is then refused
   * (`read-only`).
   */
  readonly readOnly: boolean;
  /** Its owner is another machine of this very page. */
  readonly usedHere: boolean;
  /** Told of a disk that was deleted out of the bin for good, since this one needed its room. */
  onRoomMade: ((label: string) => void) | undefined;
  /** As this hold last saw it; undefined where no disk of this name is kept yet. */
  readonly info: DiskInfo | undefined;

  /**
   * Resolves when this hold owns the disk: at once if it does already. Call `read` again then:
   * the previous owner may have changed it. Rejects with `closed` when the hold is closed first,
   * and with `aborted` when `signal` says so.
   */
  whenFree(options?: { signal?: AbortSignal }): Promise<void>;

  /**
   * The whole image, of one generation, in a buffer of its own; undefined where nothing is kept.
   * Rejects with `corrupt` where any of it is damaged.
   */
  read(): Promise<Uint8Array | undefined>;

  /** The same, and of a damaged disk all that is left. */
  recover(): Promise<RecoveredDisk | undefined>;

  /**
   * Reads all that lies in the store and compares. The next change is made upon what was found: who
   * then calls `replace` puts his image in its place.
   */
  check(): Promise<DiskStanding>;

  /**
   * Writes the changes in one transaction and resolves to the new generation once it is durable.
   * The bytes are copied before this returns its promise. Calls are carried out in order. After a
   * rejection the previous generation is intact, and the same changes may be committed again.
   * `conflict`: what is in the store is not what this hold last saw. `corrupt`: a chunk that the
   * changes touch is damaged; what else lies in it must not be made to look sound. `tracks`: what
   * the disk has beyond plain sectors from now on (empty: nothing any more); absent: as before.
   */
  commit(changes: readonly DiskChange[], tracks?: Uint8Array): Promise<number>;

  /**
   * Puts a whole image in the place of whatever was kept under this name, in one transaction. Its
   * size may differ. Without a label it has the one that was there.
   */
  replace(image: Uint8Array, label?: string, facts?: DiskFacts): Promise<number>;

  /** Changes what is written on it, or its tab, and not a byte of it. */
  mark(marks: DiskMarks): Promise<number>;

  /** Forgets the disk. The hold stays open, and `replace` keeps a new one. */
  delete(): Promise<void>;

  /** Waits for the commits under way and gives the disk free. Safe to call twice. */
  close(): Promise<void>;
}

export interface OpenDiskOptions {
  /** Sets of disks with different prefixes never meet. Default: `''`. */
  prefix?: string;
}

/** A disk that was deleted, and can be restored. `name` is its name in the bin. */
export interface BinnedDisk extends DiskInfo {
  /** When, in milliseconds since 1970. */
  deleted: number;
}

/** The deleted disks of one prefix. What is held elsewhere rejects with `read-only`. */
export interface DiskBin {
  /** The oldest first; what was there for 30 days is not any more. */
  list(): Promise<BinnedDisk[]>;
  /** Moves a kept disk here, in one transaction; resolves to its name in the bin. */
  throwAway(name: string): Promise<string>;
  /** Moves one back; resolves to the name under which it is kept. */
  restore(name: string): Promise<string>;
  /** Deletes one for good. */
  remove(name: string): Promise<void>;
  empty(): Promise<void>;
}

/** All kept disks of one backend. */
export interface DiskStore {
  /** Never waits for another owner: if there is one, the hold is `readOnly`. */
  open(name: string, options?: OpenDiskOptions): Promise<KeptDisk>;
  /** The kept disks under a prefix, by name. */
  list(options?: OpenDiskOptions): Promise<DiskInfo[]>;
  /** Names of those that have an owner, in this tab or another. */
  inUse(options?: OpenDiskOptions): Promise<ReadonlySet<string>>;
  /**
   * What was deleted. Before a change is refused because there is no room, disks go from here for
   * good, the oldest first (`onRoomMade`).
   */
  bin(options?: OpenDiskOptions): DiskBin;
  /**
   * `store.commit`, `store.commit.bytes`, `store.commit.failed`: monotonic since the store was
   * made.
   */
  counters(): Record<string, number>;
}

/** Which kept disk was in which drive, for one prefix. Drives are `A:`, `B:`, ... */
export interface DriveMemory {
  remember(drive: string, disk: string): Promise<void>;
  forget(drive: string): Promise<void>;
  /** Drive to disk name. A disk that is no longer kept may still be named. */
  recall(): Promise<Record<string, string>>;
}

/** A place in the backend. Paths are ordered and compared part by part. */
export type KeyPath = readonly (string | number)[];
export type StoreEntry = readonly [KeyPath, unknown];

/** One atomic change of the backend. `clear` goes before `put`. */
export interface StoreBatch {
  /** Each path and all that lies under it is removed. */
  clear: readonly KeyPath[];
  put: readonly StoreEntry[];
  /**
   * Looked at inside the transaction: where it answers false nothing is written, and `write`
   * rejects with `conflict`.
   */
  guard?: { path: KeyPath; holds: (value: unknown) => boolean };
}

/** What the store needs of a database. IndexedDB and an array of entries in memory both do it. */
export interface StoreBackend {
  /**
   * For each path the entries at and under it, in order, all of one moment. An entry whose value
   * the browser has lost is among them, with null.
   */
  read(paths: readonly KeyPath[]): Promise<StoreEntry[][]>;
  /** All of the batch, durably, or nothing and a `StoreError`. */
  write(batch: StoreBatch): Promise<void>;
  /** Ends the connection, if there is one; a later call opens it again. */
  close(): void;
}

export interface DiskGeometry {
  cylinders: number;
  heads: number;
  /** Sectors a track, from 1. */
  sectors: number;
  sectorSize: number;
}

/**
 * A floppy format, by its size in bytes. The size says which it is; what is on the disk is the
 * OS's business.
 */
export interface FloppyFormat extends DiskGeometry {
  /** As people say it: `1.44M`. */
  name: string;
  bytes: number;
}

/**
 * The file that a disk came in, for whoever wants to give it back in that form. Not kept: names in
 * an archive, dates, gaps, the order of sectors where nothing else is odd, and fields of a header
 * that only its own program understands.
 */
export interface DiskOrigin {
  /** Ids of container/registry.ts, the outermost first: `['zip', 'imd']`. */
  formats: readonly string[];
  /** What somebody wrote into it; only what can be seen, in one line. */
  comment: string;
  /** What lies before the image, where the format is no more than that. */
  header?: Uint8Array;
}

/** An image that has the size of a floppy; its content is unchecked. */
export interface ImportedImage {
  /** A buffer of its own, never shared. */
  image: Uint8Array;
  format: FloppyFormat;
  /** Zeros behind what was stored: an image that was cut short is filled up to whole tracks. */
  filled: number;
  /**
   * Sectors that cannot be read until they are written: behind a cut, and files have them; or a
   * container says that they could not be read, or that they are not there.
   */
  damaged: readonly ByteRange[];
  /** What a container says beyond plain sectors, as the machine has it (fdc/track-codec.ts). */
  tracks?: Uint8Array;
  /** Absent: it was a raw image. */
  origin?: DiskOrigin;
  /** What a reader is to be told of what is on it, behind its name (container/remarks.ts). */
  remark?: string;
}

/** What a link says of a disk, beside the disk. */
export interface LinkDiskFacts {
  /** What is written on it. */
  label?: string;
  /** Its write-protect tab is open. */
  writeProtected?: true;
}

/** To be fetched; `overlay`: what the link changes of it (share/overlay.ts). */
export interface FetchedDisk extends LinkDiskFacts {
  kind: 'address';
  url: string;
  overlay?: string;
}

/** One disk of a link: carried in it, or fetched. */
export type LinkDisk = ({ kind: 'inline'; text: string } & LinkDiskFacts) | FetchedDisk;
export type LinkDrive = 'a' | 'b';

/** How a machine is to run; absent: as it does by itself. */
export interface LinkSettings {
  speed?: 'fast' | 'real';
  topology?: 'auto' | 'isolated' | 'single';
}

/** What a site's address asks for, before anything of it is decoded or fetched. */
export interface LinkRequest {
  disks: Partial<Record<LinkDrive, LinkDisk>>;
  /** Command lines separated by newlines, to be shown before they run. Empty: none. */
  run: string;
  /** A file to show at the start, with its drive. Empty: none. */
  open: string;
  settings: LinkSettings;
  /** One sentence for each part that could not be understood; the rest stands. */
  errors: string[];
}

/** One disk of a link, as far as it can be had without a network. */
export type OpenedDisk = ({ kind: 'inline'; image: Uint8Array } & LinkDiskFacts) | FetchedDisk;

/** The same with the inline disks decoded; those that could not be are among the errors instead. */
export interface OpenedLink extends Omit<LinkRequest, 'disks'> {
  disks: Partial<Record<LinkDrive, OpenedDisk>>;
}
