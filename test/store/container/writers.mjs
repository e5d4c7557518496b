/**
 * Images in containers for which no other program here makes any, or makes none with odd tracks:
 * by the published descriptions that the readers name, written a second time.
 *
 *   tracksOf(image, geometry)      plain tracks, to be made odd
 *   imd(tracks), edsk(tracks), d88(tracks), vfd(tracks)
 *   td0(store, tracks, advanced)   `store` of module.mjs
 *   hfe(store, tracks, turn)       MFM; the index comes so many bytes later
 */
import { pack } from './lzhuf.mjs';
import { packLzw } from './lzw.mjs';

export function tracksOf(image, { cylinders, heads, sectors, sectorSize }) {
  const n = Math.log2(sectorSize) - 7;
  return Array.from({ length: cylinders * heads }, (_, track) => {
    const [cylinder, head] = [Math.floor(track / heads), track % heads];
    const of = Array.from({ length: sectors }, (_, i) => {
      const at = (track * sectors + i) * sectorSize;
      return { c: cylinder, h: head, r: i + 1, n, data: image.subarray(at, at + sectorSize) };
    });
    return { cylinder, head, rate: 2, mfm: true, sectors: of };
  });
}

const word = (value) => [value & 0xff, value >> 8];
const filled = (data) => data.every((byte) => byte === data[0]);

