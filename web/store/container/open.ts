/**
 * A file that is no plain image of a known size: what it is, and the disk in it.
 *
 *   openFile(bytes, pick?, origin?)   throws an ImageError in words
 *
 * First the containers that are sure of it, each of which may hold another, up to a depth; then the
 * file's own parameter block; then what can only be guessed; then the sizes of other systems'
 * disks, where one of their file systems is seen.
 */
import { ImageError } from '../errors.ts';
import { formatOf as mediaOf } from '../../machine/fdc/formats.ts';
import { floppyFormat, LARGEST_FLOPPY } from '../formats.ts';
import { shapeImage } from '../shape.ts';
import { tooLarge, wrongSize } from '../sizes.ts';
import type { DiskGeometry, DiskOrigin, FloppyFormat, ImportedImage } from '../types.ts';
import { foreignName } from './foreign.ts';
import { layOut } from './layout.ts';
import { CONTAINERS, GUESSES } from './registry.ts';
import type { Container, Unpacked } from './types.ts';

const DEEPEST = 4;

export async function openFile(
  bytes: Uint8Array,
  pick?: string,
  origin: DiskOrigin = { formats: [], comment: '' },
): Promise<ImportedImage> {
  const known = floppyFormat(bytes.length);
  if (known) return { image: bytes, format: known, filled: 0, damaged: [], ...from(origin) };
  const sure = CONTAINERS.find(({ sniff }) => sniff(bytes));
  if (sure) return openContainer(sure, bytes, pick, origin);
  const shaped = shapeImage(bytes);
  if (shaped) return { ...shaped, ...from(origin) };
  const guess = GUESSES.find(({ sniff }) => sniff(bytes));
  if (guess) return openContainer(guess, bytes, pick, origin);
  if (bytes.length > LARGEST_FLOPPY) throw tooLarge();
  const media = foreignName(bytes) && mediaOf(bytes);
  if (!media) throw wrongSize(bytes.length);
  const { sizeCode, ...counts } = media;
  const format = formatOf({ ...counts, sectorSize: 128 << sizeCode }, bytes.length);
  return { image: bytes, format, filled: 0, damaged: [], ...from(origin) };
}

const from = (origin: DiskOrigin): { origin?: DiskOrigin } =>
  origin.formats.length > 0 ? { origin } : {};

async function openContainer(
  container: Container,
  bytes: Uint8Array,
  pick: string | undefined,
  before: DiskOrigin,
): Promise<ImportedImage> {
  if (before.formats.length === DEEPEST)
    throw new ImageError('container', 'The image is packed in too many layers.');
  const found = await container.unpack(bytes, { pick, known: isKnown });
  const formats = [...before.formats, container.id];
  const origin: DiskOrigin = { formats, comment: found.comment || before.comment };
  if (found.kind === 'file') {
    const header = found.header ?? before.header;
    return openFile(found.bytes, undefined, { ...origin, ...(header && { header }) });
  }
  return { ...laidOut(found, container.name), origin };
}

function isKnown(bytes: Uint8Array): boolean {
  const container = [...CONTAINERS, ...GUESSES].some(({ sniff }) => sniff(bytes));
  return container || floppyFormat(bytes.length) !== undefined || shapeImage(bytes) !== undefined;
}

function laidOut(found: Exclude<Unpacked, { kind: 'file' }>, name: string): ImportedImage {
  if (found.kind === 'tracks') {
    const { image, geometry, damaged, tracks, filled } = layOut(found.tracks, name);
    const odd = tracks ? { tracks } : {};
    return { image, format: formatOf(geometry, image.length), filled, damaged, ...odd };
  }
  const { image, geometry } = found;
  return { image, format: formatOf(geometry, image.length), filled: 0, damaged: [] };
}

function formatOf(geometry: DiskGeometry, bytes: number): FloppyFormat {
  const known = floppyFormat(bytes);
  const same = known?.heads === geometry.heads && known.sectors === geometry.sectors;
  if (known && same) return known;
  const { cylinders, heads, sectors, sectorSize } = geometry;
  return { name: `${Math.floor(bytes / 1024)}K`, bytes, cylinders, heads, sectors, sectorSize };
}
