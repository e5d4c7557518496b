/**
 * Words that the parts of the element share: drives, disks in them, and the details of events.
 */

export const DRIVES = ['A:', 'B:'] as const;
export type Drive = (typeof DRIVES)[number];

/** Throws in words where the machine has no such drive. `a`, `a:` and `A:` are one. */
export function driveNamed(name: string): Drive {
  const letter = `${name.replace(/[:\\/]+$/, '').toUpperCase()}:`;
  const found = DRIVES.find((drive) => drive === letter);
  if (!found) throw new RangeError(`"${name}" is not a drive of this machine: A: and B: are.`);
  return found;
}

export type ImageSource = Blob | ArrayBuffer | Uint8Array | URL;

export interface InsertOptions {
  /** A word for people; without one, the file's name. */
  label?: string;
  writeProtected?: boolean;
  /**
   * The prefix under which the disk is kept in this browser, `false` to keep nothing. Default: the
   * element's `persist`.
   */
  persist?: string | boolean;
}

/** A disk that is in its drive from the start. */
export interface FirstDisk extends InsertOptions {
  image: ImageSource;
}

export type DiskState = 'empty' | 'unkept' | 'kept' | 'protected';

/** What people are told about a drive. */
export interface DriveView {
  readonly drive: Drive;
  readonly state: DiskState;
  readonly label: string;
  /** Bytes of the image, 0 for an empty drive. */
  readonly bytes: number;
  /** The state in words. */
  readonly words: string;
  /** Something is being done with the drive. */
  readonly busy: boolean;
}

export type DiskEvent = 'inserted' | 'ejected' | 'written' | 'saved';

export interface OutputDetail {
  text: string;
}

export interface DiskDetail {
  drive: Drive;
  change: DiskEvent;
}

export interface FaultDetail {
  /** The image that ran, such as `fatfs.sys`. */
  process: string;
  /** NTSTATUS of the exception. */
  status: number;
  restarted: boolean;
}

export interface ErrorDetail {
  /** One line for people. */
  message: string;
  error?: unknown;
}

export interface ShareOptions {
  /** Whose disks go into the link. Default: every disk that is in a drive. */
  drives?: readonly string[];
  /** Command lines that the reader is offered to run, separated by newlines. */
  run?: string;
  /** The address that boots what the link carries. Default: `share-base`, else the site. */
  base?: string | URL;
}
