/**
 * A whole box as files: the image of each disk, as any program reads it, and a list of what else
 * belongs to the disks.
 *
 *   new BackupWriter(put)      add(disk) for each, then finish(); `put` takes a file, and says
 *                              under which name
 *   openBackup(files)          what a list says, and how to read each disk; throws ImageError
 *
 *   box.json                   { box: 1, disks: [{ name, label, modified, image, sum, tracks?,
 *                              damaged?, writeProtected?, origin? }] }
 *   disks/LABEL.img            the image; disks/LABEL.trk what it has beyond plain sectors
 *
 * What is read is hostile: numbers and names are looked at, and every sum is of what is used.
 */
import { ImageError } from '../errors.ts';
import { LARGEST_FLOPPY } from '../formats.ts';
import { crc32 } from '../share/crc32.ts';
import { visibleLabel } from '../share/visible.ts';
import type { ByteRange, DiskOrigin } from '../types.ts';
import type { DiskContents } from './contents.ts';

export const LIST = 'box.json';
const VERSION = 1;
const SECTOR = 512;
const MOST_LIST = 32 * 1024 * 1024;
const MOST_TRACKS = 16 * 1024 * 1024;
const MOST_HEADER = 4608;
const MOST_DISKS = 20_000;

/** Resolves to the name under which the file is. */
export type PutFile = (path: string, bytes: Uint8Array, modified: number) => Promise<string>;
/** Undefined: there is no such file. */
export type GetFile = (path: string, most: number) => Promise<Uint8Array | undefined>;

interface Listed {
  name: string;
  label: string;
  modified: number;
  image: string;
  /** CRC-32 of the image. */
  sum: number;
  tracks?: string;
  damaged?: readonly ByteRange[];
  writeProtected?: true;
  origin?: { formats: readonly string[]; comment: string; header?: readonly number[] };
}

export class BackupWriter {
  readonly #put: PutFile;
  readonly #disks: Listed[] = [];

  constructor(put: PutFile) {
    this.#put = put;
  }

  async add(name: string, disk: DiskContents): Promise<void> {
    const { label, image, modified, damaged = [], tracks, origin, writeProtected } = disk;
    const path = `disks/${fileNameOf(label)}`;
    const listed: Listed = {
      name,
      label,
      modified,
      image: await this.#put(`${path}.img`, image, modified),
      sum: crc32(image),
      ...(damaged.length > 0 && { damaged }),
      ...(writeProtected && { writeProtected }),
      ...(origin && { origin: plainOrigin(origin) }),
    };
    if (tracks) listed.tracks = await this.#put(`${path}.trk`, tracks, modified);
    this.#disks.push(listed);
  }

  async finish(): Promise<void> {
    const text = JSON.stringify({ box: VERSION, disks: this.#disks }, undefined, 1);
    await this.#put(LIST, new TextEncoder().encode(text), Date.now());
  }
}

function plainOrigin({ formats, comment, header }: DiskOrigin): NonNullable<Listed['origin']> {
  return { formats, comment, ...(header && { header: [...header] }) };
}

/** What every system takes as a file's name. */
export function fileNameOf(label: string): string {
  const plain = label.replace(/\.(img|ima)$/i, '').replace(/[\\/:*?"<>|\p{C}]/gu, '_');
  return plain.replace(/^[. ]+|[. ]+$/g, '').slice(0, 100) || 'disk';
}

export interface BackedUp {
  readonly name: string;
  readonly label: string;
  /** Rejects where its files are not here, or not what they were. */
  read(): Promise<DiskContents>;
}

export async function openBackup(get: GetFile): Promise<BackedUp[]> {
  const bytes = await get(LIST, MOST_LIST);
  const list = bytes && parse(bytes);
  if (list?.box !== VERSION || !Array.isArray(list.disks) || list.disks.length > MOST_DISKS)
    throw new ImageError('container', `This is no backup of a box: it has no list (${LIST}).`);
  return list.disks.map((one: unknown) => backedUp((one ?? {}) as Partial<Listed>, get));
}

function parse(bytes: Uint8Array): { box?: unknown; disks?: unknown } | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as { box?: unknown; disks?: unknown };
  } catch {
    return undefined;
  }
}

function backedUp(listed: Partial<Listed>, get: GetFile): BackedUp {
  const label = typeof listed.label === 'string' ? visibleLabel(listed.label) : '';
  const name = typeof listed.name === 'string' && listed.name !== '' ? listed.name : label;
  return { name, label, read: () => readDisk(listed, label, get) };
}

async function readDisk(
  listed: Partial<Listed>,
  label: string,
  get: GetFile,
): Promise<DiskContents> {
  const { image: path, sum, modified, tracks } = listed;
  const image = await fileOf(path, LARGEST_FLOPPY, get);
  if (crc32(image) !== sum) throw wrong('its image is not what it was');
  const { writeProtected, origin } = listed;
  return {
    label,
    image,
    modified: isCount(modified) ? modified : Date.now(),
    damaged: rangesOf(listed.damaged, image.length),
    tracks: tracks === undefined ? undefined : await fileOf(tracks, MOST_TRACKS, get),
    origin: originOf(origin),
    writeProtected: writeProtected === true,
  };
}

async function fileOf(path: unknown, most: number, get: GetFile): Promise<Uint8Array> {
  const bytes = typeof path === 'string' ? await get(path, most) : undefined;
  if (!bytes) throw wrong('its file is not there');
  if (bytes.length > most) throw wrong('its file is larger than any disk');
  return bytes;
}

const wrong = (why: string): ImageError =>
  new ImageError('container', `It cannot be restored: ${why}.`);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function rangesOf(value: unknown, size: number): ByteRange[] {
  if (!Array.isArray(value)) return [];
  return (value as Partial<ByteRange>[])
    .filter((range) => isCount(range?.offset) && isCount(range.length))
    .map(({ offset, length }) => ({ offset: offset!, length: length! }))
    .filter(({ offset, length }) => offset % SECTOR === 0 && offset + length <= size);
}

function originOf(value: Partial<Listed>['origin']): DiskOrigin | undefined {
  if (!Array.isArray(value?.formats)) return undefined;
  const formats = value.formats.filter((format) => typeof format === 'string').slice(0, 8);
  const comment = typeof value.comment === 'string' ? visibleLabel(value.comment) : '';
  const header = Array.isArray(value.header) ? value.header.slice(0, MOST_HEADER) : undefined;
  return { formats, comment, ...(header && { header: Uint8Array.from(header) }) };
}
