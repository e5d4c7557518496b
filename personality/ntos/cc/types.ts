/**
 * The cache manager's own shapes: pages, and what it needs of the I/O manager.
 *
 * A page is 4 KiB of RAM that holds eight sectors of a file or of a volume. Each sector has its own
 * bit in four masks, because a file's page is seldom one page of the disk and metadata sectors lie
 * beside sectors of file data:
 *
 *   valid     the bytes are those of the file or volume          dirty     valid, and newer than
 *             the disk
 *   loading   a transfer from the device is writing them         writing   a transfer to the device
 *             is reading them
 *
 * Invariants: dirty is a subset of valid; valid and loading are disjoint; a page with pins, dirty
 * or loading bits is never evicted; bytes of a valid sector at or beyond the file's valid data
 * length are zero.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import type { Counter } from '../ex/types.ts';
import type { Piece } from '../mm/types.ts';
import type { PageSet } from './pageset.ts';

export const SECTOR_SIZE = 512;
export const SECTORS_PER_PAGE = 8;
export const WHOLE_PAGE = 0xff;
/** Most bytes in one request to a storage driver. */
export const TRANSFER_LIMIT = 0x1_0000;

export interface Page {
  readonly owner: PageSet;
  /** Page number in the file or volume. */
  readonly index: number;
  /** Physical. */
  readonly address: number;
  valid: number;
  dirty: number;
  loading: number;
  writing: number;
  /** Uses that keep the frame: transfers, copies under way, mappings in drivers. */
  pins: number;
  /** Taken out of its set: the frame goes with the last pin. */
  orphan: boolean;
  /** It was wanted again (pool.ts). */
  hot: boolean;
  /** How often it was used, with other pages of its set in between. */
  visits: number;
  /** Time when the oldest dirty bit was set. */
  dirtySince: number;
  newer: Page | undefined;
  older: Page | undefined;
  /** Made by whoever waits for loading bits to fall. */
  loaded: Waitable | undefined;
}

/** A request under way. */
export interface CcTransfer {
  /** The driver's status; a short transfer is STATUS_IO_DEVICE_ERROR. */
  wait(): Promise<number>;
  /** Of one that failed, and was waited for: bytes that surely went through before. */
  readonly moved?: number;
}

/** A storage device as the cache manager uses it. Sectors are 512 bytes. */
export interface CcDevice {
  readonly id: number;
  /** Bytes of the medium, a multiple of 512. */
  readonly length: number;
  /** In the name space. */
  readonly name?: string;
  /** Nothing can be written: what a file system puts right stays in memory. */
  readonly readOnly?: boolean;
  /** The medium may be gone any moment (policy.ts). */
  readonly removable?: boolean;
  /**
   * Bytes that it moves at once, counted from its first sector on: those of a cylinder or track.
   * At most TRANSFER_LIMIT; absent: sectors.
   */
  readonly unit?: number;
  /**
   * Sends READ or WRITE to the driver. Offset and length in bytes, sector-aligned; never throws.
   */
  start(
    write: boolean,
    offset: number,
    length: number,
    pieces: readonly Piece[],
    request?: number,
  ): CcTransfer;
  /**
   * The driver answered `status`. If that means that the medium may have changed: has the file
   * system verify the volume. STATUS_SUCCESS: try again.
   */
  verify(status: number): Promise<number>;
}

/** What the file system does for a file: both add to the file's regions and set its sizes. */
export interface CcBacking {
  /** In words, for who watches. */
  readonly path?: string;
  /** Learns where [offset, offset + length) lies on the disk; for which service call. */
  resolve(offset: number, length: number, request?: number): Promise<number>;
  /** Makes the file reach to offset + length, with clusters for that region. */
  extend(offset: number, length: number): Promise<number>;
}

export interface CcCounters {
  readonly hit: Counter;
  readonly miss: Counter;
  readonly readAhead: Counter;
  readonly writeBack: Counter;
  readonly mapHit: Counter;
  readonly mapMiss: Counter;
}
