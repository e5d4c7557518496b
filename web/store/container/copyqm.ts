/**
 * CopyQM: the disk's parameters, then all of it packed by runs, as far as it was in use.
 *
 * The sum over the data is looked at. Its own program takes six bits of what should be eight as the
 * index into the table, and so every reader has to.
 *
 * Source: "CopyQM format (*.cqm)", R. Nausedat, 2011, a table of the header and of the runs.
 */
import { LARGEST_FLOPPY } from '../formats.ts';
import { Reader, seen } from './reader.ts';
import type { Container, Unpacked } from './types.ts';

const NAME = 'CopyQM';
const HEADER = 133;

function sniff(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER) return false;
  const [c, q, kind] = bytes;
  const all = bytes.subarray(0, HEADER).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return c === 0x43 && q === 0x51 && kind === 0x14 && all === 0;
}

function unpack(bytes: Uint8Array): Unpacked {
  const reader = new Reader(bytes, NAME);
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
  const sectorSize = header.getUint16(0x03, true);
  const [sectors, heads] = [header.getUint16(0x10, true), header.getUint16(0x12, true)];
  const [used, cylinders] = [header.getUint8(0x5a), header.getUint8(0x5b)];
  const description = seen(bytes.subarray(0x1c, 0x58));
  const length = cylinders * heads * sectors * sectorSize;
  if (![128, 256, 512, 1024].includes(sectorSize) || heads < 1 || heads > 2 || used > cylinders)
    throw reader.fail('its header is damaged');
  if (length > LARGEST_FLOPPY) throw reader.fail('it is larger than a floppy');
  reader.seek(HEADER);
  const comment = seen(reader.take(header.getUint16(0x6f, true))) || description;
  const image = new Uint8Array(length);
  const end = readRuns(reader, image);
  const sum = header.getUint32(0x5c, true);
  if (end < (length / (cylinders || 1)) * used) throw reader.fail('it is cut short');
  if (sum !== 0 && sum !== sumOf(image.subarray(0, end))) throw reader.fail('its sum is wrong');
  return { kind: 'raw', image, geometry: { cylinders, heads, sectors, sectorSize }, comment };
}

/** A count below zero: one byte, so often. Where the data end. */
function readRuns(reader: Reader, image: Uint8Array): number {
  let at = 0;
  while (reader.left > 2 && at < image.length) {
    const count = (reader.u16() << 16) >> 16;
    const length = Math.abs(count);
    if (at + length > image.length) throw reader.fail('it is longer than it says');
    if (count < 0) image.fill(reader.byte(), at, at + length);
    else image.set(reader.take(length), at);
    at += length;
  }
  return at;
}

/** CRC-32 from 0, with the upper two bits of each index lost. */
function sumOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0x3f]! ^ (crc >>> 8);
  return crc >>> 0;
}

const TABLE = Uint32Array.from({ length: 64 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export const copyqm: Container = { id: 'copyqm', name: NAME, sniff, unpack };
