/**
 * The disk that all begin with: a 1.44 MB floppy, formatted and filled by fatfs-wasm from the
 * trace's seed. The same bytes for all contestants of a run.
 */
import { FatFsDisk, FatFsFormat } from 'fatfs-wasm';
import * as trace from './trace.ts';

const FLOPPY_BYTES = 1440 * 1024;
const SECTOR = 512;
const NAMES = { [trace.HUNDRED]: 100, [trace.THOUSAND]: 1000 };

/** What a floppy's boot sector says of its tracks, which a library does not know. */
function asFloppy(image: Uint8Array): void {
  const view = new DataView(image.buffer);
  image[21] = 0xf0;
  view.setUint16(24, 18, true);
  view.setUint16(26, 2, true);
  const fats = view.getUint8(16);
  const reserved = view.getUint16(14, true);
  const perFat = view.getUint16(22, true);
  for (let fat = 0; fat < fats; fat++) image[(reserved + fat * perFat) * SECTOR] = 0xf0;
}

export async function makeDisk(): Promise<Uint8Array> {
  const image = new Uint8Array(FLOPPY_BYTES);
  const disk = await FatFsDisk.create(image);
  disk.mkfs({ fmt: FatFsFormat.FAT | FatFsFormat.SFD, nFat: 2, nRoot: 224, auSize: SECTOR });
  asFloppy(image);
  disk.mount();
  disk.writeFile(trace.BIG, trace.contents(trace.BIG_BYTES, 0));
  disk.writeFile(trace.SMALL, trace.contents(trace.SMALL_BYTES, 3));
  disk.mkdir(trace.WORK);
  const { directories, files } = trace.tree();
  for (const path of directories) disk.mkdir(trace.TREE + path);
  for (const { path, length } of files)
    disk.writeFile(trace.TREE + path, trace.contents(length, length));
  for (const [directory, count] of Object.entries(NAMES)) {
    disk.mkdir(directory);
    for (let index = 0; index < count; index++)
      disk.writeFile(`${directory}/${trace.listedName(index)}`, new Uint8Array());
  }
  disk.unmount();
  return image;
}
