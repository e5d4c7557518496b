/**
 * A plain reader of FAT images for tests: what files say, by the first FAT alone, and nothing
 * clever. It shares no code with the disk programs.
 *
 *   readTree(image)   path -> contents of every file that can be read to its end
 */
const LONG = 0x0f;

export function readTree(image) {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const u16 = (at) => view.getUint16(at, true);
  const u32 = (at) => view.getUint32(at, true);
  const sector = u16(11);
  const cluster = sector * image[13];
  const perFat = u16(22) || u32(36);
  const wide = u16(22) === 0;
  const fat = u16(14) * sector;
  const root = fat + image[16] * perFat * sector;
  const data = root + Math.ceil((u16(17) * 32) / sector) * sector;
  const count = Math.floor(((u16(19) || u32(32)) * sector - data) / cluster);
  const type = wide ? 32 : count <= 4084 ? 12 : 16;
  const next = (at) => {
    if (type === 32) return u32(fat + at * 4) & 0x0fff_ffff;
    if (type === 16) return u16(fat + at * 2);
    const word = u16(fat + at + (at >> 1));
    return at & 1 ? word >> 4 : word & 0xfff;
  };
  const isEnd = (value) => value >= { 12: 0xff8, 16: 0xfff8, 32: 0x0fff_fff8 }[type];
  /** Undefined where the chain does not end well. */
  const read = (start) => {
    const parts = [];
    for (let at = start; !isEnd(at); at = next(at)) {
      if (at < 2 || at > count + 1 || parts.length > count) return undefined;
      parts.push(image.subarray(data + (at - 2) * cluster, data + (at - 1) * cluster));
    }
    return Buffer.concat(parts);
  };
  const found = new Map();
  const walk = (bytes, path, depth) => {
    if (!bytes || depth > 8) return;
    for (let at = 0; at + 32 <= bytes.length && bytes[at] !== 0; at += 32) {
      const attributes = bytes[at + 11];
      if (bytes[at] === 0xe5 || bytes[at] === 0x2e || (attributes & LONG) === LONG) continue;
      if (attributes & 8) continue;
      const name = path + Buffer.from(bytes.subarray(at, at + 11)).toString('latin1');
      const start = bytes.readUInt16LE(at + 26) + (wide ? bytes.readUInt16LE(at + 20) << 16 : 0);
      if (attributes & 0x10) {
        walk(read(start), `${name}/`, depth + 1);
        continue;
      }
      const size = bytes.readUInt32LE(at + 28);
      const contents = size === 0 ? Buffer.alloc(0) : read(start);
      if (contents && contents.length >= size) found.set(name, contents.subarray(0, size));
    }
  };
  const first = wide ? read(u32(44)) : Buffer.from(image.subarray(root, data));
  walk(first && Buffer.from(first), '', 0);
  return found;
}
