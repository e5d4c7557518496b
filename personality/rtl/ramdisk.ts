/**
 * How an image gets into the RAM disk and out again: the control codes between whoever has the
 * image and the driver.
 *
 * INSERT puts an empty medium of that many bytes into an empty drive, the image is written to it as
 * to any disk, and FINISH says that it is whole: then the drive reports another disk. REMOVE takes
 * it out. Their numbers are made like those of winioctl.h (CTL_CODE); FINISH and REMOVE ask for
 * access to write, and so for the lock of a volume that is mounted.
 */
import { decodeLarge, encodeLarge } from './information.ts';

export const IOCTL_RAMDISK_INSERT = 0x0007_2000;
export const IOCTL_RAMDISK_FINISH = 0x0007_e004;
export const IOCTL_RAMDISK_REMOVE = 0x0007_e008;
export const RAMDISK_NAME = '\\Device\\RamDisk0';

export const INSERT_BYTES = 8;

/** Bytes of the largest medium. */
export const RAMDISK_LIMIT = 0x1000_0000;

export function encodeInsert(length: number): Uint8Array {
  return encodeLarge(length);
}

export function decodeInsert(input: Uint8Array): number {
  return decodeLarge(input);
}

/** `flags` of FINISH. */
export function encodeFinish(writeProtected: boolean): Uint8Array {
  return new Uint8Array([writeProtected ? 1 : 0, 0, 0, 0]);
}
