/**
 * The floppy formats that a raw sector image can have, told apart by its size alone.
 *
 * A raw image holds the sectors in order of cylinder, head, number. Sizes that two formats share
 * (720 and 1280 sectors) stand for the double-sided one.
 *
 *   mediaFormats          the table
 *   findFormat(bytes)     the format of an image of that size
 *
 * Source: ECMA-70, -78, -99, -100, -125 media; rates as the 82077AA encodes them in DSR and CCR.
 */

export interface MediaFormat {
  readonly name: string;
  readonly cylinders: number;
  readonly heads: number;
  /** Sectors of a track, numbered from 1. */
  readonly sectors: number;
  /** A sector has 128 << sizeCode bytes. */
  readonly sizeCode: number;
  /** Data rate code: 0 = 500K, 1 = 300K, 2 = 250K, 3 = 1M bit/s. */
  readonly rate: number;
  /** Turns a minute of the drive that records it. */
  readonly rpm: number;
  /** GPL that it is formatted with. */
  readonly gap: number;
}

function format(
  name: string,
  cylinders: number,
  heads: number,
  sectors: number,
  rate: number,
  gap: number,
  { sizeCode = 2, rpm = 300 } = {},
): MediaFormat {
  return { name, cylinders, heads, sectors, sizeCode, rate, rpm, gap };
}

export const mediaFormats: readonly MediaFormat[] = [
  format('160K', 40, 1, 8, 2, 0x50),
  format('180K', 40, 1, 9, 2, 0x50),
  format('320K', 40, 2, 8, 2, 0x50),
  format('360K', 40, 2, 9, 2, 0x50),
  format('640K', 80, 2, 8, 2, 0x50),
  format('720K', 80, 2, 9, 2, 0x50),
  format('1.2M', 80, 2, 15, 0, 0x54, { rpm: 360 }),
  format('1.23M', 77, 2, 8, 0, 0x74, { sizeCode: 3, rpm: 360 }),
  format('1.44M', 80, 2, 18, 0, 0x6c),
  format('1.68M', 80, 2, 21, 0, 0x0c),
  format('1.72M', 82, 2, 21, 0, 0x0c),
  format('2.88M', 80, 2, 36, 3, 0x53),
];

export function formatBytes(media: MediaFormat): number {
  return media.cylinders * media.heads * media.sectors * (128 << media.sizeCode);
}

export function findFormat(bytes: number): MediaFormat | undefined {
  return mediaFormats.find((media) => formatBytes(media) === bytes);
}
