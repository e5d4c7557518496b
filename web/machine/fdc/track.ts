/**
 * A track: sectors in the order in which they pass under the head, each at its angle.
 *
 * A plain track is what the image's format says: numbers from 1, normal marks, good CRCs, and the
 * bytes of the image. All else is odd. `DiskTracks` is plain data that tells of a disk's odd tracks
 * alone; `track-codec.ts` makes bytes of it. A container format that knows of such tracks fills it,
 * and whoever keeps disks keeps it beside the image.
 *
 *   turnBytes(rate, rpm, mfm)      bytes that one turn holds
 *   placeSectors(sizes, form)      where each sector begins, as parts of a turn; what does not fit
 *                                  is not among them
 *   gapThatFits(...)               the format gap for so many sectors a turn
 *
 * Source: 82077AA datasheet, "FORMAT TRACK" (track layout in MFM, perpendicular and FM).
 */

/** An ID field: cylinder, head, sector number, size code. */
export interface Chrn {
  c: number;
  h: number;
  r: number;
  n: number;
}

/** What can be odd about a sector beside its ID and its place. */
export interface SectorMarks {
  /** Its data follow a deleted data mark. */
  deleted: boolean;
  /** The CRC after its data is wrong. */
  badCrc: boolean;
  /** The CRC of its ID field is wrong. */
  badId: boolean;
  /** No data mark follows its ID field. */
  noData: boolean;
  /** Its data come out otherwise now and then, and then their CRC is wrong. */
  weak: boolean;
}

export const plainMarks: Readonly<SectorMarks> = {
  deleted: false,
  badCrc: false,
  badId: false,
  noData: false,
  weak: false,
};

export function hasMarks(sector: Readonly<SectorMarks>): boolean {
  const { deleted, badCrc, badId, noData, weak } = sector;
  return deleted || badCrc || badId || noData || weak;
}

export interface Sector extends SectorMarks {
  readonly id: Readonly<Chrn>;
  /** Its bytes, to be read and written in place. */
  readonly data: Uint8Array;
  /** Where the data lies in the image; undefined for a sector that the image cannot hold. */
  readonly offset: number | undefined;
  /** Where its ID field begins, and how long ID and data take to pass: parts of a turn. */
  readonly start: number;
  readonly span: number;
}

export interface TrackForm {
  /** The data rate it was recorded at, as a 300 rpm drive sees it. */
  readonly rate: number;
  /** Recorded in MFM, not FM. */
  readonly mfm: boolean;
  /** GPL of FORMAT TRACK: bytes between a sector's data and the next ID. */
  readonly gap: number;
  /** Turns a minute of the drive that recorded it. */
  readonly rpm: number;
}

export interface Track extends TrackForm {
  readonly sectors: readonly Sector[];
}

/** One sector of an odd track, as plain data. Without `data` its bytes are those of the image. */
export interface OddSector extends Chrn, SectorMarks {
  data?: Uint8Array | undefined;
}

export interface OddTrack extends TrackForm {
  readonly cylinder: number;
  readonly head: number;
  readonly sectors: readonly OddSector[];
}

/** All of a disk that its plain image does not say. */
export interface DiskTracks {
  readonly tracks: readonly OddTrack[];
}

/** A sector has at most this size, whatever its N. */
export const sizeOf = (n: number): number => 128 << Math.min(n, 7);

/** Bytes of a 300 rpm turn in MFM at rates 500K, 300K, 250K, 1M. */
const turnAt300 = [12500, 7500, 6250, 25000] as const;

export function turnBytes({ rate, rpm, mfm }: Omit<TrackForm, 'gap'>): number {
  const mfmBytes = (turnAt300[rate & 3]! * 300) / rpm;
  return mfm ? mfmBytes : mfmBytes / 2;
}

/** Bytes of sync, marks, ID, CRCs and gap 2 around a sector's data; of what precedes them all. */
function overhead({ rate, mfm }: Pick<TrackForm, 'rate' | 'mfm'>): {
  sector: number;
  first: number;
} {
  if (!mfm) return { sector: 13 + 11 + 7 + 2, first: 73 };
  return { sector: 22 + (rate === 3 ? 41 : 22) + 16 + 2, first: 146 };
}

export interface Place {
  start: number;
  span: number;
}

/** The write gate closes with the turn: a sector that is not whole by then is not recorded. */
export function placeSectors(sizes: readonly number[], form: TrackForm): Place[] {
  const turn = turnBytes(form);
  const { sector, first } = overhead(form);
  const places: Place[] = [];
  let at = first;
  for (const size of sizes) {
    const length = sector + size;
    if (at + length > turn) break;
    places.push({ start: at / turn, span: length / turn });
    at += length + form.gap;
  }
  return places;
}

/** The largest gap up to `usual` with which `count` sectors of `size` bytes fit into a turn. */
export function gapThatFits(
  count: number,
  size: number,
  form: Omit<TrackForm, 'gap'>,
  usual: number,
): number {
  const { sector, first } = overhead(form);
  const room = turnBytes(form) - first - count * (sector + size);
  return Math.max(0, Math.min(usual, Math.floor(room / Math.max(1, count - 1))));
}
