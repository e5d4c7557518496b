/**
 * A floppy disk: tracks of sectors, laid over the bytes of a raw image.
 *
 * A sector carries its ID field, its data mark and whether its CRC is good. The data of a sector
 * that the image has a place for *is* that place, so that a write appears in the image at once. A
 * sector that some odd FORMAT made and a raw image cannot hold lives in memory of its own, as long
 * as the medium does.
 *
 *   new Medium(image, writeProtected)   throws RangeError for a size that no format has
 *   track(cylinder, head)               undefined: nothing was ever recorded there
 *   format(cylinder, head, layout)      replaces a track; its sectors, in their order
 *   damage(offset, length)              the sectors over these bytes have a bad CRC from now on
 *
 * Whoever takes a medium out may give its array's memory away, while a command that was torn away
 * from it is not over yet: where the array was, that command finds zeros, and writes nowhere.
 *
 * Deviation: a raw image cannot keep deleted marks, bad CRCs and odd tracks. They are remembered
 * while the same array is put in and taken out, and are gone with the page.
 */
import { findFormat, mediaFormats, type MediaFormat } from './formats.ts';

/** An ID field: cylinder, head, sector number, size code. */
export interface Chrn {
  c: number;
  h: number;
  r: number;
  n: number;
}

export interface Sector {
  readonly id: Readonly<Chrn>;
  /** Its bytes, to be read and written in place. */
  readonly data: Uint8Array;
  /** Where the data lies in the image; undefined for a sector that the image cannot hold. */
  readonly offset: number | undefined;
  deleted: boolean;
  badCrc: boolean;
}

export interface Track {
  readonly sectors: readonly Sector[];
  /** The data rate it was recorded at, as a 300 rpm drive sees it. */
  readonly rate: number;
  /** Recorded in MFM, not FM. */
  readonly mfm: boolean;
}

export interface TrackLayout {
  ids: Chrn[];
  filler: number;
  rate: number;
  mfm: boolean;
}

const known = new WeakMap<Uint8Array, Medium>();

/** The medium over this image; the same one when the same array comes back. */
export function mediumFor(image: Uint8Array): Medium {
  const medium = known.get(image) ?? new Medium(image);
  known.set(image, medium);
  return medium;
}

export class Medium {
  readonly image: Uint8Array;
  readonly media: MediaFormat;
  writeProtected = false;
  private tracks = new Map<number, Track>();

  constructor(image: Uint8Array) {
    const media = findFormat(image.length);
    if (!media) {
      const names = mediaFormats.map((one) => one.name).join(', ');
      throw new RangeError(`${image.length} bytes is not the size of a floppy image (${names})`);
    }
    this.image = image;
    this.media = media;
  }

  track(cylinder: number, head: number): Track | undefined {
    const key = cylinder * 2 + head;
    const { cylinders, heads } = this.media;
    if (!this.tracks.has(key) && cylinder < cylinders && head < heads) {
      this.tracks.set(key, this.pristine(cylinder, head));
    }
    return this.tracks.get(key);
  }

  format(cylinder: number, head: number, layout: TrackLayout): readonly Sector[] {
    const sectors = layout.ids.map((id) => this.sector(cylinder, head, id));
    for (const sector of sectors) sector.data.fill(layout.filler);
    const { rate, mfm } = layout;
    this.tracks.set(cylinder * 2 + head, { sectors, rate, mfm });
    return sectors;
  }

  /** As the image's format has them; what lies beyond the disk is ignored. */
  damage(offset: number, length: number): void {
    const { heads, sectors, sizeCode } = this.media;
    const size = 128 << sizeCode;
    const last = Math.min(offset + length, this.image.length);
    for (let at = Math.floor(offset / size); at * size < last; at++) {
      const track = Math.floor(at / sectors);
      const found = this.track(Math.floor(track / heads), track % heads)?.sectors ?? [];
      const sector = found.find((one) => one.offset === at * size);
      if (sector) sector.badCrc = true;
    }
  }

  /** The track as the image's format has it, numbers in order from 1. */
  private pristine(c: number, h: number): Track {
    const { sectors: count, sizeCode: n, rate } = this.media;
    const ids = Array.from({ length: count }, (_, i) => ({ c, h, r: i + 1, n }));
    return { sectors: ids.map((id) => this.sector(c, h, id)), rate, mfm: true };
  }

  private sector(cylinder: number, head: number, id: Chrn): Sector {
    const { cylinders, heads, sectors, sizeCode } = this.media;
    const size = 128 << Math.min(id.n, 7);
    const placed =
      id.c === cylinder && id.h === head && id.n === sizeCode && id.r >= 1 && id.r <= sectors;
    if (!placed || cylinder >= cylinders || head >= heads) {
      return { id, data: new Uint8Array(size), offset: undefined, deleted: false, badCrc: false };
    }
    const offset = ((cylinder * heads + head) * sectors + id.r - 1) * size;
    return new PlacedSector(this.image, id, offset, size);
  }
}

/** A sector that the image has a place for. */
class PlacedSector implements Sector {
  readonly id: Readonly<Chrn>;
  readonly offset: number;
  deleted = false;
  badCrc = false;
  private image: Uint8Array;
  private size: number;

  constructor(image: Uint8Array, id: Chrn, offset: number, size: number) {
    this.image = image;
    this.id = id;
    this.offset = offset;
    this.size = size;
  }

  get data(): Uint8Array {
    const { image, offset, size } = this;
    // Without its memory an array has no length.
    return image.length > 0 ? image.subarray(offset, offset + size) : new Uint8Array(size);
  }
}
