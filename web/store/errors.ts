/**
 * What the store throws. Each message is one sentence that a person can act on; `code` is for
 * programs.
 *
 *   StoreError   keeping disks in this browser
 *   ImageError   an image from outside
 *   ShareError   a disk in a link, and a link too long to be one
 *
 * `cause` holds what the browser said, where it said something.
 */

export type StoreErrorCode =
  | 'unavailable' // no IndexedDB here, or it refuses: private mode, blocked storage, a damaged profile
  | 'quota' // no room
  | 'read-only' // another owner has the disk
  | 'conflict' // changed since this hold last read it
  | 'closed' // the hold was closed
  | 'aborted' // the caller gave up waiting
  | 'missing' // no disk of this name is kept
  | 'bad-argument' // an offset outside the disk, an empty name
  | 'corrupt' // what was found is not a kept disk
  | 'timeout' // the database did not answer
  | 'failed'; // anything else; see cause

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

export type ImageErrorCode =
  | 'size'
  | 'gzip'
  | 'fetch'
  | 'container' // a container of an image that is damaged, or of a kind that is not read
  | 'several'; // an archive with more than one image: see `names`

export class ImageError extends Error {
  readonly code: ImageErrorCode;
  /** The images to choose from, as `pick` takes them. */
  readonly names: readonly string[];
  constructor(
    code: ImageErrorCode,
    message: string,
    cause?: unknown,
    names: readonly string[] = [],
  ) {
    super(message, { cause });
    this.name = 'ImageError';
    this.code = code;
    this.names = names;
  }
}

export type ShareErrorCode =
  | 'version' // made by a newer site, or not a disk at all
  | 'base64'
  | 'cut' // ends too early
  | 'damaged' // inflates to something that is no image
  | 'checksum'
  | 'too-large'
  | 'size' // not a floppy's size
  | 'run' // commands that cannot be in a link
  | 'open' // a path that cannot be
  | 'base' // the image that it changes is not the one at the address
  | 'insecure' // this page cannot compare them
  | 'empty'; // no disk to share

export class ShareError extends Error {
  readonly code: ShareErrorCode;
  constructor(code: ShareErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ShareError';
    this.code = code;
  }
}
