/** The rows' operations by fatfs-wasm, a library in the page, on an image in an array. */
import { FatFsDisk, type FatFsFile, FatFsMode } from 'fatfs-wasm';
import type { Files } from './contestant.ts';
import { BIG, contents } from './trace.ts';

const BUFFER = 0x1_0000;
const NO_FILE = 4;

export async function fatfsWasm(image: Uint8Array): Promise<Files> {
  const disk = await FatFsDisk.create(image);
  disk.mount();
  const buffer = new Uint8Array(BUFFER);
  const data = contents(BUFFER, 1);
  const openBig = () => disk.open(BIG, FatFsMode.READ | FatFsMode.WRITE);
  let big = openBig();

  function create(path: string, length: number): FatFsFile {
    const file = disk.open(path, FatFsMode.WRITE | FatFsMode.CREATE_NEW);
    file.write(data.subarray(0, length));
    return file;
  }

  return {
    read(offset, length) {
      big.lseek(offset);
      big.read(buffer, length);
    },
    write(offset, length) {
      big.lseek(offset);
      big.write(data.subarray(0, length));
    },
    openReadClose(path, length) {
      const file = disk.open(path, FatFsMode.READ);
      file.read(buffer, length);
      file.close();
    },
    openClose: (path) => disk.open(path, FatFsMode.READ).close(),
    attributes: (path) => void disk.stat(path),
    openMissing(path) {
      try {
        disk.open(path, FatFsMode.READ);
      } catch (error) {
        if ((error as { result?: number }).result === NO_FILE) return;
        throw error;
      }
      throw new Error(`${path} is there`);
    },
    list(path) {
      const directory = disk.openDir(path);
      let count = 0;
      while (directory.read().name !== '') count++;
      directory.close();
      return count;
    },
    create(path, length, flush) {
      const file = create(path, length);
      if (flush) file.sync();
      file.close();
    },
    flush: () => undefined,
    remove: (path) => disk.unlink(path),
    rename: (from, to) => disk.rename(from, to),
    makeDirectory: (path) => disk.mkdir(path),
    copyFile(from, to) {
      const source = disk.open(from, FatFsMode.READ);
      const length = source.read(buffer);
      source.close();
      const target = disk.open(to, FatFsMode.WRITE | FatFsMode.CREATE_NEW);
      target.write(buffer.subarray(0, length));
      target.close();
    },
    forget() {
      big.close();
      disk.unmount();
      disk.mount();
      big = openBig();
    },
    bytes(offset, length) {
      big.lseek(offset);
      big.read(buffer, length);
      return buffer.slice(0, length);
    },
  };
}
