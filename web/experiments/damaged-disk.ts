/**
 * The disk in A: once more, with a sector of a file whose checksum is wrong: as an image in the
 * format IMD, which says of each sector how it was read. Fetched with the first such step.
 */
import { writeImd } from '../store/container/imd-write.ts';
import type { NeptuneOs } from '../element/neptune-os.ts';

const DRIVE = 'A:';
const SECTOR = 512;

/** `index`: which sector of the file, in the order in which they lie on the disk. */
export async function withBadSector(
  machine: NeptuneOs,
  path: string,
  index: number,
): Promise<Blob> {
  const sectors = await machine.sectors(DRIVE);
  const ofFile = sectors.filter(({ file }) => file?.toUpperCase() === path.toUpperCase());
  const perTrack = Math.max(...sectors.map(({ id }) => id));
  const places = ofFile.map(({ cylinder, head, id }) => (cylinder * 2 + head) * perTrack + id - 1);
  const place = places.sort((one, other) => one - other)[index];
  if (place === undefined) throw new Error(`${path} is not on this disk, or is too short.`);
  const image = new Uint8Array(await (await machine.exportDisk(DRIVE)).arrayBuffer());
  const damaged = [{ offset: place * SECTOR, length: SECTOR }];
  const made = writeImd({ image, damaged, comment: 'A sector is bad', modified: Date.now() });
  if (!made) throw new Error('This disk cannot be written as an IMD image.');
  return new Blob([made as BlobPart]);
}
