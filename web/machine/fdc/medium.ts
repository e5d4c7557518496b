/**
 * A floppy disk: tracks of sectors, laid over the bytes of a raw image.
 *
 * The data of a sector that the image has a place for *is* that place, so that a write appears in
 * the image at once. A sector that some odd FORMAT made and a raw image cannot hold lives in memory
 * of its own. `odd()` tells of every track that the image alone does not say, as plain data, and
 * `adopt` brings such tracks back; between the two they last as long as the array is used.
 *
 *   new Medium(image)                   throws RangeError for a size that no format has
 *   track(cylinder, head)               undefined: nothing was ever recorded there
 *   format(cylinder, head, layout)      replaces a track; its sectors, in their order
 *   damage(offset, length)              the sectors over these bytes have a bad CRC from now on
 *   odd(), adopt(tracks)
 *
 * Whoever takes a medium out may give its array's memory away, while a command that was torn away
 * from it is not over yet: where the array was, that command finds zeros, and writes nowhere.
 */
import { formatOf, mediaFormats, type MediaFormat } from './formats.ts';
import {
  gapThatFits,
  hasMarks,
  placeSectors,
  plainMarks,
  sizeOf,
  type Chrn,
  type DiskTracks,
  type OddSector,
  type OddTrack,
  type Place,
  type Sector,
  type SectorMarks,
  type Track,
  type TrackForm,
} from './track.ts';

export interface TrackLayout extends TrackForm {
  ids: Chrn[];
  /** The command's N: what is recorded, whatever the IDs say. */
  sizeCode: number;
  filler: number;
}

const known = new WeakMap<Uint8Array, Medium>();

/** The medium over this image; the same one when the same array comes back. */
export function mediumFor(image: Uint8Array): Medium {
  const medium = known.get(image) ?? new Medium(image);
  known.set(image, medium);
  return medium;
}

/** The medium over this image, where it ever was one. */
export function knownMedium(image: Uint8Array): Medium | undefined {
  return known.get(image);
}

export class Medium {
  readonly image: Uint8Array;
  readonly media: MediaFormat;
  writeProtected = false;
  private tracks = new Map<number, Track>();
  /** Of the disk as its format has it. */
  private form: TrackForm;
  private places: readonly Place[];

  constructor(image: Uint8Array) {
    const media = formatOf(image);
    if (!media) {
      const names = mediaFormats.map((one) => one.name).join(', ');
      throw new RangeError(`${image.length} bytes is not the size of a floppy image (${names})`);
    }
    this.image = image;
    this.media = media;
    const { sectors, sizeCode, rate, rpm, gap: usual } = media;
    const recording = { rate, rpm, mfm: true };
    const gap = gapThatFits(sectors, sizeOf(sizeCode), recording, usual);
    this.form = { ...recording, gap };
    this.places = placeSectors(new Array<number>(sectors).fill(sizeOf(sizeCode)), this.form);
  }

  track(cylinder: number, head: number): Track | undefined {
    const number = key(cylinder, head);
    const { cylinders, heads } = this.media;
    if (!this.tracks.has(number) && cylinder < cylinders && head < heads) {
      this.tracks.set(number, this.pristine(cylinder, head));
    }
    return this.tracks.get(number);
  }

