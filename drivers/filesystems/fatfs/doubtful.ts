/**
 * Slots of a sector with a wrong checksum: which of them can be believed.
 *
 * A sector whose writing was cut off by a power failure holds the new contents up to some place and
 * the old ones behind it, and nearly always each slot is whole. A slot is believed if what it says
 * fits the disk: a name of characters that a name may have, a chain of clusters that is sound and
 * as long as the size needs. Pieces of long names prove themselves by their checksum. A slot that
 * is not believed counts as deleted; nothing is written because of it.
 */
import { NtException } from '../../../personality/rtl/status.ts';
import {
  DELETED,
  decodeDirent,
  DIRENT_SIZE,
  E5_STANDS_AS,
  END_OF_DIRECTORY,
  isLongNamePiece,
  isVolumeLabel,
} from './dirent.ts';
import type { Volume } from './volume.ts';

const ATTRIBUTE_DIRECTORY = 0x10;
const RESERVED_ATTRIBUTES = 0xc0;
/** `"*+,./:;<=>?[\]|` and what is below a blank. */
const FORBIDDEN = new Set([...'"*+,./:;<=>?[\\]|'].map((letter) => letter.charCodeAt(0)));

/** Whole slots. */
export async function plausibleSlots(volume: Volume, bytes: Uint8Array): Promise<Uint8Array> {
  for (let at = 0; at < bytes.length; at += DIRENT_SIZE) {
    const raw = bytes.subarray(at, at + DIRENT_SIZE);
    if (raw[0] === END_OF_DIRECTORY) break;
    if (!(await isPlausible(volume, raw))) raw[0] = DELETED;
  }
  return bytes;
}

async function isPlausible(volume: Volume, raw: Uint8Array): Promise<boolean> {
  if (raw[0] === DELETED || isLongNamePiece(raw)) return true;
  const dots = raw[0] === 0x2e;
  const name = raw.subarray(dots ? 2 : 0, 11);
  const sound = name.every((byte, at) =>
    byte < 0x20 ? at === 0 && byte === E5_STANDS_AS : !FORBIDDEN.has(byte),
  );
  if (!sound || (raw[11]! & RESERVED_ATTRIBUTES) !== 0) return false;
  return isVolumeLabel(raw) || dots || fitsDisk(volume, raw);
}

async function fitsDisk(volume: Volume, raw: Uint8Array): Promise<boolean> {
  const { attributes, firstCluster, size } = decodeDirent(raw, volume.wide);
  if (attributes & ATTRIBUTE_DIRECTORY) return size === 0 && hasChain(volume, firstCluster, 1);
  const needed = Math.ceil(size / volume.geometry.bytesPerCluster);
  return firstCluster === 0 ? size === 0 : hasChain(volume, firstCluster, needed);
}

async function hasChain(volume: Volume, first: number, needed: number): Promise<boolean> {
  try {
    return first !== 0 && (await volume.fat.chain(first, needed)).length >= needed;
  } catch (error) {
    if (error instanceof NtException) return false;
    throw error;
  }
}
