/** A link in the making: what the element knows, and what comes of it. */
import type { ByteRange } from '../../store/sector-set.ts';
import type { ImportedImage, LinkDrive, LinkSettings } from '../../store/types.ts';

/** A disk as it is now, and what is to be known of it. */
export interface DiskToShare {
  readonly drive: LinkDrive;
  readonly image: Uint8Array;
  readonly label: string;
  readonly writeProtected: boolean;
  /** Where an image of it lies. */
  readonly address: string | undefined;
  /** What no link has of it, in words; empty: nothing. */
  readonly beyond: string;
}

/** A disk that goes into the link. */
export interface SharedDisk extends DiskToShare {
  /** Its file system is one that is read here: what was deleted is not in the link. */
  readonly scrubbed: boolean;
}

export interface LinkParts {
  base: URL;
  run?: string | undefined;
  open?: string | undefined;
  settings?: LinkSettings | undefined;
  overlay?: boolean | undefined;
}

export type FetchImage = (
  url: URL,
  options: { fetch(url: string, init: RequestInit): Promise<Response> },
) => Promise<ImportedImage>;

export interface MadeLink {
  link: string;
  /** How long it is, and which programs cut it. */
  words: string;
  /** What whoever has the link has, a paragraph each. */
  notes: readonly string[];
  /** A disk could be fetched from its address by the reader; and is. */
  far: boolean;
  fetches: boolean;
  /** A phone can be expected to read it from a screen. */
  fitsQr: boolean;
}

/** The dark modules in one path, in a square of `size` modules, the quiet zone among them. */
export interface QrCode {
  size: number;
  path: string;
}

/** What web/parts/sharing.ts exports, for who loads it by address. */
export interface Sharing {
  makeLink(
    disks: readonly DiskToShare[],
    parts: LinkParts,
    fetchImage: FetchImage,
  ): Promise<MadeLink>;
  /** Throws where it does not fit. */
  drawQr(text: string): QrCode;
  decodeOverlay(text: string, base: Uint8Array): Promise<Uint8Array>;
  /** Paths of the files that damaged places of a disk belong to. */
  damagedFiles(image: Uint8Array, ranges: readonly ByteRange[]): string[];
}
