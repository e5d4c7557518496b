/**
 * Makes a 1.44M floppy image of files: a FAT12 formatter and packer for building sample disks.
 *
 *   makeDisk({ label, files, date })   the image, a Uint8Array of 1,474,560 bytes
 *
 * `files` are { path, bytes }, path with '/' between names; directories come of themselves. The
 * same input gives the same image: entries lie in the order of their names, every time stamp is
 * `date`, the serial number is a checksum of the contents. Names that are 8.3 and upper case are
 * stored plainly, all others with a long name and a short alias. Throws an Error that names the
 * file where the disk is full or a name is impossible.
 *
 * Source: Microsoft FAT specification (fatgen103).
 */
import { shortAlias, isPlainName, longNameEntries, packShortName } from './fat-names.mjs';

const SECTOR = 512;
const SECTORS = 2880;
const FAT_SECTORS = 9;
const FAT_COPIES = 2;
const ROOT_ENTRIES = 224;
const MEDIA = 0xf0;
const ENTRY = 32;
const FAT_START = SECTOR;
const ROOT_START = FAT_START + FAT_COPIES * FAT_SECTORS * SECTOR;
const DATA_START = ROOT_START + ROOT_ENTRIES * ENTRY;
const LAST_CLUSTER = 1 + (SECTORS * SECTOR - DATA_START) / SECTOR;
const END_OF_CHAIN = 0xfff;

const ATTRIBUTE = { label: 0x08, directory: 0x10, archive: 0x20 };

/** The name in the folder that is the same for FAT, which does not tell capitals apart. */
function twinOf(folder, name) {
  return [...folder.keys()].find((known) => known.toUpperCase() === name.toUpperCase());
}

/** Paths as a tree: name -> bytes, or a Map again. */
function growTree(files) {
  const root = new Map();
  for (const { path, bytes } of files) {
    const names = path.split('/');
    const last = names.pop();
    let folder = root;
    for (const name of names) {
      const twin = twinOf(folder, name);
      if (twin !== undefined && twin !== name) throw new Error(`${path}: both ${twin} and ${name}`);
      if (!folder.has(name)) folder.set(name, new Map());
      folder = folder.get(name);
      if (!(folder instanceof Map)) throw new Error(`${path}: ${name} is a file`);
    }
    if (twinOf(folder, last) !== undefined) throw new Error(`${path}: is there twice`);
    folder.set(last, bytes);
  }
  return root;
}

/** FNV-1a over everything: another content, another serial number. */
function serialOf(files) {
  let hash = 0x811c9dc5;
  const add = (byte) => (hash = Math.imul(hash ^ byte, 0x01000193) >>> 0);
  for (const { path, bytes } of files) {
    for (const byte of new TextEncoder().encode(path)) add(byte);
    for (const byte of bytes) add(byte);
  }
  return hash;
}

function writeBootSector(image, label, serial) {
  const boot = new DataView(image.buffer);
  const text = (at, length, value) =>
    image.set(new TextEncoder().encode(value.padEnd(length).slice(0, length)), at);
  image.set([0xeb, 0x3c, 0x90]);
  text(3, 8, 'NEPTUNE');
  boot.setUint16(11, SECTOR, true);
  image[13] = 1; // sectors a cluster
  boot.setUint16(14, 1, true); // reserved sectors
  image[16] = FAT_COPIES;
  boot.setUint16(17, ROOT_ENTRIES, true);
  boot.setUint16(19, SECTORS, true);
  image[21] = MEDIA;
  boot.setUint16(22, FAT_SECTORS, true);
  boot.setUint16(24, 18, true); // sectors a track
  boot.setUint16(26, 2, true); // heads
  image[38] = 0x29; // serial number, label and type follow
  boot.setUint32(39, serial, true);
  text(43, 11, label);
  text(54, 8, 'FAT12');
  image.set([0xcd, 0x18, 0xeb, 0xfe], 62); // int 18h: tell the BIOS to try another disk
  image.set([0x55, 0xaa], 510);
}

class Packer {
  #image = new Uint8Array(SECTORS * SECTOR);
  #next = 2;
  #stamp;