export function imd(tracks) {
  const parts = [Buffer.from('IMD 1.18: 29/11/2026 12:00:00\r\nmade for a test\x1a', 'latin1')];
  for (const { cylinder, head, rate, mfm, sectors } of tracks) {
    const other = sectors.some(({ c, h }) => c !== cylinder || h !== head);
    const sizes = new Set(sectors.map(({ n }) => n));
    const size = sizes.size === 1 ? sectors[0].n : 0xff;
    parts.push([rate + (mfm ? 3 : 0), cylinder, head | (other ? 0xc0 : 0), sectors.length, size]);
    parts.push(sectors.map(({ r }) => r));
    if (other) parts.push(sectors.map(({ c }) => c));
    if (other) parts.push(sectors.map(({ h }) => h));
    if (size === 0xff) parts.push(sectors.flatMap(({ n }) => word(128 << n)));
    for (const { data, deleted, badCrc } of sectors) {
      const kind = 1 + (deleted ? 2 : 0) + (badCrc ? 4 : 0);
      if (!data) parts.push([0]);
      else if (filled(data)) parts.push([kind + 1, data[0]]);
      else parts.push([kind], data);
    }
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

export function edsk(tracks) {
  const cylinders = Math.max(...tracks.map(({ cylinder }) => cylinder)) + 1;
  const header = Buffer.alloc(256);
  header.write('EXTENDED CPC DSK File\r\nDisk-Info\r\n', 'latin1');
  header.write('a test', 0x22, 'latin1');
  header.set([cylinders, 2], 0x30);
  const parts = [header];
  for (const { cylinder, head, sectors } of tracks) {
    const info = Buffer.alloc(256);
    info.write('Track-Info\r\n', 'latin1');
    info.set([cylinder, head, 0, 0, sectors[0].n, sectors.length, 0x50, 0xe5], 0x10);
    sectors.forEach(({ c, h, r, n, data, copies = [], deleted, badCrc }, i) => {
      const [st1, st2] = [badCrc ? 0x20 : 0, (badCrc ? 0x20 : 0) | (deleted ? 0x40 : 0)];
      const length = (data?.length ?? 0) * (1 + copies.length);
      info.set([c, h, r, n, st1, data ? st2 : 1, ...word(length)], 0x18 + i * 8);
    });
    const data = Buffer.concat(
      sectors.flatMap(({ data, copies = [] }) =>
        [data ?? [], ...copies].map((each) => Buffer.from(each)),
      ),
    );
    const track = Buffer.concat([info, data, Buffer.alloc((256 - (data.length % 256)) % 256)]);
    header[0x34 + cylinder * 2 + head] = track.length / 256;
    parts.push(track);
  }
  return Buffer.concat(parts);
}

export function d88(tracks, media = 0x10) {
  const header = Buffer.alloc(688);
  header.write('A TEST', 'latin1');
  header[0x1b] = media;
  const parts = [header];
  let at = header.length;
  for (const { cylinder, head, mfm, sectors } of tracks) {
    header.writeUInt32LE(at, 0x20 + (cylinder * 2 + head) * 4);
    for (const { c, h, r, n, data, deleted, badCrc } of sectors) {
      const status = data ? (badCrc ? 0xb0 : deleted ? 0x10 : 0) : 0xf0;
      const of = [c, h, r, n, ...word(sectors.length), mfm ? 0 : 0x40, deleted ? 0x10 : 0, status];
      const part = [...of, 0, 0, 0, 0, 0, ...word(data?.length ?? 0)];
      parts.push(Buffer.from(part), Buffer.from(data ?? []));
      at += part.length + (data?.length ?? 0);
    }
  }
  header.writeUInt32LE(at, 0x1c);
  return Buffer.concat(parts);
}

export function vfd(tracks) {
  const header = Buffer.alloc(0xc3fc, 0);
  header.write('VFD1.00\0a test', 'latin1');
  header.fill(0xff, 0xdc);
  const parts = [header];
  let at = header.length;
  for (const { cylinder, head, rate, mfm, sectors } of tracks)
    sectors.forEach(({ c, h, r, n, data, deleted }, i) => {
      const entry = 0xdc + ((cylinder * 2 + head) * 26 + i) * 12;
      const fill = filled(data) && data[0] !== 0xff ? data[0] : 0xff;
      header.set([c, h, r, n, fill, deleted ? 1 : 0, mfm ? 1 : 0, rate === 0 ? 1 : 0], entry);
      if (fill !== 0xff) return;
      header.writeUInt32LE(at, entry + 8);
      parts.push(data);
      at += data.length;
    });
  return Buffer.concat(parts);
}

/** `advanced`: true for TeleDisk 2's compression, `'lzw'` for TeleDisk 1's. */
export function td0(store, tracks, advanced = false) {
  const crc = (...bytes) => store.sum(Uint8Array.from(bytes));
  const comment = Buffer.from('made for          \0a test\0', 'latin1');
  const head = [...word(comment.length), 126, 10, 29, 12, 0, 0];
  const parts = [word(crc(...head, ...comment)), head, comment];
  for (const { cylinder, head: side, mfm, sectors } of tracks) {
    const track = [sectors.length, cylinder, side | (mfm ? 0 : 0x80)];
    parts.push([...track, crc(...track) & 0xff]);
    for (const sector of sectors) {
      const { c, h, r, n, data, deleted, badCrc, skipped } = sector;
      const flags = (badCrc ? 2 : 0) | (deleted ? 4 : 0) | (data ? 0 : skipped ? 0x10 : 0x20);
      parts.push([c, h, r, n, flags, data ? crc(...data) & 0xff : 0]);
      if (data) parts.push(packSector(data));
    }
  }
  parts.push([0xff]);
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const version = advanced === 'lzw' ? 15 : 21;
  const header = [...Buffer.from(advanced ? 'td' : 'TD'), 0, 0x55, version, 0, 3, 0x80, 0, 2];
  const packed = advanced === 'lzw' ? packLzw(body) : advanced ? pack(store, body) : body;
  return Buffer.concat([Buffer.from([...header, ...word(crc(...header))]), packed]);
}

/** Each of the three methods, where it fits. */
function packSector(data) {
  const pair = data.subarray(0, 2);
  const pairs = data.every((byte, at) => byte === pair[at & 1]);
  if (pairs) return [...word(5), 1, ...word(data.length / 2), ...pair];
  const quad = data.subarray(-4);
  const from = data.length - 4 * 8;
  const ends = data.subarray(from).every((byte, at) => byte === quad[at & 3]);
  if (!ends) return [...word(data.length + 1), 0, ...data];
  const runs = [];
  for (let at = 0; at < from; at += 255) {
    const part = data.subarray(at, Math.min(from, at + 255));
    runs.push(0, part.length, ...part);
  }
  runs.push(2, 8, ...quad);
  return [...word(runs.length + 1), 2, ...runs];
}

/** 4E, 00 and FE, FB, F8 of the format; cells, the lowest bit of a byte first. */
export function hfe(store, tracks, turn = 0) {
  const cylinders = Math.max(...tracks.map(({ cylinder }) => cylinder)) + 1;
  const header = Buffer.alloc(512, 0xff);
  header.write('HXCPICFE', 'latin1');
  const [{ rate }] = tracks;
  const kilobits = rate === 0 ? 500 : 250;
  header.set([0, cylinders, 2, 0, ...word(kilobits), 0, 0, 7, 1, 1, 0], 8);
  const list = Buffer.alloc(1024, 0xff);
  const parts = [header, list];
  let block = 3;
  for (let cylinder = 0; cylinder < cylinders; cylinder++) {
    const sides = [0, 1].map((head) => {
      const track = tracks.find((one) => one.cylinder === cylinder && one.head === head);
      const cells = cellsOf(store, track?.sectors ?? [], kilobits === 500 ? 12_500 : 6250);
      return Buffer.concat([cells.subarray(turn), cells.subarray(0, turn)]);
    });
    const length = sides[0].length * 2;
    list.writeUInt16LE(block, cylinder * 4);
    list.writeUInt16LE(length, cylinder * 4 + 2);
    const blocks = Math.ceil(length / 512);
    const data = Buffer.alloc(blocks * 512);
    for (let at = 0; at < blocks; at++)
      sides.forEach((side, head) =>
        data.set(side.subarray(at * 256, at * 256 + 256), at * 512 + head * 256),
      );
    parts.push(data);
    block += blocks;
  }
  return Buffer.concat(parts);
}

function cellsOf(store, sectors, bytesOfTurn) {
  const cells = [];
  let last = 0;
  const byte = (value) => {
    for (let bit = 7; bit >= 0; bit--) {
      const one = (value >> bit) & 1;
      cells.push(one || last ? 0 : 1, one);
      last = one;
    }
  };
  const bytes = (count, value) => Array.from({ length: count }, () => byte(value));
  const mark = () => {
    for (let bit = 15; bit >= 0; bit--) cells.push((0x4489 >> bit) & 1);
    last = 1;
  };
  const field = (content, spoilt) => {
    bytes(12, 0);
    [0, 0, 0].forEach(mark);
    content.forEach(byte);
    const crc = store.crc16([0xa1, 0xa1, 0xa1, ...content]) ^ (spoilt ? 0x1234 : 0);
    [crc >> 8, crc & 0xff].forEach(byte);
  };
  bytes(80, 0x4e);
  for (const { c, h, r, n, data, deleted, badCrc, badId } of sectors) {
    field([0xfe, c, h, r, n], badId);
    bytes(22, 0x4e);
    if (data) field([deleted ? 0xf8 : 0xfb, ...data], badCrc);
    bytes(24, 0x4e);
  }
  while (cells.length < bytesOfTurn * 16) byte(0x4e);
  const packed = new Uint8Array(Math.ceil(cells.length / 8));
  cells.forEach((cell, at) => (packed[at >> 3] |= cell << (at & 7)));
  return packed;
}
