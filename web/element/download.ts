/**
 * A disk as a file on the reader's computer.
 *
 *   downloadImage(drives, drive, asIs)   rejects in words where the drive is empty, and where the
 *                                  system cannot write all of it: unless it is wanted as it is
 *   downloadBytes(image, label)    an image of the caller's own, which is let go
 *   imageName(label)               what such a file is called
 */
import { download } from '../page/download.ts';
import { letGo } from '../store/let-go.ts';
import type { Drives } from './drives.ts';
import type { Drive } from './types.ts';

export async function downloadImage(drives: Drives, drive: Drive, asIs = false): Promise<void> {
  const image = await drives.image(drive, true, asIs);
  if (!image) throw new Error(`${drive} has no disk.`);
  const label = drives.views.find((view) => view.drive === drive)?.label;
  downloadBytes(image, label ?? '');
}

/** `notes.img` and `notes.ima` stay, `notes.img.gz` and `notes` become `notes.img`. */
export function imageName(label: string): string {
  const name = label.replace(/(\.gz)+$/i, '');
  return /.\.(img|ima|flp|vfd|dsk)$/i.test(name)
    ? name
    : `${name.replace(/^\.\w+$/, '') || 'disk'}.img`;
}

export function downloadBytes(image: Uint8Array, label: string): void {
  download(imageName(label), new Blob([image as Uint8Array<ArrayBuffer>]));
  letGo(image);
}
