/**
 * File systems that this system does not read, by what lies where.
 *
 *   foreignName(image)   as people call it, or undefined
 *
 * Sources: Amiga ROM Kernel Manual, "boot block"; Inside Macintosh: Files, "master directory
 * block"; ProDOS 8 Technical Reference, B.2.2; Beneath Apple DOS, chapter 4; CP/M 2.2 Alteration
 * Guide, 6.10 (directory entries).
 */
import { startsWith } from './reader.ts';

interface Mark {
  name: string;
  has(image: Uint8Array): boolean;
}

const word = (image: Uint8Array, at: number): number =>
  ((image[at] ?? 0) << 8) | (image[at + 1] ?? 0);

const MARKS: readonly Mark[] = [
  { name: 'Amiga', has: (image) => startsWith(image, 'DOS') && image[3]! < 8 },
  { name: 'Macintosh (HFS)', has: (image) => word(image, 1024) === 0x4244 },
  { name: 'Macintosh (MFS)', has: (image) => word(image, 1024) === 0xd2d7 },
  { name: 'Apple ProDOS', has: (image) => word(image, 1024) === 0 && isProDos(image) },
  { name: 'Apple DOS 3.3', has: isAppleDos },
  { name: 'CP/M', has: (image) => DIRECTORIES.some((at) => isCpmDirectory(image, at)) },
];

export function foreignName(image: Uint8Array): string | undefined {
  return MARKS.find((mark) => mark.has(image))?.name;
}

/** The key block of the volume directory, its entry's length and how many a block has. */
function isProDos(image: Uint8Array): boolean {
  return (image[1028]! & 0xf0) === 0xf0 && image[1059] === 0x27 && image[1060] === 0x0d;
}

/** The volume's table of contents: track 17, sector 0. */
function isAppleDos(image: Uint8Array): boolean {
  const at = 17 * 16 * 256;
  if (image.length !== 35 * 16 * 256) return false;
  return image[at + 1] === 17 && image[at + 0x27] === 122 && image[at + 0x34] === 35;
}

/** Behind no track, one, two, or the two of a disk of 26 sectors. */
const DIRECTORIES = [0, 9 * 512, 2 * 9 * 512, 2 * 26 * 128];
const ENTRY = 32;
const LOOKED_AT = 16;

/** Entries of deleted files and of files with names, and one of these at least. */
function isCpmDirectory(image: Uint8Array, start: number): boolean {
  let files = 0;
  for (let at = start; at < start + LOOKED_AT * ENTRY; at += ENTRY) {
    if (image[at] === 0xe5) continue;
    const name = image.subarray(at + 1, at + 12);
    const named = name.length === 11 && name.every((byte) => isPrintable(byte & 0x7f));
    if (!named || image[at]! > 15 || name[0] === 0x20) return false;
    files++;
  }
  return files > 0;
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
