/**
 * The floppy formats, known by their size.
 *
 *   floppyFormat(bytes)   the format of an image of that many bytes, or undefined
 *   formatName(bytes)     what people call it
 *   LARGEST_FLOPPY        no image is larger
 *   LARGEST_SOURCE        no file that an image comes in is: the cells of a 2.88M disk (HFE)
 *
 * A size alone does not say which drive wrote the disk (720 sectors are a 5.25-inch 40/2/9 and a
 * 3.5-inch 80/1/9); the usual one is listed. Source: the 82077AA data sheet, the media that its
 * drives take.
 */

import type { FloppyFormat } from './types.ts';

function format(
  name: string,
  cylinders: number,
  heads: number,
  sectors: number,
  sectorSize = 512,
): FloppyFormat {
  const bytes = cylinders * heads * sectors * sectorSize;
  return { name, bytes, cylinders, heads, sectors, sectorSize };
}

export const FLOPPY_FORMATS: readonly FloppyFormat[] = [
  format('160K', 40, 1, 8),
  format('180K', 40, 1, 9),
  format('320K', 40, 2, 8),
  format('360K', 40, 2, 9),
  format('640K', 80, 2, 8),
  format('720K', 80, 2, 9),
  format('1.2M', 80, 2, 15),
  format('1.23M', 77, 2, 8, 1024),
  format('1.44M', 80, 2, 18),
  format('1.68M', 80, 2, 21),
  format('1.72M', 82, 2, 21),
  format('2.88M', 80, 2, 36),
];

export const LARGEST_FLOPPY = Math.max(...FLOPPY_FORMATS.map((known) => known.bytes));
export const LARGEST_SOURCE = 9 * 1024 * 1024;

export function floppyFormat(bytes: number): FloppyFormat | undefined {
  return FLOPPY_FORMATS.find((known) => known.bytes === bytes);
}

/** What people call a disk of that size. */
export function formatName(bytes: number): string {
  return floppyFormat(bytes)?.name ?? `${Math.floor(bytes / 1024)}K`;
}
