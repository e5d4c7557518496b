/**
 * What a container of a disk image is, and what is found in one.
 *
 * A container is a file around a disk: packed, with a header, or with more than the sectors' bytes.
 * Each has a file of its own, and a line in registry.ts, which no page loads before it meets a file
 * that is no plain image. All that they read is hostile: lengths are looked at before they are used
 * (reader.ts), nothing is allocated by a number that was not checked, and every loop consumes or
 * produces bytes under a cap.
 */
import type { DiskGeometry } from '../types.ts';

/** Rates as the machine has them: 0 = 500K, 1 = 300K, 2 = 250K, 3 = 1M bit/s. */
export type Rate = 0 | 1 | 2 | 3;

/** A sector as it was found; what is not said is as on any disk. */
export interface FoundSector {
  c: number;
  h: number;
  r: number;
  n: number;
  /** Absent: it is there, and its bytes are not known. */
  data?: Uint8Array | undefined;
  deleted?: boolean;
  badCrc?: boolean;
  badId?: boolean;
  noData?: boolean;
  weak?: boolean;
}

export interface FoundTrack {
  cylinder: number;
  head: number;
  /** Absent: the format does not say. */
  rate?: Rate | undefined;
  mfm?: boolean | undefined;
  sectors: readonly FoundSector[];
}

/** One of these is what a container holds. */
export type Unpacked =
  /** A file, which may be a container itself. */
  | { kind: 'file'; bytes: Uint8Array; comment?: string; header?: Uint8Array }
  /** The sectors' bytes in order of cylinder, head, number. */
  | { kind: 'raw'; image: Uint8Array; geometry: DiskGeometry; comment?: string }
  | { kind: 'tracks'; tracks: readonly FoundTrack[]; comment?: string };

export interface UnpackOptions {
  /** Which of an archive's images; absent: the only one. */
  pick?: string | undefined;
  /** Whether a file looks like an image of any kind. */
  known: (bytes: Uint8Array) => boolean;
}

export interface Container {
  /** As a program names it: `imd`. */
  id: string;
  /** As people name it: `ImageDisk (IMD)`. */
  name: string;
  /** By the bytes alone, without reading far. */
  sniff(bytes: Uint8Array): boolean;
  /** Throws an ImageError in words. */
  unpack(bytes: Uint8Array, options: UnpackOptions): Unpacked | Promise<Unpacked>;
}
