/**
 * A raw image behind a header that says nothing of it: one byte, or the 4,608 of DiskDupe.
 *
 *   oneByte, diskDupe   known by the boot sector that follows, or by a floppy's size behind 4,608
 *
 * Sources: what such images have in common; DiskDupe's header is nine sectors long.
 */
import { floppyFormat } from '../formats.ts';
import type { Container } from './types.ts';

const DISK_DUPE = 4608;
const BOOT_SECTOR = 512;

/** A jump over a parameter block whose numbers can be a floppy's. */
function isBootSector(bytes: Uint8Array, at: number): boolean {
  if (bytes.length < at + BOOT_SECTOR) return false;
  const jump = bytes[at]!;
  const sector = bytes[at + 11]! | (bytes[at + 12]! << 8);
  const [fats = 0, media = 0] = [bytes[at + 16], bytes[at + 21]];
  const jumps = (jump === 0xeb && bytes[at + 2] === 0x90) || jump === 0xe9;
  return jumps && [512, 1024].includes(sector) && fats >= 1 && fats <= 4 && media >= 0xf0;
}

function behind(length: number, id: string, name: string): Container {
  return {
    id,
    name,
    sniff: (bytes) => {
      const whole = floppyFormat(bytes.length - length) !== undefined;
      return isBootSector(bytes, length) || (whole && length === DISK_DUPE);
    },
    unpack: (bytes) => ({
      kind: 'file',
      bytes: bytes.slice(length),
      header: bytes.slice(0, length),
    }),
  };
}

export const oneByte = behind(1, 'one-byte', 'one-byte header');
export const diskDupe = behind(DISK_DUPE, 'diskdupe', 'DiskDupe (DDI)');