  constructor(date) {
    const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5);
    const day =
      ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
    this.#stamp = { time, day };
  }

  pack({ label, files }) {
    writeBootSector(this.#image, label || 'NO NAME', serialOf(files));
    this.#setFat(0, 0xf00 | MEDIA);
    this.#setFat(1, END_OF_CHAIN);
    const name = label.padEnd(11).slice(0, 11);
    const entries = label ? [this.#entry(name, ATTRIBUTE.label, 0, 0)] : [];
    this.#packFolder(growTree(files), 0, '', entries);
    if (entries.length > ROOT_ENTRIES) throw new Error('too many names in the root directory');
    entries.forEach((entry, i) => this.#image.set(entry, ROOT_START + i * ENTRY));
    return this.#image;
  }

  #setFat(cluster, value) {
    for (let copy = 0; copy < FAT_COPIES; copy++) {
      const at = FAT_START + copy * FAT_SECTORS * SECTOR + Math.floor((cluster * 3) / 2);
      const image = this.#image;
      if (cluster & 1) {
        image[at] = (image[at] & 0x0f) | ((value & 0x0f) << 4);
        image[at + 1] = value >> 4;
      } else {
        image[at] = value & 0xff;
        image[at + 1] = (image[at + 1] & 0xf0) | (value >> 8);
      }
    }
  }

  /** A chain of neighbours for so many bytes; 0 for none. */
  #allocate(bytes, path) {
    const count = Math.ceil(bytes / SECTOR);
    if (count === 0) return 0;
    const first = this.#next;
    this.#next += count;
    if (this.#next - 1 > LAST_CLUSTER) throw new Error(`${path}: the disk is full`);
    for (let i = first; i < this.#next - 1; i++) this.#setFat(i, i + 1);
    this.#setFat(this.#next - 1, END_OF_CHAIN);
    return first;
  }

  #write(first, bytes) {
    if (first) this.#image.set(bytes, DATA_START + (first - 2) * SECTOR);
  }

  #entry(shortName, attributes, first, size) {
    const bytes = new Uint8Array(ENTRY);
    const view = new DataView(bytes.buffer);
    const { time, day } = this.#stamp;
    bytes.set(new TextEncoder().encode(shortName));
    bytes[11] = attributes;
    view.setUint16(14, time, true); // made
    view.setUint16(16, day, true);
    view.setUint16(18, day, true); // last read
    view.setUint16(22, time, true); // last written
    view.setUint16(24, day, true);
    view.setUint16(26, first, true);
    view.setUint32(28, size, true);
    return bytes;
  }

  /** Adds the folder's entries to `entries`, and packs what they stand for. */
  #packFolder(folder, cluster, path, entries) {
    const names = [...folder.keys()].sort((a, b) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1));
    const taken = new Set(names.filter(isPlainName).map(packShortName));
    for (const name of names) {
      const where = `${path}${name}`;
      const plain = isPlainName(name);
      const short = plain ? packShortName(name) : shortAlias(name, taken, where);
      taken.add(short);
      if (!plain) entries.push(...longNameEntries(name, short));
      const content = folder.get(name);
      entries.push(
        content instanceof Map
          ? this.#packDirectory(content, short, cluster, where)
          : this.#packFile(content, short, where),
      );
    }
  }

  #packFile(bytes, short, path) {
    const first = this.#allocate(bytes.length, path);
    this.#write(first, bytes);
    return this.#entry(short, ATTRIBUTE.archive, first, bytes.length);
  }

  /** Its size must be known before its first file is packed, so names are counted first. */
  #packDirectory(folder, short, parent, path) {
    const count = [...folder.keys()].reduce(
      (sum, name) => sum + 1 + (isPlainName(name) ? 0 : Math.ceil(name.length / 13)),
      2,
    );
    const first = this.#allocate(count * ENTRY, path);
    const entries = [
      this.#entry('.'.padEnd(11), ATTRIBUTE.directory, first, 0),
      this.#entry('..'.padEnd(11), ATTRIBUTE.directory, parent, 0),
    ];
    this.#packFolder(folder, first, `${path}/`, entries);
    entries.forEach((entry, i) =>
      this.#image.set(entry, DATA_START + (first - 2) * SECTOR + i * ENTRY),
    );
    return this.#entry(short, ATTRIBUTE.directory, first, 0);
  }
}

export function makeDisk({ label, files, date }) {
  return new Packer(date).pack({ label, files });
}
