/**
 * What is said of a file that no drive can hold.
 *
 *   wrongSize(bytes)   an ImageError that names the size, and those that are known
 *   tooLarge()         of what is more than any floppy
 */
import { ImageError } from './errors.ts';
import { FLOPPY_FORMATS, LARGEST_FLOPPY } from './formats.ts';

const SECTOR = 512;

export function wrongSize(bytes: number): ImageError {
  const names = FLOPPY_FORMATS.map((known) => known.name).join(', ');
  const size = bytes.toLocaleString('en-US');
  if (bytes < SECTOR)
    return new ImageError(
      'size',
      `No floppy disk has ${size} bytes: that is less than one sector.`,
    );
  return new ImageError('size', `No floppy disk has ${size} bytes; images of ${names} are known.`);
}

export function tooLarge(): ImageError {
  const most = LARGEST_FLOPPY.toLocaleString('en-US');
  return new ImageError(
    'size',
    `This is more than a floppy disk holds; ${most} bytes is the most.`,
  );
}
