/**
 * The floppy formats that a raw sector image can have, told apart by its size alone.
 *
 * A raw image holds the sectors in order of cylinder, head, number. Sizes that two formats share
 * (720 and 1280 sectors) stand for the double-sided one. An image of another size is laid out as
 * its parameter block says, or as its size divides.
 *
 *   mediaFormats          the table
 *   findFormat(bytes)     the format of an image of that size
 *   formatOf(image)       the same, of other sizes too; undefined: no whole tracks
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

/** What a drive's head reaches, and what a track can hold. */
const MOST_CYLINDERS = 84;
const MOST_SECTORS = 46;
/** Bytes of a turn at 250K and 500K, of what comes before the first sector, of one's own fields. */
const TURN_250K = 6250;
const TURN_500K = 12_500;
const LEADER = 146;
const AROUND = 62;
/** Where so much fits (track.ts). */
const USUAL_GAP = 0x50;

export function formatOf(image: Uint8Array): MediaFormat | undefined {
  return findFormat(image.length) ?? statedFormat(image) ?? dividedFormat(image.length);
}

/** Bytes a sector, sectors a track and heads, as a parameter block has them. */
function statedFormat(image: Uint8Array): MediaFormat | undefined {
  if (image.length < 512) return undefined;
  const view = new DataView(image.buffer, image.byteOffset, 512);
  const sizeCode = Math.log2(view.getUint16(11, true)) - 7;
  return wholeTracks(image.length, view.getUint16(26, true), view.getUint16(24, true), sizeCode);
}

/** Both sides, as many cylinders as can be. */
function dividedFormat(bytes: number): MediaFormat | undefined {
  let best: MediaFormat | undefined;
  for (const heads of [2, 1])
    for (let sectors = 1; sectors <= MOST_SECTORS; sectors++) {
      const found = wholeTracks(bytes, heads, sectors, 2);
      if (found && (!best || found.cylinders > best.cylinders)) best = found;
    }
  return best;
}

function wholeTracks(
  bytes: number,
  heads: number,
  sectors: number,
  sizeCode: number,
): MediaFormat | undefined {
  if (![2, 3].includes(sizeCode) || ![1, 2].includes(heads)) return undefined;
  if (sectors < 1 || sectors > MOST_SECTORS) return undefined;
  const track = sectors * (128 << sizeCode);
  const cylinders = bytes / (heads * track);
  if (!Number.isInteger(cylinders) || cylinders < 1 || cylinders > MOST_CYLINDERS) return undefined;
  const turn = LEADER + track + sectors * AROUND;
  const rate = turn <= TURN_250K ? 2 : turn <= TURN_500K ? 0 : 3;
  const name = `${Math.floor(bytes / 1024)}K`;
  return format(name, cylinders, heads, sectors, rate, USUAL_GAP, { sizeCode });
}
