/**
 * A disk as a file in the format that it came in, where that can be written so that nothing is
 * made up: a raw image, what lay before it, gzip, ZIP, MSA, ImageDisk. Else its image, and why.
 *
 *   writeOriginal(disk)   the file's name, its bytes, and what is not as it was; empty: nothing
 *
 * Names and dates in an archive are not kept (types.ts): an archive has one file, with the label.
 */
import { readCapped, through } from '../capped.ts';
import { CONTAINERS, GUESSES } from '../container/registry.ts';
import { writeImd } from '../container/imd-write.ts';
import { writeMsa } from '../container/msa-write.ts';
import { fileNameOf } from './backup.ts';
import type { DiskContents } from './contents.ts';
import { ZipWriter } from './zip.ts';

export interface Written {
  name: string;
  bytes: Uint8Array;
  why: string;
}

const ENDINGS: Readonly<Record<string, RegExp>> = {
  gzip: /\.(gz|img\.gz)$/i,
  zip: /\.(zip|imz)$/i,
  msa: /\.msa$/i,
  imd: /\.imd$/i,
};
const USUAL: Readonly<Record<string, string>> = {
  gzip: '.img.gz',
  zip: '.zip',
  msa: '.msa',
  imd: '.imd',
  'one-byte': '.img',
  diskdupe: '.ddi',
};

type Layer = (bytes: Uint8Array, disk: DiskContents, inside: string) => Promise<Uint8Array>;

const LAYERS: Readonly<Record<string, Layer>> = {
  gzip: async (bytes) =>
    (await readCapped(through(bytes, new CompressionStream('gzip')), 2 ** 30))!,
  zip: async (bytes, { modified }, inside) => {
    const zip = new ZipWriter();
    await zip.add(inside, bytes, modified);
    return new Uint8Array(await zip.finish().arrayBuffer());
  },
};

/** Formats of the disk itself: bytes, or undefined where this disk is nothing for them. */
const DISKS: Readonly<Record<string, (disk: DiskContents) => Uint8Array | undefined>> = {
  msa: ({ image }) => writeMsa(image),
  imd: ({ origin, ...disk }) => writeImd({ ...disk, comment: origin?.comment ?? '' }),
  'one-byte': withHeader,
  diskdupe: withHeader,
};

function withHeader({ image, origin }: DiskContents): Uint8Array | undefined {
  const header = origin?.header;
  if (!header) return undefined;
  const bytes = new Uint8Array(header.length + image.length);
  bytes.set(header);
  bytes.set(image, header.length);
  return bytes;
}

export async function writeOriginal(disk: DiskContents): Promise<Written> {
  const formats = disk.origin?.formats ?? [];
  const outer = formats.filter((id) => id in LAYERS);
  const inner = formats.filter((id) => !(id in LAYERS)).at(-1);
  const written = inner === undefined ? disk.image : DISKS[inner]?.(disk);
  const base = fileNameOf(disk.label.replace(/\.\w{1,4}(\.gz)?$/, ''));
  let bytes = written ?? disk.image;
  let name = base + (written && inner ? USUAL[inner]! : '.img');
  for (const id of [...outer].reverse()) {
    bytes = await LAYERS[id]!(bytes, disk, name);
    name = base + (id === outer[0] ? endingOf(disk.label, id, name) : USUAL[id]!);
  }
  return { name, bytes, why: whyOf(disk, written ? undefined : inner, inner) };
}

/** As the file was called that the disk came in, where that is known. */
function endingOf(label: string, id: string, inside: string): string {
  const named = ENDINGS[id]?.exec(label)?.[0];
  if (id === 'gzip') return `${/\.\w+$/.exec(inside)?.[0] ?? '.img'}.gz`;
  return named ?? USUAL[id]!;
}

const nameOf = (id: string): string =>
  [...CONTAINERS, ...GUESSES].find((one) => one.id === id)?.name ?? id;

function whyOf(
  { tracks }: DiskContents,
  unwritten: string | undefined,
  inner: string | undefined,
): string {
  const odd = 'deleted, bad and oddly numbered sectors';
  if (unwritten !== undefined) {
    const lost = tracks ? `, and its ${odd} are not in it` : '';
    return `${nameOf(unwritten)} is not written here: this is the plain image${lost}.`;
  }
  return tracks && inner !== 'imd' ? `Its ${odd} are not in this file.` : '';
}