  /** What an ID says of another size than was recorded never has a good CRC. */
  format(cylinder: number, head: number, layout: TrackLayout): readonly Sector[] {
    const { ids, sizeCode, filler, rate, mfm, gap, rpm } = layout;
    const form: TrackForm = { rate, mfm, gap, rpm };
    const places = placeSectors(
      ids.map(() => sizeOf(sizeCode)),
      form,
    );
    const sectors = places.map((place, i) => {
      const id = ids[i]!;
      const sector = this.sector(cylinder, head, id, place);
      sector.data.fill(filler);
      sector.badCrc = sizeOf(id.n) !== sizeOf(sizeCode);
      return sector;
    });
    this.tracks.set(key(cylinder, head), { ...form, sectors });
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

  odd(): DiskTracks {
    const tracks: OddTrack[] = [];
    for (const [number, track] of this.tracks) {
      const [cylinder, head] = [number >> 1, number & 1];
      if (this.isPlain(cylinder, head, track)) continue;
      const { rate, mfm, gap, rpm } = track;
      tracks.push({ cylinder, head, rate, mfm, gap, rpm, sectors: track.sectors.map(oddSector) });
    }
    return { tracks };
  }

  /** Tracks that the image's own array does not tell of; others stay as they are. */
  adopt({ tracks }: DiskTracks): void {
    for (const { cylinder, head, sectors, ...form } of tracks) {
      const places = placeSectors(
        sectors.map(({ n }) => sizeOf(n)),
        form,
      );
      const adopted = sectors.map((odd, i) => {
        const { c, h, r, n, data, ...marks } = odd;
        const id = { c, h, r, n };
        // A track may say more than a turn holds: overlapping sectors, as copy protections have.
        const place = places[i] ?? { start: i / sectors.length, span: 1 / sectors.length };
        if (!data) return Object.assign(this.sector(cylinder, head, id, place), marks);
        return { id, data: fitted(data, n), offset: undefined, ...place, ...marks };
      });
      this.tracks.set(key(cylinder, head), { ...form, sectors: adopted });
    }
  }

  private isPlain(cylinder: number, head: number, track: Track): boolean {
    const { media, form } = this;
    if (cylinder >= media.cylinders || head >= media.heads) return false;
    if (track.sectors.length !== media.sectors) return false;
    if (track.rate !== form.rate || track.mfm !== form.mfm) return false;
    return track.sectors.every(
      (sector, i) => sector.offset !== undefined && sector.id.r === i + 1 && !hasMarks(sector),
    );
  }

  /** The track as the image's format has it, numbers in order from 1. */
  private pristine(c: number, h: number): Track {
    const { sizeCode: n } = this.media;
    const sectors = this.places.map((place, i) => this.sector(c, h, { c, h, r: i + 1, n }, place));
    return { ...this.form, sectors };
  }

  private sector(cylinder: number, head: number, id: Chrn, place: Place): Sector {
    const { cylinders, heads, sectors, sizeCode } = this.media;
    const size = sizeOf(id.n);
    const placed =
      id.c === cylinder && id.h === head && id.n === sizeCode && id.r >= 1 && id.r <= sectors;
    if (!placed || cylinder >= cylinders || head >= heads) {
      return { id, data: new Uint8Array(size), offset: undefined, ...place, ...plainMarks };
    }
    const offset = ((cylinder * heads + head) * sectors + id.r - 1) * size;
    return new PlacedSector(this.image, id, offset, size, place);
  }
}

const key = (cylinder: number, head: number): number => cylinder * 2 + head;

function fitted(data: Uint8Array, n: number): Uint8Array {
  const bytes = new Uint8Array(sizeOf(n));
  bytes.set(data.subarray(0, bytes.length));
  return bytes;
}

function oddSector(sector: Sector): OddSector {
  const { id, deleted, badCrc, badId, noData, weak } = sector;
  const marks: SectorMarks = { deleted, badCrc, badId, noData, weak };
  const data = sector.offset === undefined ? sector.data.slice() : undefined;
  return { ...id, ...marks, data };
}

/** A sector that the image has a place for. */
class PlacedSector implements Sector {
  readonly id: Readonly<Chrn>;
  readonly offset: number;
  readonly start: number;
  readonly span: number;
  deleted = false;
  badCrc = false;
  badId = false;
  noData = false;
  weak = false;
  private image: Uint8Array;
  private size: number;

  constructor(image: Uint8Array, id: Chrn, offset: number, size: number, place: Place) {
    this.image = image;
    this.id = id;
    this.offset = offset;
    this.size = size;
    this.start = place.start;
    this.span = place.span;
  }

  get data(): Uint8Array {
    const { image, offset, size } = this;
    // Without its memory an array has no length.
    return image.length > 0 ? image.subarray(offset, offset + size) : new Uint8Array(size);
  }
}
