/**
 * Images whose size is no floppy's, by the parameter block of their first sector.
 *
 *   shapeImage(bytes)   the image as whole tracks, or undefined where nothing says what it is
 *
 * A drive can hold what has whole tracks: what is missing behind the end is filled with zeros. That
 * is right for an image whose trailing zeros were not stored. Where clusters that files have lie
 * behind the end, the zeros must not pass for data: those sectors are damaged ones (`damaged`), and
 * reading them is an error until they are written.
 *
 * Source: fatgen103, "Boot Sector and BPB".
 */
import { ImageError } from './errors.ts';
import { LARGEST_FLOPPY } from './formats.ts';
import {
  clusterOffset,
  type FatGeometry,
  fatEntry,
  parseFatGeometry,
} from './share/fat-geometry.ts';
import type { ByteRange, FloppyFormat } from './types.ts';

export interface ShapedImage {
  image: Uint8Array;
  format: FloppyFormat;
  /** Bytes that were added. */
  filled: number;
  damaged: readonly ByteRange[];
}

const SECTOR = 512;
/** What a drive's head reaches. */
const MOST_CYLINDERS = 84;
/** What a track can hold at the highest rate. */
const MOST_SECTORS = 46;
/** Sectors of a track that are tried where the block does not say: the most usual first. */
const USUAL = [18, 9, 15, 10, 21, 36, 20, 8, 23];

interface Stated {
  sectorSize: number;
  /** Bytes that the volume has. */
  bytes: number;
  sectors: number;
  heads: number;
}

/** Whole sectors of a disk that never had a file system: only a full drive's worth is one. */
function blank(bytes: number): FloppyFormat | undefined {
  for (const sectors of USUAL)
    for (let cylinders = 80; cylinders <= MOST_CYLINDERS; cylinders++)
      if (cylinders * 2 * sectors * SECTOR === bytes)
        return formatOf(cylinders, 2, sectors, SECTOR);
  return undefined;
}

export function shapeImage(bytes: Uint8Array): ShapedImage | undefined {
  const stated = readStated(bytes);
  if (!stated) {
    const format = blank(bytes.length);
    return format && { image: bytes, format, filled: 0, damaged: [] };
  }
  const format = tracksFor(stated, Math.max(stated.bytes, bytes.length));
  if (!format || format.bytes > LARGEST_FLOPPY) return undefined;
  const image = new Uint8Array(format.bytes);
  image.set(bytes);
  const cut = bytes.length < stated.bytes;
  const damaged = cut ? missingData(image, bytes.length) : [];
  return { image, format, filled: format.bytes - bytes.length, damaged };
}

function readStated(bytes: Uint8Array): Stated | undefined {
  if (bytes.length < SECTOR) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SECTOR);
  const sectorSize = view.getUint16(11, true);
  const total = view.getUint16(19, true) || view.getUint32(32, true);
  const clusterSectors = view.getUint8(13);
  const fats = view.getUint8(16);
  const sound =
    [512, 1024, 2048, 4096].includes(sectorSize) &&
    clusterSectors > 0 &&
    (clusterSectors & (clusterSectors - 1)) === 0 &&
    view.getUint16(14, true) > 0 &&
    fats >= 1 &&
    fats <= 4 &&
    view.getUint16(17, true) > 0 &&
    view.getUint16(22, true) > 0 &&
    total > 0;
  if (!sound) return undefined;
  const [sectors, heads] = [view.getUint16(24, true), view.getUint16(26, true)];
  return { sectorSize, bytes: total * sectorSize, sectors, heads };
}

/** Whole tracks for so many bytes: as the block has them, or with the least that is too much. */
function tracksFor(
  { sectorSize, sectors, heads }: Stated,
  bytes: number,
): FloppyFormat | undefined {
  const floppy = heads >= 1 && heads <= 2 && sectors >= 1 && sectors <= MOST_SECTORS;
  const stated = floppy ? withTracks(heads, sectors, sectorSize, bytes) : undefined;
  if (stated) return stated;
  const usual = USUAL.map((count) => withTracks(2, count, SECTOR, bytes));
  return usual.reduce((best, each) => (each && (!best || each.bytes < best.bytes) ? each : best));
}

function withTracks(
  heads: number,
  sectors: number,
  sectorSize: number,
  bytes: number,
): FloppyFormat | undefined {
  const cylinders = Math.ceil(bytes / (heads * sectors * sectorSize));
  const fits = sectorSize <= 1024 && cylinders <= MOST_CYLINDERS;
  return fits ? formatOf(cylinders, heads, sectors, sectorSize) : undefined;
}

function formatOf(
  cylinders: number,
  heads: number,
  sectors: number,
  sectorSize: number,
): FloppyFormat {
  const bytes = cylinders * heads * sectors * sectorSize;
  const name = `${Math.floor(bytes / 1024)}K`;
  return { name, bytes, cylinders, heads, sectors, sectorSize };
}

/** What files have of the bytes from `cut` on, in whole sectors. */
function missingData(image: Uint8Array, cut: number): ByteRange[] {
  const fat = parseFatGeometry(image);
  if (!fat || cut < fat.fatStart + fat.fatBytes)
    throw new ImageError('size', 'The image is cut short within the tables of its disk.');
  const damaged: ByteRange[] = [];
  const first = Math.floor(cut / SECTOR) * SECTOR;
  for (let cluster = 2; cluster <= fat.lastCluster; cluster++)
    if (fatEntry(image, fat, 0, cluster) !== 0) addMissing(damaged, fat, cluster, first);
  return damaged;
}

function addMissing(damaged: ByteRange[], fat: FatGeometry, cluster: number, first: number): void {
  const end = clusterOffset(fat, cluster) + fat.clusterBytes;
  const offset = Math.max(first, end - fat.clusterBytes);
  if (offset >= end) return;
  const last = damaged.at(-1);
  if (last && last.offset + last.length === offset) last.length += end - offset;
  else damaged.push({ offset, length: end - offset });
}
