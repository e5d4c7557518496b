/**
 * The rows' operations by js-fatfs, a library in the page, on an image in an array.
 *
 * Data stays in the library's memory, where its caller finds it: no copy is made of what is read.
 */
import * as FatFs from 'js-fatfs';
import type { Files } from './contestant.ts';
import { BIG, contents } from './trace.ts';

const BUFFER = 0x1_0000;
const SECTOR = 512;

function diskOf(image: Uint8Array): FatFs.DiskIO {
  return {
    initialize: () => 0,
    status: () => 0,
    read(ff, _drive, buffer, sector, count) {
      ff.HEAPU8.set(image.subarray(sector * SECTOR, (sector + count) * SECTOR), buffer);
      return FatFs.RES_OK;
    },
    write(ff, _drive, buffer, sector, count) {
      image.set(ff.HEAPU8.subarray(buffer, buffer + count * SECTOR), sector * SECTOR);
      return FatFs.RES_OK;
    },
    ioctl(ff, _drive, command, buffer) {
      if (command === FatFs.GET_SECTOR_COUNT) ff.setValue(buffer, image.length / SECTOR, 'i32');
      else if (command === FatFs.GET_SECTOR_SIZE) ff.setValue(buffer, SECTOR, 'i16');
      else if (command === FatFs.GET_BLOCK_SIZE) ff.setValue(buffer, 1, 'i32');
      return FatFs.RES_OK;
    },
  };
}

function good(result: number): void {
  if (result !== FatFs.FR_OK) throw new Error(`js-fatfs: ${result}`);
}

export async function jsFatfs(image: Uint8Array): Promise<Files> {
  const ff = await FatFs.create({ diskio: diskOf(image) });
  const volume = ff.malloc(FatFs.sizeof_FATFS);
  good(ff.f_mount(volume, '', 1));
  const [big, file, other] = [0, 1, 2].map(() => ff.malloc(FatFs.sizeof_FIL)) as [
    number,
    number,
    number,
  ];
  const directory = ff.malloc(FatFs.sizeof_DIR);
  const about = ff.malloc(FatFs.sizeof_FILINFO);
  const buffer = ff.malloc(BUFFER);
  const data = ff.malloc(BUFFER);
  const moved = ff.malloc(4);
  ff.HEAPU8.set(contents(BUFFER, 1), data);
  const openBig = () => good(ff.f_open(big, BIG, FatFs.FA_READ | FatFs.FA_WRITE));
  openBig();

  return {
    read(offset, length) {
      good(ff.f_lseek(big, offset));
      good(ff.f_read(big, buffer, length, moved));
    },
    write(offset, length) {
      good(ff.f_lseek(big, offset));
      good(ff.f_write(big, data, length, moved));
    },
    openReadClose(path, length) {
      good(ff.f_open(file, path, FatFs.FA_READ));
      good(ff.f_read(file, buffer, length, moved));
      good(ff.f_close(file));
    },
    openClose(path) {
      good(ff.f_open(file, path, FatFs.FA_READ));
      good(ff.f_close(file));
    },
    attributes: (path) => good(ff.f_stat(path, about)),
    openMissing(path) {
      if (ff.f_open(file, path, FatFs.FA_READ) !== FatFs.FR_NO_FILE)
        throw new Error(`${path} is there`);
    },
    list(path) {
      good(ff.f_opendir(directory, path));
      let count = 0;
      for (;;) {
        good(ff.f_readdir(directory, about));
        if (ff.FILINFO_fname(about) === '') break;
        count++;
      }
      good(ff.f_closedir(directory));
      return count;
    },
    create(path, length, flush) {
      good(ff.f_open(file, path, FatFs.FA_WRITE | FatFs.FA_CREATE_NEW));
      good(ff.f_write(file, data, length, moved));
      if (flush) good(ff.f_sync(file));
      good(ff.f_close(file));
    },
    flush: () => undefined,
    remove: (path) => good(ff.f_unlink(path)),
    rename: (from, to) => good(ff.f_rename(from, to)),
    makeDirectory: (path) => good(ff.f_mkdir(path)),
    copyFile(from, to) {
      good(ff.f_open(file, from, FatFs.FA_READ));
      good(ff.f_open(other, to, FatFs.FA_WRITE | FatFs.FA_CREATE_NEW));
      good(ff.f_read(file, buffer, BUFFER, moved));
      good(ff.f_write(other, buffer, ff.getValue(moved, 'i32'), moved));
      good(ff.f_close(other));
      good(ff.f_close(file));
    },
    forget() {
      good(ff.f_close(big));
      good(ff.f_unmount(''));
      good(ff.f_mount(volume, '', 1));
      openBig();
    },
    bytes(offset, length) {
      good(ff.f_lseek(big, offset));
      good(ff.f_read(big, buffer, length, moved));
      return ff.HEAPU8.slice(buffer, buffer + length);
    },
  };
}
