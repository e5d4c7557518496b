/**
 * CRC-32 as gzip and ZIP use it: reflected polynomial EDB88320, start and end inverted.
 *
 *   crc32(bytes)   an unsigned 32-bit number
 *
 * Eight bytes a step: TABLES[k][b] is what a byte b does to the sum when k bytes follow it.
 * Source: RFC 1952 §8; the method is Kounavis and Berry, "A Systematic Approach to Building High
 * Performance Software-Based CRC Generators" (slicing by 8).
 */

const TABLES: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  const tables = [first];
  for (let k = 1; k < 8; k++) {
    const before = tables[k - 1]!;
    tables.push(before.map((value) => (value >>> 8) ^ first[value & 0xff]!));
  }
  return tables;
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  const { length } = bytes;
  let i = 0;
  for (; i + 8 <= length; i += 8) {
    crc =
      T7[(crc ^ bytes[i]!) & 0xff]! ^
      T6[((crc >>> 8) ^ bytes[i + 1]!) & 0xff]! ^
      T5[((crc >>> 16) ^ bytes[i + 2]!) & 0xff]! ^
      T4[((crc >>> 24) ^ bytes[i + 3]!) & 0xff]! ^
      T3[bytes[i + 4]!]! ^
      T2[bytes[i + 5]!]! ^
      T1[bytes[i + 6]!]! ^
      T0[bytes[i + 7]!]!;
  }
  for (; i < length; i++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
