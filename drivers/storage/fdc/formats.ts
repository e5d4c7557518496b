/**
 * Floppy formats: what disks there are.
 *
 *   mediaFormats   NT's MEDIA_TYPE, geometry and data rate of each
 *
 * Source: the published winioctl.h (MEDIA_TYPE); IBM and Microsoft format tables.
 */
import { RATE_1M, RATE_250K, RATE_500K } from './registers.ts';

export interface MediaFormat {
  /** MEDIA_TYPE */
  readonly type: number;
  readonly cylinders: number;
  readonly heads: number;
  readonly sectors: number;
  /** A sector has 128 << sizeCode bytes. */
  readonly sizeCode: number;
  /** Rate at 300 turns a minute; a 1.2M drive reads 250K media at 300K. */
  readonly rate: number;
}

export interface Media extends MediaFormat {
  /** 2 on a 40-track disk in a drive of 80 tracks: the head steps twice a cylinder. */
  readonly stepping: 1 | 2;
  readonly sectorSize: number;
  readonly length: number;
}

type Row = readonly [number, number, number, number, number, number];
const rows: readonly Row[] = [
  [10, 40, 1, 8, 2, RATE_250K],
  [9, 40, 1, 9, 2, RATE_250K],
  [7, 40, 2, 8, 2, RATE_250K],
  [6, 40, 2, 9, 2, RATE_250K],
  [14, 80, 2, 8, 2, RATE_250K],
  [5, 80, 2, 9, 2, RATE_250K],
  [1, 80, 2, 15, 2, RATE_500K],
  [18, 77, 2, 8, 3, RATE_500K],
  [2, 80, 2, 18, 2, RATE_500K],
  [2, 80, 2, 21, 2, RATE_500K],
  [2, 82, 2, 21, 2, RATE_500K],
  [3, 80, 2, 36, 2, RATE_1M],
];

export const mediaFormats: readonly MediaFormat[] = rows.map(
  ([type, cylinders, heads, sectors, sizeCode, rate]) => {
    return { type, cylinders, heads, sectors, sizeCode, rate };
  },
);
