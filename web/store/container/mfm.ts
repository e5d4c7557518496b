/**
 * The sectors of a track as cells of MFM: what a controller finds in one turn.
 *
 *   readMfm(cells)   sectors in their order; `cells` are those of one turn, a byte each
 *
 * Three sync marks (A1 with a clock missing) stand before each field; FE begins an ID, FB or F8 the
 * data behind it, and both have a CRC over all from the marks on. A field may go over the index.
 * Source: ECMA-125, "track format"; 82077AA data sheet, "FORMAT TRACK".
 */
import { MOST_TRACK_DATA } from './reader.ts';
import type { FoundSector } from './types.ts';

const SYNC = 0x4489;
const ID = 0xfe;
const DATA = 0xfb;
const DELETED = 0xf8;
const MARKS = 3;
/** How far behind an ID its data may begin: gap 2 of the widest kind, in cells. */
const DATA_WITHIN = 16 * (41 + 12 + 8);
const LARGEST_SIZE_CODE = 6;
const MOST_SECTORS = 255;

export function crc16(bytes: Iterable<number>, from = 0xffff): number {
  let crc = from;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc;
}

const AFTER_MARKS = crc16([0xa1, 0xa1, 0xa1]);

/** Behind each run of sync marks: where the next byte begins. */
function fieldsOf(cells: Uint8Array): number[] {
  const count = cells.length;
  const fields: number[] = [];
  let window = 0;
  let marks = 0;
  let since = 0;
  for (let at = 0; at < count + 16 * MARKS; at++) {
    window = ((window << 1) | cells[at < count ? at : at % count]!) & 0xffff;
    since++;
    if (window !== SYNC) continue;
    marks = since === 16 ? marks + 1 : 1;
    since = 0;
    if (marks >= MARKS) fields.push(at + 1);
  }
  return [...new Set(fields.map((at) => at % count))].sort((one, other) => one - other);
}

/** Of each pair of cells the second is the bit. */
function bytesAt(cells: Uint8Array, start: number, length: number): Uint8Array {
  const count = cells.length;
  const bytes = new Uint8Array(length);
  for (let i = 0, at = (start + 1) % count; i < length * 8; i++, at = (at + 2) % count)
    bytes[i >> 3]! |= cells[at]! << (7 - (i & 7));
  return bytes;
}

export function readMfm(cells: Uint8Array): FoundSector[] {
  const count = cells.length;
  const fields = fieldsOf(cells);
  const marks = fields.map((at) => bytesAt(cells, at, 1)[0]!);
  const sectors: FoundSector[] = [];
  let room = MOST_TRACK_DATA;
  fields.forEach((at, i) => {
    if (marks[i] !== ID || sectors.length === MOST_SECTORS) return;
    const id = bytesAt(cells, at, 7);
    const [, c = 0, h = 0, r = 0, n = 0] = id;
    const found = { c, h, r, n, badId: crc16(id, AFTER_MARKS) !== 0 };
    const next = (i + 1) % fields.length;
    const distance = (fields[next]! - at + count) % count;
    const close = distance > 0 && distance <= 16 * 7 + DATA_WITHIN;
    const has = close && (marks[next] === DATA || marks[next] === DELETED);
    if (!has || n > LARGEST_SIZE_CODE || 128 << n > room)
      return void sectors.push({ ...found, noData: true });
    room -= 128 << n;
    const all = bytesAt(cells, fields[next]!, 1 + (128 << n) + 2);
    const badCrc = crc16(all, AFTER_MARKS) !== 0;
    const data = all.subarray(1, -2);
    sectors.push({ ...found, data, badCrc, deleted: marks[next] === DELETED });
  });
  return sectors;
}
